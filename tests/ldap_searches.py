"""Clients of an LDAP server: `ldapsearch`, which uses libldap as most programs do, ldap3, and one with a raw socket."""

import os
import socket
import subprocess
from base64 import b64decode
from typing import NamedTuple

import ldap3

from ldap_daemon import BASE
from servers.ports import HOST
from waiting import TIMEOUT
from xivo_dird.ldap_server import ber
from xivo_dird.ldap_server.model import LdapOperation


class Found(NamedTuple):
    """What a search of `ldapsearch` found.

    Attributes:
        code: The result code.
        entries: The attributes of each entry, with its DN as `dn`, in the order in which they came.
        errors: What the client says about the result.
    """

    code: int
    entries: list[dict[str, list[str]]]
    errors: str

    def names(self):
        """Return the `cn` of each entry."""
        return [entry["cn"][0] for entry in self.entries]


def ldapsearch(port, *arguments, base=BASE, certificate=None):
    """Run `ldapsearch`, without an account unless the arguments name one.

    Args:
        port: The port, or the URL of the server.
        *arguments: Options, a filter and the names of attributes.
        base: The base of the search.
        certificate: The file of the authority that the client trusts.
    """
    url = port if isinstance(port, str) else f"ldap://{HOST}:{port}"
    command = ["ldapsearch", "-x", "-LLL", "-o", "ldif-wrap=no", "-H", url, "-b", base, *arguments]
    environment = {**os.environ, "LDAPCONF": "/dev/null", "LC_ALL": "C.UTF-8"}
    if certificate is not None:
        environment["LDAPTLS_CACERT"] = str(certificate)
    ended = subprocess.run(
        command, env=environment, capture_output=True, timeout=TIMEOUT, check=False, stdin=subprocess.DEVNULL
    )
    return Found(ended.returncode, _entries(ended.stdout.decode()), ended.stderr.decode())


def connection(port, user=None, password=None, **options):
    """Return an ldap3 connection that is open and, with a user, bound; its calls never raise for a result code."""
    server = ldap3.Server(
        HOST, port, connect_timeout=int(TIMEOUT), get_info=options.pop("get_info", ldap3.NONE)
    )
    opened = ldap3.Connection(
        server,
        user,
        password,
        receive_timeout=int(TIMEOUT),
        check_names=False,
        auto_range=False,
        **options,
    )
    opened.open(read_server_info=False)
    opened.bind()
    return opened


def search(client, condition, *attributes, base=BASE, **options):
    """Search with an ldap3 connection; return the result code and the `cn` of each entry."""
    options = {"attributes": list(attributes) or ["*"], **options}
    client.search(base, condition, **options)
    names = [entry["attributes"].get("cn", [""]) for entry in client.response or ()]
    return client.result["result"], [name[0] if isinstance(name, list) else name for name in names]


def _entries(ldif):
    """Return the entries of a text in LDIF (RFC 2849) without comments and wrapped lines."""
    entries = []
    for block in ldif.strip().split("\n\n"):
        entry: dict[str, list[str]] = {}
        for line in block.splitlines():
            name, _, value = line.partition(":")
            text = b64decode(value[1:]).decode() if value.startswith(":") else value[1:]
            entry.setdefault(name, []).append(text)
        if "dn" in entry:
            entries.append(entry)
    return entries


class RawLdap:
    """A client that sends messages of LDAP and reads the responses one by one."""

    def __init__(self, port):
        """Connect."""
        self._socket = socket.create_connection((HOST, port), TIMEOUT)
        self._received = bytearray()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def search(self, message_id, text, base=BASE):
        """Send a search of the people whose `cn` contains a text."""
        substrings = ber.sequence([ber.octets("cn"), ber.sequence([ber.octets(text, 0x81)])], 0xA4)
        request = [
            ber.octets(base),
            ber.integer(2, ber.ENUMERATED),
            ber.integer(0, ber.ENUMERATED),
            *[ber.integer(0)] * 2,
            ber.boolean(False),
            substrings,
            ber.sequence([ber.octets("cn")]),
        ]
        self._send(message_id, ber.sequence(request, LdapOperation.SEARCH_REQUEST))

    def bind(self, message_id, name, password):
        """Send a bind."""
        request = [ber.integer(3), ber.octets(name), ber.octets(password, 0x80)]
        self._send(message_id, ber.sequence(request, LdapOperation.BIND_REQUEST))

    def abandon(self, message_id, abandoned):
        """Send that a search is no longer wanted."""
        self._send(message_id, ber.integer(abandoned, LdapOperation.ABANDON_REQUEST))

    def receive(self):
        """Return the next response: the identifier of its request, and the `cn` of an entry or a result code."""
        while (size := ber.message_size(self._received)) is None or len(self._received) < size:
            data = self._socket.recv(65536)
            assert data, "the server has closed the connection"
            self._received += data
        ((_, message),) = ber.elements(bytes(self._received[:size]))
        del self._received[:size]
        (_, message_id), (tag, content) = ber.elements(message)
        (_, first), (_, second), *_ = ber.elements(content)
        if tag != LdapOperation.SEARCH_RESULT_ENTRY:
            return ber.read_integer(message_id), ber.read_integer(first)
        ((_, attribute),) = ber.elements(second)
        ((_, value),) = ber.elements(ber.elements(attribute)[1][1])
        return ber.read_integer(message_id), ber.read_text(value)

    def end(self):
        """Close the side of the client, and wait until the server has closed the connection."""
        self._socket.shutdown(socket.SHUT_WR)
        while self._socket.recv(65536):
            pass

    def _send(self, message_id, operation):
        self._socket.sendall(ber.sequence([ber.integer(message_id), operation]))
