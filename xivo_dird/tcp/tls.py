"""TLS of servers, with a certificate file and a key file (PEM)."""

import ssl
from pathlib import Path

from xivo_dird.exceptions import InvalidConfiguration


def server_tls_context(section: str, certificate: Path, private_key: Path) -> ssl.SSLContext:
    """Create the TLS context of a server.

    Args:
        section: The section of the configuration with the keys `certificate` and `private_key`, for errors.
        certificate: The certificate, with those of intermediate authorities.
        private_key: Its key.

    Raises:
        InvalidConfiguration: A file can't be read or used.
    """
    _check_readable(f"{section}.certificate", certificate)
    _check_readable(f"{section}.private_key", private_key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        # The empty password prevents OpenSSL from asking for one on the terminal.
        context.load_cert_chain(certificate, private_key, password="")
    except ssl.SSLError as error:
        raise InvalidConfiguration(_message(section, certificate, private_key, error)) from error
    return context


def _check_readable(key: str, path: Path) -> None:
    try:
        path.read_bytes()
    except OSError as error:
        raise InvalidConfiguration(f"{key}: {path} can't be read: {error.strerror}") from error


def _message(section: str, certificate: Path, private_key: Path, error: ssl.SSLError) -> str:
    if error.reason == "KEY_VALUES_MISMATCH":
        return f"{section}.private_key: {private_key} is not the key of {certificate}"
    if b"BEGIN CERTIFICATE" not in certificate.read_bytes():
        return f"{section}.certificate: {certificate} holds no certificate in PEM format"
    return f"{section}.private_key: {private_key} holds no usable key (PEM, without a password)"
