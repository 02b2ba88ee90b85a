"""The certificate authorities that an option of a source names (value V of contract section 2.9)."""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from pydantic import Field

from xivo_dird.backend import (
    AllowedFolders,
    BackendSettings,
    HostFile,
    InvalidSource,
    SourceUnavailable,
    client_tls_context,
)

MAX_CERTIFICATE_BYTES = 16 * 1024 * 1024
"""Maximum size of a file of certificates; the bundles of systems have less than half a megabyte."""


class CertificateSettings(BackendSettings):
    """Which files of certificates may be read."""

    certificate_folders: Annotated[tuple[Path, ...], Field(min_length=1)] = (
        Path("/etc/xivo-dird/certs"),
        Path("/etc/ssl/certs"),
        Path("/etc/pki/tls/certs"),
        Path("/etc/pki/ca-trust"),
        Path("/usr/share/ca-certificates"),
        Path("/usr/local/share/ca-certificates"),
        Path("/var/lib/ca-certificates"),
    )
    """Folders that files of certificates must be in, directly or in a subfolder, after following links."""


class TrustedCertificates:
    """How the certificates of servers are verified. The files are read anew for each connection."""

    def __init__(self, option: str, value: bool | str, folders: AllowedFolders) -> None:
        """Check that a file or a folder is allowed, without opening it.

        Args:
            option: The option of the source, for errors.
            value: True: with the authorities of the system; False: not at all; else the path of a file or a folder.
            folders: The allowed folders.

        Raises:
            InvalidSource: The path is outside the folders.
        """
        self._option = option
        self._verify = value if isinstance(value, bool) else HostFile(option, value, folders)

    def tls_context(self) -> ssl.SSLContext:
        """Return a TLS context with the current certificates, so that renewed ones are used without a restart.

        Raises:
            SourceUnavailable: There are no usable certificates.
            InvalidSource: A link leads outside the allowed folders.
        """
        if isinstance(self._verify, bool):
            return client_tls_context(self._verify)
        try:
            with self._verify.descriptor(
                MAX_CERTIFICATE_BYTES, "the limit", may_be_folder=True
            ) as descriptor:
                opened = Path(f"/proc/self/fd/{descriptor}")
                return client_tls_context(opened.resolve() if opened.is_dir() else opened)
        except SourceUnavailable as error:
            raise SourceUnavailable(f"{self._option}: {error}") from error
        except (OSError, ValueError) as error:
            raise SourceUnavailable(f"{self._option}: no certificates in {self._verify}: {error}") from error


def tls_contexts(option: str, value: bool | str, folders: AllowedFolders) -> Callable[[], ssl.SSLContext]:
    """Return a function that creates the TLS context of each connection, for an option that the contract has.

    The contract accepts any path, also one that is never used because the URL begins with `http`. So a path outside the
    allowed folders is an error of the connections, not of the option. The function raises only `SourceUnavailable`.

    Args:
        option: The option of the source, for errors.
        value: As for `TrustedCertificates`.
        folders: The allowed folders.
    """

    def new_context() -> ssl.SSLContext:
        try:
            return TrustedCertificates(option, value, folders).tls_context()
        except InvalidSource as error:
            raise SourceUnavailable(str(error)) from error

    return new_context
