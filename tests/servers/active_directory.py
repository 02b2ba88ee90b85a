"""A stand-in for a domain controller: it answers as Active Directory does where OpenLDAP answers in another way."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID, uuid5

from servers.hostile_ldap import HostileLdap, Peer
from servers.ldap_filters import matches
from servers.ldap_messages import (
    BIND_RESPONSE,
    INVALID_CREDENTIALS,
    SEARCH_DONE,
    SUCCESS,
    Element,
    ldap_result,
    message,
    octet_string,
    paged_control,
    search_entry,
    tlv,
)
from servers.lifetime import ContextServer

DOMAIN = "dc=corp,dc=example"
ACCOUNT, PASSWORD = "phones@corp.example", "s3cret-enough"
NAMESPACE = UUID("5d1ab6a1-8a3f-4b53-9d3c-0c5b3a4c6f11")
OPERATIONS_ERROR, SIZE_LIMIT_EXCEEDED, STRONGER_AUTH_REQUIRED = 1, 4, 8
BIND_REQUEST, SEARCH_REQUEST = 0x60, 0x63
SEARCH_REFERENCE, CONTROLS_TAG = 0x73, 0xA0
PAGED_RESULTS = b"1.2.840.113556.1.4.319"

NOT_BOUND = (
    b"000004DC: LdapErr: DSID-0C0907C2, comment: In order to perform this operation a successful bind must be"
    b" completed on the connection., data 0, v1db1"
)
NOT_ENCRYPTED = (
    b"00002028: LdapErr: DSID-0C090276, comment: The server requires binds to turn on integrity checking"
    b" if SSL\\TLS are not already active on the connection, data 0, v4563"
)

Attributes = Mapping[str, Sequence[str | bytes]]


def guid_of(name: str) -> UUID:
    """Return the `objectGUID` of the object with this name."""
    return uuid5(NAMESPACE, name)


def user(name: str, **attributes: Sequence[str | bytes]) -> Attributes:
    """Return a user, who is not disabled, with the last name that the display name ends with."""
    return {
        "objectClass": ["top", "person", "organizationalPerson", "user"],
        "objectCategory": ["person"],
        "userAccountControl": ["512"],
        "displayName": [name],
        "cn": [name],
        "sn": [name.rsplit(maxsplit=1)[-1]],
        "objectGUID": [guid_of(name).bytes_le],
        **attributes,
    }


class ActiveDirectory(ContextServer):
    """A domain with one controller. The attributes may be changed while it runs.

    Attributes:
        max_page_size: How many objects an answer, or a page of it, has at most.
        requires_encryption: Whether simple binds are refused on connections without TLS.
        bind_data: The sub-code with which binds are refused; None: the right password is accepted.
        host, invocation: What identifies the controller and its database.
        binds, searches: The number of requests.
    """

    def __init__(self, objects: Sequence[Attributes] = (), *, max_page_size: int = 1000) -> None:
        """Create a domain with objects."""
        self.max_page_size = max_page_size
        self.requires_encryption = False
        self.bind_data: str | None = None
        self.host = "dc1.corp.example"
        self.invocation = guid_of("invocation")
        self.binds = self.searches = self.searches_for_changes = 0
        self._lock = threading.Lock()
        self._usn = 1000
        self._objects: dict[bytes, dict[str, list[bytes]]] = {}
        self._server = HostileLdap(self._serve)
        self.uri = self._server.uri
        for each in objects:
            self.put(each)

    def start(self) -> None:
        """Start to answer."""
        self._server.start()

    def close(self) -> None:
        """Stop to answer."""
        self._server.close()

    def put(self, attributes: Attributes) -> None:
        """Add an object, or replace the one with the same GUID."""
        with self._lock:
            self._usn += 1
            encoded = {name: [*map(_encode, values)] for name, values in attributes.items()}
            self._objects[encoded["objectGUID"][0]] = {**encoded, "uSNChanged": [b"%d" % self._usn]}

    def remove(self, name: str) -> None:
        """Delete the object with this name."""
        with self._lock:
            self._usn += 1
            del self._objects[guid_of(name).bytes_le]

    def disconnect(self) -> None:
        """Close all connections, as a controller does with those that were idle for long."""
        self._server.disconnect()

    def replace_controller(self, host: str, usn: int) -> None:
        """Replace the controller by another one, which has numbered the changes in another way."""
        with self._lock:
            self.host, self._usn = host, usn
            for number, each in enumerate(self._objects.values()):
                each["uSNChanged"] = [b"%d" % (usn - number)]

    def _serve(self, peer: Peer) -> None:
        is_bound = False
        while True:
            peer.request()
            number, operation, *controls = Element(0x30, peer.last_message).parts()
            if operation.tag == BIND_REQUEST:
                code, text, is_bound = self._bind(operation)
                peer.send(ldap_result(number.number(), BIND_RESPONSE, code, text))
            elif operation.tag == SEARCH_REQUEST:
                request = SearchRequest.read(operation, controls)
                peer.send(self._search(number.number(), request, is_bound=is_bound))
            else:
                return

    def _bind(self, request: Element) -> tuple[int, bytes, bool]:
        self.binds += 1
        name, password = (part.content.decode() for part in request.parts()[1:3])
        if not name or not password:
            return SUCCESS, b"", False
        if self.requires_encryption:
            return STRONGER_AUTH_REQUIRED, NOT_ENCRYPTED, False
        data = self.bind_data or (None if (name, password) == (ACCOUNT, PASSWORD) else "52e")
        if data is None:
            return SUCCESS, b"", True
        text = f"80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data {data}, v4563"
        return INVALID_CREDENTIALS, text.encode(), False

    def _search(self, number: int, request: "SearchRequest", *, is_bound: bool) -> bytes:
        self.searches += 1
        own = {"": self._root(), "cn=ntds settings,cn=configuration": self._settings()}
        if request.base in own and request.is_base_only:
            entry = search_entry(number, request.selected(own[request.base]))
            return entry + ldap_result(number, SEARCH_DONE, SUCCESS)
        if not is_bound:
            return ldap_result(number, SEARCH_DONE, OPERATIONS_ERROR, NOT_BOUND)
        self.searches_for_changes += b"uSNChanged" in request.filter.content
        with self._lock:
            found = [each for each in self._objects.values() if matches(request.filter, each)]
        return self._answer(number, [request.selected(each) for each in found], request)

    def _answer(self, number: int, found: list[dict[str, list[bytes]]], request: "SearchRequest") -> bytes:
        size, start = request.page or (request.size_limit or self.max_page_size, 0)
        end = start + min(size, self.max_page_size)
        names = ("ForestDnsZones", "DomainDnsZones", "Configuration") if request.base == DOMAIN else ()
        urls = [octet_string(f"ldap://{name}.corp.example/".encode()) for name in names]
        references = b"".join(message(number, tlv(SEARCH_REFERENCE, url)) for url in urls)
        entries = b"".join(search_entry(number, each) for each in found[start:end])
        has_more = end < len(found)
        if request.page is not None:
            done = tlv(SEARCH_DONE, tlv(0x0A, b"\0"), octet_string(b""), octet_string(b""))
            control = paged_control(b"%d" % end if has_more else b"")
            return entries + references + message(number, done + tlv(CONTROLS_TAG, control))
        code = SIZE_LIMIT_EXCEEDED if has_more else SUCCESS
        return entries + references + ldap_result(number, SEARCH_DONE, code)

    def _root(self) -> dict[str, list[bytes]]:
        return {
            "highestCommittedUSN": [b"%d" % self._usn],
            "dnsHostName": [self.host.encode()],
            "dsServiceName": [b"CN=NTDS Settings,CN=Configuration"],
            "supportedControl": [PAGED_RESULTS],
        }

    def _settings(self) -> dict[str, list[bytes]]:
        return {"invocationId": [self.invocation.bytes_le]}


@dataclass(frozen=True)
class SearchRequest:
    """A search (RFC 4511 section 4.5.1); `page` is the size and the position of a page (RFC 2696)."""

    base: str
    is_base_only: bool
    size_limit: int
    filter: Element
    names: frozenset[str]
    page: tuple[int, int] | None

    @classmethod
    def read(cls, operation: Element, controls: Sequence[Element]) -> Self:
        """Read a request and its controls."""
        base, scope, _, size_limit, _, _, search_filter, names = operation.parts()
        page = None
        for control in (each for part in controls for each in part.parts()):
            kind, *_, value = control.parts()
            if kind.content == PAGED_RESULTS:
                size, cookie = Element(0x04, value.content).parts()[0].parts()
                page = size.number(), int(cookie.content or b"0")
        return cls(
            base.content.decode().lower(),
            scope.number() == 0,
            size_limit.number(),
            search_filter,
            frozenset(name.content.decode().lower() for name in names.parts()),
            page,
        )

    def selected(self, attributes: Mapping[str, list[bytes]]) -> dict[str, list[bytes]]:
        """Return the attributes that were asked for."""
        has_all = "*" in self.names or not self.names
        return {name: values for name, values in attributes.items() if has_all or name.lower() in self.names}


def _encode(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value
