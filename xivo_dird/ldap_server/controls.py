"""The controls of searches: pages (RFC 2696), server-side sorting (RFC 2891), virtual list views (VLV)."""

from collections.abc import Iterable
from typing import NamedTuple

from xivo_dird.ldap_server.ber import (
    ENUMERATED,
    OCTET_STRING,
    SEQUENCE,
    Element,
    InvalidBer,
    element,
    elements,
    integer,
    octets,
    read_boolean,
    read_integer,
    read_text,
    sequence,
)
from xivo_dird.ldap_server.model import Control, LdapFailure, ResultCode

PAGED_RESULTS = "1.2.840.113556.1.4.319"
SORT_REQUEST = "1.2.840.113556.1.4.473"
SORT_RESPONSE = "1.2.840.113556.1.4.474"
VLV_REQUEST = "2.16.840.1.113730.3.4.9"
VLV_RESPONSE = "2.16.840.1.113730.3.4.10"

SUPPORTED = (PAGED_RESULTS, SORT_REQUEST, VLV_REQUEST)

MAX_SORT_KEYS = 8

_ORDERING_RULE, _REVERSE, _SORTED_BY = 0x80, 0x81, 0x80
_BY_OFFSET, _BY_VALUE = 0xA0, 0x81


class PageRequest(NamedTuple):
    """A page: its maximum number of entries, and where it begins; empty: at the first entry."""

    size: int
    cookie: bytes


class SortKey(NamedTuple):
    """An attribute by which entries are sorted."""

    attribute: str
    is_reversed: bool


class ViewRequest(NamedTuple):
    """A part of a sorted list.

    Attributes:
        before: The number of entries before the target.
        after: The number of entries behind the target.
        offset: The position of the target, from 1; 0 if `value` says which entry it is.
        expected_total: How many entries the client believes there are; 0: it does not know.
        value: The target is the first entry that is not before this text; None: `offset` says which entry it is.
    """

    before: int
    after: int
    offset: int = 0
    expected_total: int = 0
    value: str | None = None


class SearchControls(NamedTuple):
    """The controls of a search; None for those that it does not have."""

    page: PageRequest | None = None
    sort: tuple[SortKey, ...] | None = None
    is_sort_critical: bool = False
    view: ViewRequest | None = None


def read_controls(controls: Iterable[Control]) -> SearchControls:
    """Return the controls of a search; unknown ones are ignored unless they are critical (RFC 4511 section 4.1.11).

    Raises:
        InvalidBer: A control has an invalid value.
        LdapFailure: An unknown control is critical, or two of them contradict each other.
    """
    found = SearchControls()
    for oid, is_critical, value in controls:
        if oid == PAGED_RESULTS:
            found = found._replace(page=_page_request(value))
        elif oid == SORT_REQUEST:
            found = found._replace(sort=_sort_keys(value), is_sort_critical=is_critical)
        elif oid == VLV_REQUEST:
            found = found._replace(view=_view_request(value))
        elif is_critical:
            message = f"the control {oid[:64]} is not supported"
            raise LdapFailure(ResultCode.UNAVAILABLE_CRITICAL_EXTENSION, message)
    if found.view is not None and found.sort is None:
        raise LdapFailure(ResultCode.SORT_CONTROL_MISSING, "a virtual list view needs server-side sorting")
    if found.view is not None and found.page is not None:
        raise LdapFailure(ResultCode.UNWILLING_TO_PERFORM, "either pages or a virtual list view")
    return found


def page_response(cookie: bytes) -> Control:
    """Return the control with the beginning of the next page, empty if there is none; the total is not known."""
    return Control(PAGED_RESULTS, False, sequence([integer(0), element(OCTET_STRING, cookie)]))


def sort_response(unknown_attribute: str | None) -> Control:
    """Return the control that says whether the entries are sorted, or by which attribute they can't be."""
    if unknown_attribute is None:
        return Control(SORT_RESPONSE, False, sequence([integer(ResultCode.SUCCESS, ENUMERATED)]))
    code = integer(ResultCode.NO_SUCH_ATTRIBUTE, ENUMERATED)
    return Control(SORT_RESPONSE, False, sequence([code, octets(unknown_attribute, _SORTED_BY)]))


def view_response(position: int, total: int) -> Control:
    """Return the control with the position of the target, from 1, and the number of entries."""
    code = integer(ResultCode.SUCCESS, ENUMERATED)
    return Control(VLV_RESPONSE, False, sequence([integer(position), integer(total), code]))


def _page_request(value: bytes) -> PageRequest:
    parts = _sequence(value)
    if len(parts) != 2 or parts[1][0] != OCTET_STRING:
        raise InvalidBer("an invalid control of pages")
    return PageRequest(read_integer(parts[0][1]), parts[1][1])


def _sort_keys(value: bytes) -> tuple[SortKey, ...]:
    keys = [_sort_key(elements(content)) for _, content in _sequence(value)]
    if not 0 < len(keys) <= MAX_SORT_KEYS:
        raise InvalidBer("a control of sorting without attributes, or with too many")
    return tuple(keys)


def _sort_key(parts: list[Element]) -> SortKey:
    """Return a sort key; names and numbers have one order each, so the ordering rule does not matter."""
    if not parts or parts[0][0] != OCTET_STRING:
        raise InvalidBer("a sort key without an attribute")
    is_reversed = False
    for tag, content in parts[1:]:
        if tag == _REVERSE:
            is_reversed = read_boolean(content)
        elif tag != _ORDERING_RULE:
            raise InvalidBer("an invalid sort key")
    return SortKey(read_text(parts[0][1]), is_reversed)


def _view_request(value: bytes) -> ViewRequest:
    parts = _sequence(value)
    if not 3 <= len(parts) <= 4:
        raise InvalidBer("an invalid control of a virtual list view")
    (_, before), (_, after), (tag, target), *_ = parts
    counts = read_integer(before), read_integer(after)
    if tag == _BY_VALUE:
        return ViewRequest(*counts, value=read_text(target))
    position = elements(target)
    if tag != _BY_OFFSET or len(position) != 2:
        raise InvalidBer("an invalid target of a virtual list view")
    return ViewRequest(
        *counts, offset=read_integer(position[0][1]), expected_total=read_integer(position[1][1])
    )


def _sequence(value: bytes) -> list[Element]:
    """Return the parts of the sequence that is the value of a control."""
    found = elements(value)
    if len(found) != 1 or found[0][0] != SEQUENCE:
        raise InvalidBer("a control without a valid value")
    return elements(found[0][1])
