"""What the backends of clouds have in common: settings, clients, and when they look for changes."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated
from zlib import crc32

from pydantic import Field

from xivo_dird.backend import (
    EXCLUDE_UNSET,
    NO_BOOLEAN,
    AllowedFolders,
    Environment,
    HttpClient,
    HttpLimits,
    Seconds,
)
from xivo_dird_backends._certificates import CertificateSettings, tls_contexts
from xivo_dird_backends._remote_options import CertificateVerification

RefreshSeconds = Annotated[float, Field(ge=1, le=86_400), NO_BOOLEAN, EXCLUDE_UNSET]
"""Seconds after which what has changed is fetched."""


class CloudSettings(CertificateSettings):
    """What only the administrator may set.

    Attributes:
        verify_certificate: How the certificate of the cloud is verified.
        timeout: Seconds for a request to the cloud.
    """

    verify_certificate: CertificateVerification = True
    timeout: Seconds = 10.0


def cloud_clients(
    environment: Environment, settings: CloudSettings, key: str
) -> Callable[[Mapping[str, str]], HttpClient]:
    """Return a function that creates HTTP clients for URLs, given by the name of their option.

    Args:
        environment: Opens the connections.
        settings: The settings of the backend.
        key: Their key, for errors.
    """
    folders = AllowedFolders(settings.certificate_folders, f"{key}.certificate_folders")
    return partial(
        environment.outgoing.http_client,
        new_tls_context=tls_contexts(f"{key}.verify_certificate", settings.verify_certificate, folders),
        limits=HttpLimits(timeout=settings.timeout),
    )


def refresh_interval(seconds: float, key: str) -> str:
    """Return the number of the current interval, which begins at another moment for each key.

    Args:
        seconds: The length of the intervals.
        key: Whose copy it is.
    """
    offset = crc32(key.encode("utf-8", "surrogatepass")) % seconds
    return str(int((time.time() + offset) // seconds))
