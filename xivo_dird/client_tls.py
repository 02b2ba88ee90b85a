"""TLS as a client: the same rules for the servers of sources, the authentication server and the broker."""

import ssl
from pathlib import Path


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
        return ssl.create_default_context(capath=bundle)
    context = ssl.create_default_context(cafile=bundle)
    if verify is False:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def verified_tls_context() -> ssl.SSLContext:
    """Create a context that verifies certificates with the authorities of the system."""
    return client_tls_context(True)
