"""HTTPS with a certificate file and a key file (PEM)."""

import ssl
from pathlib import Path
from socket import socket as Socket  # noqa: N812

from cheroot.ssl import Adapter

from xivo_dird.config.schema import RestApi
from xivo_dird.exceptions import InvalidConfiguration


def server_tls_context(settings: RestApi) -> ssl.SSLContext | None:
    """Create the TLS context of the API.

    Returns:
        The context; None for plain HTTP.

    Raises:
        InvalidConfiguration: A file can't be read or used.
    """
    if settings.certificate is None or settings.private_key is None:
        return None
    _check_readable("rest_api.certificate", settings.certificate)
    _check_readable("rest_api.private_key", settings.private_key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        # The empty password prevents OpenSSL from asking for one on the terminal.
        context.load_cert_chain(settings.certificate, settings.private_key, password="")
    except ssl.SSLError as error:
        raise InvalidConfiguration(_message(settings, error)) from error
    return context


def _check_readable(key: str, path: Path) -> None:
    try:
        path.read_bytes()
    except OSError as error:
        raise InvalidConfiguration(f"{key}: {path} can't be read: {error.strerror}") from error


def _message(settings: RestApi, error: ssl.SSLError) -> str:
    if error.reason == "KEY_VALUES_MISMATCH":
        return f"rest_api.private_key: {settings.private_key} is not the key of {settings.certificate}"
    if settings.certificate and b"BEGIN CERTIFICATE" not in settings.certificate.read_bytes():
        return f"rest_api.certificate: {settings.certificate} holds no certificate in PEM format"
    return f"rest_api.private_key: {settings.private_key} holds no usable key (PEM, without a password)"


class TlsAdapter(Adapter):
    """TLS for cheroot. The handshake takes place in the first read, so a slow one delays no other client."""

    def __init__(self, context: ssl.SSLContext) -> None:
        """Create an adapter whose connections use `context`."""
        self._context = context

    def bind(self, sock: Socket) -> Socket:
        """Return the listening socket unchanged."""
        return sock

    def wrap(self, sock: Socket) -> tuple[Socket, dict[str, str]]:
        """Return an accepted socket as a TLS socket, and the WSGI variables about TLS."""
        wrapped = self._context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        return wrapped, self.get_environ()

    def get_environ(self) -> dict[str, str]:
        """Return the WSGI variables about TLS."""
        return {"HTTPS": "on"}

    def makefile(self, sock: Socket, mode: str = "r", bufsize: int = -1) -> object:
        """Return a file of `sock`; not used, because `Connection` has its own reader and writer."""
        return sock.makefile("rb" if "r" in mode else "wb", bufsize)
