"""HTTPS from a certificate and a key file (PEM)."""

import ssl
from pathlib import Path
from socket import socket as Socket  # noqa: N812

from cheroot.ssl import Adapter

from xivo_dird.config.schema import RestApi
from xivo_dird.exceptions import InvalidConfiguration


def server_tls_context(settings: RestApi) -> ssl.SSLContext | None:
    """Make the TLS context of the API, None for plain HTTP; raise `InvalidConfiguration` for files that can't work."""
    if settings.certificate is None or settings.private_key is None:
        return None
    _check_readable("rest_api.certificate", settings.certificate)
    _check_readable("rest_api.private_key", settings.private_key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        # The empty password keeps OpenSSL from asking for one on the terminal.
        context.load_cert_chain(settings.certificate, settings.private_key, password="")
    except ssl.SSLError as error:
        raise InvalidConfiguration(_problem(settings, error)) from error
    return context


def _check_readable(key: str, path: Path) -> None:
    try:
        path.read_bytes()
    except OSError as error:
        raise InvalidConfiguration(f"{key}: {path} can't be read: {error.strerror}") from error


def _problem(settings: RestApi, error: ssl.SSLError) -> str:
    if error.reason == "KEY_VALUES_MISMATCH":
        return f"rest_api.private_key: {settings.private_key} is not the key of {settings.certificate}"
    if settings.certificate and b"BEGIN CERTIFICATE" not in settings.certificate.read_bytes():
        return f"rest_api.certificate: {settings.certificate} holds no certificate in PEM format"
    return f"rest_api.private_key: {settings.private_key} holds no usable key (PEM, without a password)"


class TlsAdapter(Adapter):
    """Lets cheroot speak TLS; the handshake is left to the first read, so a slow one holds up nobody."""

    def __init__(self, context: ssl.SSLContext) -> None:
        """Take the context that every connection uses."""
        self._context = context

    def bind(self, sock: Socket) -> Socket:
        """Answer the listening socket as it is."""
        return sock

    def wrap(self, sock: Socket) -> tuple[Socket, dict[str, str]]:
        """Wrap an accepted socket."""
        wrapped = self._context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        return wrapped, self.get_environ()

    def get_environ(self) -> dict[str, str]:
        """Answer what the application sees of TLS."""
        return {"HTTPS": "on"}

    def makefile(self, sock: Socket, mode: str = "r", bufsize: int = -1) -> object:
        """Not used: `Connection` brings its own reader and writer."""
        return sock.makefile("rb" if "r" in mode else "wb", bufsize)
