"""TLS as a client: the same rules for the servers of sources, the authentication server and the broker."""

import select
import ssl
import time
from pathlib import Path


class _TimedHandshakeSocket(ssl.SSLSocket):
    """Applies its timeout to the whole handshake, which a server could otherwise extend byte by byte."""

    def do_handshake(self, block: bool = False) -> None:
        timeout = self.gettimeout()
        if not timeout:
            super().do_handshake(block)
            return
        end = time.monotonic() + timeout
        self.settimeout(0.0)
        try:
            while not self._has_finished_handshake(end):
                pass
        finally:
            self.settimeout(timeout)

    def _has_finished_handshake(self, end: float) -> bool:
        """Do what is possible now, then wait until there is more to do; return True if there is not."""
        try:
            super().do_handshake()
        except ssl.SSLWantReadError:
            event = select.POLLIN
        except ssl.SSLWantWriteError:
            event = select.POLLOUT
        else:
            return True
        poll = select.poll()
        poll.register(self, event)
        if not poll.poll(max(0.0, end - time.monotonic()) * 1000):
            raise TimeoutError("the TLS handshake timed out")
        return False


def client_tls_context(verify: bool | str | Path) -> ssl.SSLContext:
    """Create the TLS context of connections to a server.

    Args:
        verify: How to verify the certificate of the server. True: with the certificate authorities of the
            system; a path: with those of a file (PEM) or a folder; False: not at all.

    Raises:
        OSError: The path holds no usable certificates.
    """
    bundle = None if isinstance(verify, bool) else Path(verify)
    if bundle is not None and bundle.is_dir():
        context = ssl.create_default_context(capath=bundle)
    else:
        context = ssl.create_default_context(cafile=bundle)
    context.sslsocket_class = _TimedHandshakeSocket
    if verify is False:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def verified_tls_context() -> ssl.SSLContext:
    """Create a context that verifies certificates with the authorities of the system."""
    return client_tls_context(True)
