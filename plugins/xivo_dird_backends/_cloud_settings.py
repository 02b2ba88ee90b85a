"""What the backends of clouds have in common: settings, options and clients."""

from collections.abc import Callable, Mapping
from functools import partial

from xivo_dird.backend import (
    AllowedFolders,
    Environment,
    HttpClient,
    HttpLimits,
    Seconds,
)
from xivo_dird_backends._certificates import CertificateSettings, tls_contexts
from xivo_dird_backends._remote_options import CertificateVerification


class CloudSettings(CertificateSettings):
    """What only the administrator may set."""

    verify_certificate: CertificateVerification = True

    timeout: Seconds = 10.0
    """Seconds for a request to the cloud."""


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
