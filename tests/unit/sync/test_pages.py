"""Lists without an end are detected."""

import pytest

from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.sync import PageGuard
from xivo_dird.sync.pages import MAX_LIST_SECONDS


def test_a_link_is_followed_once():
    guard = PageGuard("the server")
    assert [guard.check(link) for link in ("1", "2")] == ["1", "2"]
    with pytest.raises(SourceUnavailable, match=r"^the server links to the same page twice$"):
        guard.check("1")


def test_too_many_pages_are_an_error():
    guard = PageGuard("the server", max_pages=3)
    guard.check("2")
    guard.check("3")
    with pytest.raises(SourceUnavailable, match=r"^the server has more than 3 pages$"):
        guard.check("4")


def test_pages_that_take_too_long_are_an_error():
    times = iter([0.0, MAX_LIST_SECONDS, MAX_LIST_SECONDS + 1])
    guard = PageGuard("the server", clock=lambda: next(times))
    guard.check("2")
    with pytest.raises(SourceUnavailable, match=r"^the server takes more than 21600 s to list its pages$"):
        guard.check("3")
