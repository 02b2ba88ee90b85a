"""Tests of access lists, which are compared with a simple reference implementation."""

import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xivo_dird_authenticators.static.acl import AccessList


def reference_match(pattern: Sequence[str], words: Sequence[str]) -> bool:
    """Try all combinations; the cost is exponential, so texts must be short."""
    if not pattern:
        return not words
    head, *rest = pattern
    if head == "#":
        return any(reference_match(rest, words[count:]) for count in range(len(words) + 1))
    return bool(words) and head in ("*", words[0]) and reference_match(rest, words[1:])


def reference_allows(patterns: Sequence[str], required: str) -> bool:
    words = required.split(".")
    matched = [text for text in patterns if reference_match(text.removeprefix("!").split("."), words)]
    return bool(matched) and not any(text.startswith("!") for text in matched)


patterns = st.lists(st.sampled_from(["a", "b", "*", "#", ""]), min_size=1, max_size=6).map(".".join)
denials = patterns.map("!{}".format)
accesses = st.lists(st.sampled_from(["a", "b", "c", "", "*", "#"]), min_size=1, max_size=6).map(".".join)


@given(st.lists(patterns | denials, max_size=4), accesses)
def test_decisions_equal_those_of_the_reference(texts: list[str], required: str) -> None:
    assert AccessList(texts).allows(required) == reference_allows(texts, required)


@pytest.mark.parametrize(
    ("pattern", "required", "allowed"),
    [
        ("dird.directories.lookup.default.read", "dird.directories.lookup.default.read", True),
        ("dird.directories.lookup.*.read", "dird.directories.lookup.default.read", True),
        ("dird.directories.*.read", "dird.directories.lookup.default.read", False),
        ("dird.#", "dird", True),
        ("dird.#", "dird.status.read", True),
        ("dird.#", "dirdx.status.read", False),
        ("#.read", "dird.status.read", True),
        ("#.read", "dird.status.update", False),
        ("dird.#.#.read", "dird.read", True),
        ("#", "", True),
        ("*", "", True),
        ("", "", True),
        ("a..b", "a..b", True),
        ("a.*.b", "a..b", True),
        ("a.b", "a..b", False),
        ("dird.statu*", "dird.status", False),
        ("dird.(status|x)", "dird.status", False),
    ],
)
def test_a_pattern_allows_access(pattern: str, required: str, allowed: bool) -> None:
    assert AccessList([pattern]).allows(required) is allowed


def test_a_denial_overrides_permissions_in_any_order() -> None:
    for patterns in (["dird.#", "!dird.config.#"], ["!dird.config.#", "dird.#"]):
        assert AccessList(patterns).allows("dird.status.read")
        assert not AccessList(patterns).allows("dird.config.read")
        assert not AccessList(patterns).allows("dird.config")


def test_a_denial_alone_allows_nothing() -> None:
    assert not AccessList(["!a"]).allows("b")


def test_an_empty_list_allows_nothing() -> None:
    assert not AccessList([]).allows("")


def test_wildcards_in_the_required_access_are_ordinary_words() -> None:
    assert not AccessList(["a.b"]).allows("a.*")
    assert not AccessList(["a.b"]).allows("#")


def test_many_hash_wildcards_do_not_backtrack() -> None:
    access = AccessList([".".join(["#", "a"] * 50 + ["b"])])
    started = time.process_time()
    assert not access.allows(".".join(["a"] * 5_000))
    assert time.process_time() - started < 1.0
