"""HTTPS."""

import ssl
from socket import socket as Socket  # noqa: N812

from cheroot.ssl import Adapter

from xivo_dird.config.schema import RestApi
from xivo_dird.tcp.tls import server_tls_context


def https_context(settings: RestApi) -> ssl.SSLContext | None:
    """Create the TLS context of the API.

    Returns:
        The context; None for plain HTTP.

    Raises:
        InvalidConfiguration: A file can't be read or used.
    """
    if settings.certificate is None or settings.private_key is None:
        return None
    context = server_tls_context("rest_api", settings.certificate, settings.private_key)
    context.set_alpn_protocols(["http/1.1"])
    return context


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
