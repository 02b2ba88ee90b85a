"""Tests of answers in pages: when a search is paged, and what is kept if a page is missing."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from waiting import TIMEOUT
from xivo_dird.backend import Deadline, SourceUnavailable
from xivo_dird_backends.ldap.paging import MAX_EMPTY_PAGES, PAGE_SIZE, PagedSearches, pages
from xivo_dird_backends.ldap.result_codes import (
    ADMIN_LIMIT_EXCEEDED,
    SIZE_LIMIT_EXCEEDED,
    SUCCESS,
    TIME_LIMIT_EXCEEDED,
    UNWILLING_TO_PERFORM,
)
from xivo_dird_backends.ldap.searches import LdapResult, LdapSearch

SEARCH = LdapSearch("(cn=*)", ("cn",))


@dataclass
class Server:
    """Returns prepared results, and stores the requests. It says what an answer without pages is."""

    results: list[LdapResult | SourceUnavailable]
    requests: list[LdapSearch] = field(default_factory=list)

    def search(self, request: LdapSearch, deadline: Deadline) -> LdapResult:
        self.requests.append(request)
        result = self.results.pop(0)
        if isinstance(result, SourceUnavailable):
            raise result
        return result

    @property
    def page_sizes(self) -> list[int]:
        return [request.page_size for request in self.requests]


def entries(count: int, code: int = SUCCESS, cookie: bytes = b"") -> LdapResult:
    return LdapResult([{"cn": [b"x"]}] * count, code, "result", cookie)


def answer(server: Server, searches: PagedSearches, request: LdapSearch = SEARCH) -> tuple[int, int]:
    result = searches.search(server, request, Deadline.after(TIMEOUT))
    return len(result.entries), result.code


def listed(results: Sequence[LdapResult | SourceUnavailable]) -> tuple[list[int], Server]:
    server = Server(list(results))
    found = [len(page.entries) for page in pages(server, SEARCH, lambda: Deadline.after(TIMEOUT))]
    return found, server


def test_pages_are_requested_with_the_cookie_of_the_one_before() -> None:
    found, server = listed([entries(2, cookie=b"a"), entries(0, cookie=b"a"), entries(1)])
    assert found == [2, 0, 1]
    assert [request.cookie for request in server.requests] == [b"", b"a", b"a"]
    assert server.page_sizes == [PAGE_SIZE] * 3


@pytest.mark.parametrize("code", [UNWILLING_TO_PERFORM, ADMIN_LIMIT_EXCEEDED])
def test_a_server_that_refuses_pages_is_asked_without(code: int) -> None:
    found, server = listed([entries(0, code), entries(3)])
    assert (found, server.page_sizes) == ([3], [PAGE_SIZE, 0])


def test_a_limit_ends_the_pages() -> None:
    found, _ = listed([entries(2, cookie=b"a"), entries(1, SIZE_LIMIT_EXCEEDED, b"b")])
    assert found == [2, 1]


def test_empty_pages_without_end_are_an_error() -> None:
    with pytest.raises(SourceUnavailable, match="no end"):
        listed([entries(0, cookie=b"a")] * (MAX_EMPTY_PAGES + 2))


def test_a_search_is_paged_after_the_size_limit_was_exceeded() -> None:
    searches = PagedSearches(is_paged=False)
    server = Server([entries(2, SIZE_LIMIT_EXCEEDED), entries(2, cookie=b"a"), entries(2), entries(4)])
    assert answer(server, searches) == (4, SUCCESS)
    assert answer(server, searches) == (4, SUCCESS)
    assert server.page_sizes == [0, PAGE_SIZE, PAGE_SIZE, PAGE_SIZE]


def test_where_pages_bring_no_more_they_are_not_tried_again() -> None:
    searches = PagedSearches(is_paged=False)
    cut = entries(2, SIZE_LIMIT_EXCEEDED)
    server = Server([cut, entries(2, cookie=b"a"), entries(0, SIZE_LIMIT_EXCEEDED), cut])
    assert [answer(server, searches) for _ in range(2)] == [(2, SIZE_LIMIT_EXCEEDED)] * 2
    assert server.page_sizes == [0, PAGE_SIZE, PAGE_SIZE, 0]


def test_a_search_for_a_few_entries_is_not_paged() -> None:
    server = Server([entries(1, SIZE_LIMIT_EXCEEDED)])
    few = LdapSearch("(cn=*)", ("cn",), size_limit=1)
    assert answer(server, PagedSearches(is_paged=True), few) == (1, SIZE_LIMIT_EXCEEDED)
    assert server.page_sizes == [0]


def test_no_more_entries_are_returned_than_were_asked_for() -> None:
    server = Server([entries(PAGE_SIZE, cookie=b"a"), entries(PAGE_SIZE, cookie=b"b")])
    many = LdapSearch("(cn=*)", ("cn",), size_limit=PAGE_SIZE + 7)
    assert answer(server, PagedSearches(is_paged=True), many) == (PAGE_SIZE + 7, SUCCESS)


def test_the_pages_before_a_missing_one_are_kept() -> None:
    server = Server([entries(2, cookie=b"a"), SourceUnavailable("timed out")])
    assert answer(server, PagedSearches(is_paged=True)) == (2, TIME_LIMIT_EXCEEDED)


def test_a_missing_first_page_is_an_error() -> None:
    with pytest.raises(SourceUnavailable, match="timed out"):
        answer(Server([SourceUnavailable("timed out")]), PagedSearches(is_paged=True))
