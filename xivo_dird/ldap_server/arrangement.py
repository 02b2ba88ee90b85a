"""The entries of a search in the order and the part that its controls request: pages, sorting, virtual list views."""

from bisect import bisect_left
from collections.abc import Generator, Sequence
from functools import partial
from hashlib import blake2b
from typing import NamedTuple

from xivo_dird.ldap_server.attributes import attribute_key, is_number
from xivo_dird.ldap_server.contact_search import Ending
from xivo_dird.ldap_server.controls import (
    PageRequest,
    SearchControls,
    SortKey,
    ViewRequest,
    page_response,
    sort_response,
    view_response,
)
from xivo_dird.ldap_server.matching import digits_of
from xivo_dird.ldap_server.model import Control, LdapEntry, LdapFailure, ResultCode
from xivo_dird.ldap_server.requests import SearchRequest
from xivo_dird.text.folding import fold

_OFFSET_BYTES = 4
_DIGEST_BYTES = 8

_LAST = (True, "")
"""The sort value of an entry without the attribute, which is behind all others (RFC 2891 section 2.2)."""

SortValue = tuple[bool, str]

Entries = Generator[LdapEntry | None]
"""Entries; None from time to time, so that the connection can be looked at."""


class Arrangement:
    """The entries of one search in the order and the part that its controls request.

    Attributes:
        max_entries: How many entries are needed.
        response_controls: The controls of the response, complete when the entries have been read.
    """

    def __init__(self, wanted: SearchControls, request: SearchRequest, max_entries: int) -> None:
        """Prepare the selection.

        Args:
            wanted: The controls of the search.
            request: The search.
            max_entries: The maximum number of entries of a search.

        Raises:
            LdapFailure: The page or the order can't be had.
        """
        self._request = request
        self._page, self._view = wanted.page, wanted.view
        self._limit = min(request.size_limit or max_entries, max_entries)
        self._start = _page_start(wanted.page, request) if wanted.page else 0
        self._keys = wanted.sort or ()
        self.response_controls: list[Control] = []
        if wanted.sort is not None:
            self._check_sort(wanted.sort, is_critical=wanted.is_sort_critical)
        self._end = min(self._start + wanted.page.size, self._limit) if wanted.page else self._limit
        self.max_entries = max_entries if self._keys else max(self._end, 1)

    def entries(self, found: Entries, ending: Ending) -> Entries:
        """Yield the entries of the part."""
        if self._keys:
            yield from self._sorted(found, ending)
            return
        count = 0
        for entry in found:
            if entry is not None:
                count += 1
            if entry is None or self._start < count <= self._end:
                yield entry
        self._end_page(ending, has_more=ending.is_cut)

    def _check_sort(self, keys: tuple[SortKey, ...], *, is_critical: bool) -> None:
        unknown = _unknown_sort_attribute(keys)
        if unknown is not None and is_critical:
            message = f"entries have no attribute {unknown[:64]!r} by which they could be sorted"
            raise LdapFailure(ResultCode.UNAVAILABLE_CRITICAL_EXTENSION, message)
        self._keys = keys if unknown is None else ()
        self.response_controls.append(sort_response(unknown))

    def _sorted(self, found: Entries, ending: Ending) -> Entries:
        """Yield a part of all entries, which can only be sorted when they are complete."""
        complete: list[LdapEntry] = []
        for entry in found:
            if entry is None:
                yield None
            else:
                complete.append(entry)
        arranged = _sorted_entries(complete, self._keys)
        if self._view is not None:
            part = _view(arranged, self._keys, self._view)
            self.response_controls.append(view_response(part.position, part.total))
            yield from part.entries
            return
        yield from arranged[self._start : self._end]
        has_more = len(arranged) > self._end
        ending.is_cut = ending.is_cut or has_more
        self._end_page(ending, has_more=has_more)

    def _end_page(self, ending: Ending, *, has_more: bool) -> None:
        """Add where the next page begins; the search is not cut if there may be one."""
        if self._page is None:
            return
        is_followed = has_more and self._end < self._limit and self._page.size > 0
        if is_followed or self._page.size == 0:
            ending.is_cut = False
        cookie = _page_cookie(self._end, self._request) if is_followed else b""
        self.response_controls.append(page_response(cookie))


class _Part(NamedTuple):
    """A part of a sorted list: its entries, the position of its target, from 1, and the length of the list."""

    entries: Sequence[LdapEntry]
    position: int
    total: int


def _page_start(page: PageRequest, request: SearchRequest) -> int:
    """Return the number of entries before a page.

    The cookie is this number, with a digest of the search: a page can be requested from any process of the daemon.

    Raises:
        LdapFailure: The cookie is not one of this search.
    """
    if not page.cookie:
        return 0
    offset = int.from_bytes(page.cookie[:_OFFSET_BYTES], "big")
    if page.cookie != _page_cookie(offset, request):
        raise LdapFailure(ResultCode.UNWILLING_TO_PERFORM, "the cookie is of another search")
    return offset


def _page_cookie(offset: int, request: SearchRequest) -> bytes:
    """Return the cookie of the page behind so many entries of a search."""
    same = repr((request.base, request.scope, request.filter)).encode(errors="surrogatepass")
    return offset.to_bytes(_OFFSET_BYTES, "big") + blake2b(same, digest_size=_DIGEST_BYTES).digest()


def _unknown_sort_attribute(keys: Sequence[SortKey]) -> str | None:
    """Return the first attribute that entries can't have; None if there is none."""
    return next((key.attribute for key in keys if attribute_key(key.attribute) is None), None)


def _sorted_entries(entries: Sequence[LdapEntry], keys: Sequence[SortKey]) -> list[LdapEntry]:
    """Return entries sorted by their least values; equal ones keep their order."""
    arranged = list(entries)
    for key in reversed(keys):
        arranged.sort(key=partial(_sort_value, key), reverse=key.is_reversed)
    return arranged


def _view(entries: Sequence[LdapEntry], keys: Sequence[SortKey], request: ViewRequest) -> _Part:
    """Return a part of sorted entries."""
    position = _target(entries, keys[0], request)
    first = max(position - 1 - request.before, 0)
    return _Part(entries[first : position + request.after], position, len(entries))


def _target(entries: Sequence[LdapEntry], key: SortKey, request: ViewRequest) -> int:
    """Return the position of the target of a view; one behind the end if all entries are before it."""
    count = len(entries)
    if request.value is None:
        offset = max(request.offset, 1)
        if request.expected_total:  # the client scrolls in a list whose length has changed
            offset = round(offset * count / request.expected_total)
        return min(max(offset, 1), count + 1)
    wanted = _comparable(request.value, key)
    values = [_sort_value(key, entry) for entry in entries]
    if key.is_reversed:
        return count - bisect_left(values[::-1], (False, f"{wanted}\U0010ffff")) + 1
    return bisect_left(values, (False, wanted)) + 1


def _sort_value(key: SortKey, entry: LdapEntry) -> SortValue:
    values = entry.values.get(attribute_key(key.attribute) or "")
    return min((False, _comparable(value, key)) for value in values) if values else _LAST


def _comparable(value: str, key: SortKey) -> str:
    return digits_of(value) if is_number(key.attribute) else fold(value)
