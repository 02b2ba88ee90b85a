"""What a server says about itself: which copy of the directory it has, and how far that has been changed."""

from typing import NamedTuple

from xivo_dird.backend import Deadline
from xivo_dird_backends.ldap.connections import LdapConnection
from xivo_dird_backends.ldap.entries import RawEntry
from xivo_dird_backends.ldap.result_codes import SUCCESS
from xivo_dird_backends.ldap.searches import LdapSearch

ANY_OBJECT = "(objectClass=*)"
ROOT_ATTRIBUTES = ("highestCommittedUSN", "dnsHostName", "dsServiceName", "namingContexts")

MAX_USN_DIGITS = 20
"""Maximum length of a number of a change, which has 64 bits."""


class DirectoryState(NamedTuple):
    """The state of the copy of a directory that one server has.

    Attributes:
        origin: The server and its database. Numbers and times of changes of another one mean something else.
        usn: The number of the last change in Active Directory; None: the server has no such numbers.
        context_csn: What changes with every change of the database; empty: the server does not say.
    """

    origin: str
    usn: int | None
    context_csn: str


def read_state(connection: LdapConnection, deadline: Deadline) -> DirectoryState:
    """Return the state of the server of a connection, from its root DSE (RFC 4512 section 5.1).

    Raises:
        SourceUnavailable: The server does not answer.
    """
    root = _entry(connection, "", ROOT_ATTRIBUTES, deadline)
    usn = _first(root, "highestCommittedUSN")
    if usn.isdigit() and len(usn) <= MAX_USN_DIGITS:
        settings = _first(root, "dsServiceName").decode(errors="replace")
        invocation = _entry(connection, settings, ("invocationId",), deadline) if settings else {}
        host = _first(root, "dnsHostName").decode(errors="replace")
        return DirectoryState(f"{host} {_first(invocation, 'invocationId').hex()}", int(usn), "")
    contexts = [value.decode(errors="replace") for value in _values(root, "namingContexts")]
    base = _plain(connection.server.base_dn)
    context = max((each for each in contexts if each and base.endswith(_plain(each))), key=len, default="")
    csns = _values(_entry(connection, context, ("contextCSN",), deadline), "contextCSN") if context else []
    return DirectoryState(
        connection.server.uri, None, " ".join(sorted(csn.decode("latin-1") for csn in csns))
    )


def _entry(
    connection: LdapConnection, entry_dn: str, attributes: tuple[str, ...], deadline: Deadline
) -> RawEntry:
    """Return an entry; one without attributes if it can't be read."""
    result = connection.search(LdapSearch(ANY_OBJECT, attributes, entry_dn=entry_dn), deadline)
    return result.entries[0] if result.code == SUCCESS and result.entries else {}


def _values(entry: RawEntry, name: str) -> list[bytes]:
    return [value for key, values in entry.items() if key.lower() == name.lower() for value in values or ()]


def _first(entry: RawEntry, name: str) -> bytes:
    return next(iter(_values(entry, name)), b"")


def _plain(entry_dn: str) -> str:
    return entry_dn.replace(" ", "").lower()
