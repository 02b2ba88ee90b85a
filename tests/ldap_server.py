"""The LDAP front end in the process of a test, on free loopback ports."""

import re
import socket
import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import trustme

from servers.ports import HOST
from xivo_dird.config.ldap_server import LdapServerSection
from xivo_dird.ldap_server.listener import LdapListeners, LdapPorts
from xivo_dird.ldap_server.operations import FrontEnd
from xivo_dird.tcp.tls import server_tls_context


class LdapAddresses(NamedTuple):
    """The ports of LDAP with StartTLS, and of LDAPS."""

    port: int
    tls_port: int


@contextmanager
def running_ldap_server(
    front_end: FrontEnd, context: ssl.SSLContext | None = None, **keys: object
) -> Iterator[LdapAddresses]:
    """Run a server for the length of the block.

    Args:
        front_end: What answers the operations, such as `Daemon.controller.ldap`.
        context: The TLS context, for StartTLS and LDAPS; None: neither.
        keys: Keys of the section `ldap_server` for the connections, such as `max_connections`; ports are free ones.
    """
    plain, tls = (socket.create_server((HOST, 0)) for _ in range(2))
    addresses = LdapAddresses(plain.getsockname()[1], tls.getsockname()[1])
    settings = LdapServerSection.model_validate(keys)
    server = LdapPorts(settings, front_end, LdapListeners(plain, tls, context))
    server.start()
    try:
        yield addresses
    finally:
        server.stop()


class Certificate:
    """A certificate for `localhost`, with its authority.

    Attributes:
        keys: The keys `certificate` and `private_key` of a configuration.
        server: The TLS context of a server.
        client: That of a client which trusts it.
    """

    def __init__(self, folder: Path) -> None:
        """Write the files."""
        authority = trustme.CA()
        issued = authority.issue_cert("localhost", "127.0.0.1")
        certificate, key = folder / "server.crt", folder / "server.key"
        for number, pem in enumerate(issued.cert_chain_pems):
            pem.write_to_path(str(certificate), append=number > 0)
        issued.private_key_pem.write_to_path(str(key))
        self.keys = {"certificate": str(certificate), "private_key": str(key)}
        self.server = server_tls_context("ldap_server", certificate, key)
        self.client = ssl.create_default_context()
        authority.configure_trust(self.client)


def counted_operations(metrics: str) -> Counter[tuple[str, str]]:
    """Return the number of operations by their name and result, of a page of metrics."""
    pattern = r'^dird_ldap_operations_total\{operation="(\w+)",result="(\w+)"\} (\S+)$'
    found = re.findall(pattern, metrics, re.MULTILINE)
    return Counter({(operation, result): int(float(count)) for operation, result, count in found})
