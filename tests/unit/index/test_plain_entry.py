"""Entries of plugins become plain JSON values of limited size."""

from datetime import date
from uuid import UUID

import pytest

from xivo_dird.backend import AlternateSpelling
from xivo_dird.index.plain_entry import MAX_DEPTH, UnusableEntry, plain_entry

UUID_TEXT = "11111111-1111-4111-8111-111111111111"


def test_an_entry_of_texts_is_returned_itself():
    for entry in ({"name": "Ada"}, AlternateSpelling({"name": "Ada"})):
        assert plain_entry(entry, 1000) is entry


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (True, True),
        (2**64 - 1, 2**64 - 1),
        (2**64, "18446744073709551616"),
        (1.5, 1.5),
        (float("inf"), None),
        (("a", 1), ["a", 1]),
        ({"b": {"c": [None]}}, {"b": {"c": [None]}}),
        ({7: "x"}, {"7": "x"}),
        (date(2020, 1, 2), "2020-01-02"),
        (UUID(UUID_TEXT), UUID_TEXT),
        (b"x", "b'x'"),
    ],
)
def test_values_become_json(value, plain):
    assert plain_entry({"name": value}, 1000) == {"name": plain}


def test_an_alternate_spelling_keeps_its_rank():
    plain = plain_entry(AlternateSpelling({"number": 17}, 3), 1000)
    assert isinstance(plain, AlternateSpelling)
    assert (plain, plain.rank) == ({"number": 17}, 3)


@pytest.mark.parametrize(
    "entry", [{"name": "x" * 100}, {"x" * 100: "y"}, {"name": ["x" * 100]}, {"name": [1] * 30}]
)
def test_a_large_entry_is_refused(entry):
    with pytest.raises(UnusableEntry, match="larger than 99 bytes"):
        plain_entry(entry, 99)


def test_a_value_may_be_nested_up_to_the_limit():
    value: object = "deep"
    for _ in range(MAX_DEPTH):
        value = [value]
    assert plain_entry({"name": value}, 10_000) == {"name": value}
    with pytest.raises(UnusableEntry, match="levels deep"):
        plain_entry({"name": [value]}, 10_000)


@pytest.mark.parametrize("entry", [None, 17, "Ada", [("name", "Ada")], {b"name": "Ada"}])
def test_what_is_no_entry_is_refused_without_being_quoted(entry):
    with pytest.raises(UnusableEntry) as raised:
        plain_entry(entry, 1000)
    assert "Ada" not in str(raised.value)
