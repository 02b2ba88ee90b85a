"""The requests of LDAP clients (RFC 4511 section 4), decoded."""

from typing import NamedTuple

from xivo_dird.ldap_server.ber import (
    BOOLEAN,
    ENUMERATED,
    INTEGER,
    OCTET_STRING,
    SEQUENCE,
    Element,
    InvalidBer,
    elements,
    read_boolean,
    read_integer,
    read_text,
)
from xivo_dird.ldap_server.filters import Filter, decode_filter
from xivo_dird.ldap_server.model import Control, LdapFailure, ResultCode, Scope

MAX_CONTROLS = 32
MAX_ATTRIBUTES = 1000

_CONTROLS = 0xA0
_SIMPLE_PASSWORD = 0x80
_EXTENDED_NAME = 0x80


class RequestMessage(NamedTuple):
    """A request whose operation is not decoded yet."""

    message_id: int
    tag: int
    content: bytes
    controls: tuple[Control, ...]


class BindRequest(NamedTuple):
    """A bind: the version of LDAP, the name, and the password, None for another method (SASL)."""

    version: int
    name: str
    password: str | None


class SearchRequest(NamedTuple):
    """A search.

    Attributes:
        base: The DN of its base.
        scope: Which entries below it are searched.
        size_limit: The maximum number of entries; 0: none.
        time_limit: The maximum time in seconds; 0: none.
        types_only: Whether the entries have no values.
        filter: The condition.
        attributes: The names of the requested attributes; empty: all.
    """

    base: str
    scope: Scope
    size_limit: int
    time_limit: int
    types_only: bool
    filter: Filter
    attributes: tuple[str, ...]


def decode_message(encoded: bytes) -> RequestMessage:
    """Return a message, whose tag and length are known to be right.

    Raises:
        InvalidBer: It is no message of LDAP.
    """
    ((_, content),) = elements(encoded)
    parts = elements(content)
    if len(parts) not in {2, 3} or parts[0][0] != INTEGER:
        raise InvalidBer("a message without an identifier or an operation")
    controls = _controls(parts[2]) if len(parts) > 2 else ()
    tag, operation = parts[1]
    message_id = read_integer(parts[0][1])
    if message_id == 0:
        raise InvalidBer("a request with the identifier of notices")
    return RequestMessage(message_id, tag, operation, controls)


def decode_bind(content: bytes) -> BindRequest:
    """Return a bind request.

    Raises:
        InvalidBer: It is none.
    """
    version, name, method = _parts(content, (INTEGER, OCTET_STRING, None))
    password = read_text(method[1]) if method[0] == _SIMPLE_PASSWORD else None
    return BindRequest(read_integer(version[1]), read_text(name[1]), password)


def decode_search(content: bytes) -> SearchRequest:
    """Return a search request.

    Raises:
        InvalidBer: It is none.
        LdapFailure: Its filter is too large, or it requests too many attributes.
    """
    kinds = (OCTET_STRING, ENUMERATED, ENUMERATED, INTEGER, INTEGER, BOOLEAN, None, SEQUENCE)
    base, scope, _, size_limit, time_limit, types_only, filter_, attributes = _parts(content, kinds)
    names = elements(attributes[1])
    if len(names) > MAX_ATTRIBUTES:
        raise LdapFailure(
            ResultCode.ADMIN_LIMIT_EXCEEDED, f"more than {MAX_ATTRIBUTES} attributes are requested"
        )
    return SearchRequest(
        read_text(base[1]),
        _scope(read_integer(scope[1])),
        read_integer(size_limit[1]),
        read_integer(time_limit[1]),
        read_boolean(types_only[1]),
        decode_filter(filter_),
        tuple(read_text(name) for _, name in names),
    )


def decode_extended_name(content: bytes) -> str:
    """Return the identifier of an extended request.

    Raises:
        InvalidBer: It has none.
    """
    parts = elements(content)
    if not parts or parts[0][0] != _EXTENDED_NAME:
        raise InvalidBer("an extended request without a name")
    return read_text(parts[0][1])


def _parts(content: bytes, tags: tuple[int | None, ...]) -> list[Element]:
    """Return the elements of a sequence, which have these tags; None: any."""
    found = elements(content)
    if len(found) != len(tags):
        raise InvalidBer("a request with missing or additional parts")
    for (tag, _), expected in zip(found, tags, strict=True):
        if expected is not None and tag != expected:
            raise InvalidBer("a request with a part of the wrong type")
    return found


def _scope(number: int) -> Scope:
    try:
        return Scope(number)
    except ValueError as error:
        raise InvalidBer("an unknown scope") from error


def _controls(encoded: Element) -> tuple[Control, ...]:
    tag, content = encoded
    if tag != _CONTROLS:
        raise InvalidBer("no controls where controls should be")
    found = elements(content)
    if len(found) > MAX_CONTROLS:
        raise InvalidBer("too many controls")
    return tuple(_control(elements(control)) for _, control in found)


def _control(parts: list[Element]) -> Control:
    """Return a control: its identifier, then optionally whether it is critical, and a value."""
    if not parts or parts[0][0] != OCTET_STRING:
        raise InvalidBer("a control without an identifier")
    oid, *rest = parts
    is_critical, value = False, b""
    for tag, content in rest:
        if tag == BOOLEAN:
            is_critical = read_boolean(content)
        elif tag == OCTET_STRING:
            value = content
        else:
            raise InvalidBer("a control with an unknown part")
    return Control(read_text(oid[1]), is_critical, value)
