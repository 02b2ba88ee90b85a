"""TLS towards servers that the daemon asks: the same rules for LDAP, the authentication server and the broker."""

import ssl
from pathlib import Path


def client_tls_context(verify: bool | str | Path) -> ssl.SSLContext:
    """Make the context of connections to a server.

    Args:
        verify: True: by the certificate authorities of the system; a path: by those of a file (PEM) or a folder;
            False: the certificate is not verified.

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
