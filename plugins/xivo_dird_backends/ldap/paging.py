"""Reads answers in pages (RFC 2696), where a server gives only a part of a long answer at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from xivo_dird.backend import Deadline, SourceUnavailable
from xivo_dird_backends.ldap.entries import RawEntry
from xivo_dird_backends.ldap.result_codes import (
    ADMIN_LIMIT_EXCEEDED,
    LIMITS_EXCEEDED,
    SIZE_LIMIT_EXCEEDED,
    SUCCESS,
    TIME_LIMIT_EXCEEDED,
    UNAVAILABLE_CRITICAL_EXTENSION,
    UNWILLING_TO_PERFORM,
)
from xivo_dird_backends.ldap.searches import LdapResult, LdapSearch

PAGE_SIZE = 500
"""Number of entries in a page: Active Directory returns at most 1000, OpenLDAP by default 500."""

MAX_PAGES = 10_000
"""Maximum number of pages of a list. A cookie may repeat: that of 389 Directory Server is the same for all pages."""

MAX_EMPTY_PAGES = 100
"""Maximum number of pages without an entry in a row: a server that filters a page may have none to return."""

WITHOUT_PAGES = frozenset({UNAVAILABLE_CRITICAL_EXTENSION, UNWILLING_TO_PERFORM, ADMIN_LIMIT_EXCEEDED})
"""Codes with which servers refuse a search because it is paged."""


class Searches(Protocol):
    """A connection that searches, one search at a time."""

    def search(self, request: LdapSearch, deadline: Deadline) -> LdapResult:
        """Search for entries.

        Raises:
            SourceUnavailable: No complete response arrived in time.
        """


def pages(
    connection: Searches, request: LdapSearch, new_deadline: Callable[[], Deadline]
) -> Iterator[LdapResult]:
    """Yield the pages of an answer; only the last one can have another code than success.

    A server that refuses pages, or does not know them, returns everything as one page.

    Args:
        connection: The connection, used for all pages: a cookie belongs to it.
        request: The search.
        new_deadline: Returns the deadline of the next page.

    Raises:
        SourceUnavailable: No complete page arrived in time, or they have no end.
    """
    request, empty_pages = replace(request, page_size=PAGE_SIZE), 0
    result = connection.search(request, new_deadline())
    if result.code in WITHOUT_PAGES and not result.entries:
        result = connection.search(replace(request, page_size=0), new_deadline())
    yield result
    for _ in range(MAX_PAGES):
        empty_pages = 0 if result.entries else empty_pages + 1
        if result.code != SUCCESS or not result.cookie or empty_pages > MAX_EMPTY_PAGES:
            break
        result = connection.search(replace(request, cookie=result.cookie), new_deadline())
        yield result
    if result.code == SUCCESS and result.cookie:
        raise SourceUnavailable("the server's list of entries has no end")


class PagedSearches:
    """The searches of one source: paged once the server was seen to return more in this way. Shared by threads."""

    def __init__(self, *, is_paged: bool) -> None:
        """Store whether the first search is paged already."""
        self._is_paged = is_paged
        self._is_useless = False

    def search(self, connection: Searches, request: LdapSearch, deadline: Deadline) -> LdapResult:
        """Return the entries of all pages; those that arrived before a limit was exceeded.

        A search that exceeds the size limit of the server is repeated in pages. Active Directory then returns
        everything; OpenLDAP does not, since its limit is that of the whole answer, so it is not asked again.

        Raises:
            SourceUnavailable: No complete response arrived in time.
        """
        can_be_paged = request.size_limit == 0 or request.size_limit > PAGE_SIZE
        if not can_be_paged or (self._is_useless and not self._is_paged):
            return connection.search(request, deadline)
        if self._is_paged:
            return _all_pages(connection, request, deadline)
        result = connection.search(request, deadline)
        if result.code != SIZE_LIMIT_EXCEEDED or 0 < request.size_limit <= len(result.entries):
            return result
        paged = _all_pages(connection, request, deadline)
        self._is_paged = len(paged.entries) > len(result.entries)
        self._is_useless = not self._is_paged and paged.code in LIMITS_EXCEEDED
        return paged if self._is_paged else result


def _all_pages(connection: Searches, request: LdapSearch, deadline: Deadline) -> LdapResult:
    """Return all pages as one result; those that arrived in time if the deadline passes."""
    entries: list[RawEntry] = []
    result: LdapResult | None = None
    try:
        for result in pages(connection, request, lambda: deadline):
            entries += result.entries
            if 0 < request.size_limit <= len(entries):
                break
    except SourceUnavailable:
        if result is None:
            raise
        return LdapResult(_cut(entries, request), TIME_LIMIT_EXCEEDED, "the next page did not arrive in time")
    if result is None:
        raise SourceUnavailable("the server returned no page")
    return LdapResult(_cut(entries, request), result.code, result.description)


def _cut(entries: Sequence[RawEntry], request: LdapSearch) -> Sequence[RawEntry]:
    return entries[: request.size_limit] if request.size_limit else entries
