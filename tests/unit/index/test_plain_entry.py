"""Entries of plugins become plain JSON values of limited size."""

from collections import OrderedDict
from datetime import date
from enum import Enum, IntEnum
from uuid import UUID

import pytest

from xivo_dird.backend import AlternateSpelling, RelatedEntry, RelatedIds
from xivo_dird.index.plain_entry import MAX_DEPTH, UnusableEntry, plain_entry

UUID_TEXT = "11111111-1111-4111-8111-111111111111"


class Label(str):
    """A text of a library, which shows another text than it has."""

    __slots__ = ()

    def __str__(self):
        return "shown"


class Level(IntEnum):
    LOW = 1


class Color(Enum):
    RED = "red"


class Share(float):
    __slots__ = ()


class Unprintable:
    def __str__(self):
        raise ValueError("Ada")


def nested(levels, wrap):
    value: object = "deep"
    for _ in range(levels):
        value = wrap(value)
    return value


def test_an_entry_of_texts_is_returned_itself():
    for entry in ({"name": "Ada"}, AlternateSpelling({"name": "Ada"})):
        assert plain_entry(entry, 1000) is entry


def test_values_become_json():
    for value, plain in (
        (None, None),
        (True, True),
        (2**64 - 1, 2**64 - 1),
        (2**64, "18446744073709551616"),
        (-(2**63), -(2**63)),
        (-(2**63) - 1, "-9223372036854775809"),
        (Level.LOW, 1),
        (1.5, 1.5),
        (Share(0.5), 0.5),
        (float("inf"), None),
        (float("nan"), None),
        (Label("Ada"), "Ada"),
        (("a", 1), ["a", 1]),
        ({"a"}, ["a"]),
        (frozenset({"a"}), ["a"]),
        ({"b": {"c": [None]}}, {"b": {"c": [None]}}),
        (OrderedDict(b="c"), {"b": "c"}),
        ({7: "x", Label("y"): "z"}, {"7": "x", "y": "z"}),
        (date(2020, 1, 2), "2020-01-02"),
        (UUID(UUID_TEXT), UUID_TEXT),
        (Color.RED, "red"),
        (b"x", "b'x'"),
    ):
        found = plain_entry({"name": value}, 1000)
        assert found == {"name": plain}
        assert type(found["name"]) is type(plain)
        assert all(type(key) is str for key in (plain if isinstance(plain, dict) else ()))


def test_the_entry_itself_may_be_any_mapping():
    for entry in (OrderedDict(name="Ada"), {Label("name"): "Ada"}, {"name": Label("Ada")}):
        found = plain_entry(entry, 1000)
        assert found == {"name": "Ada"}
        assert {type(found), *map(type, found), *map(type, found.values())} == {dict, str}
    assert plain_entry({}, 0) == {}


def test_an_alternate_spelling_keeps_its_rank():
    plain = plain_entry(AlternateSpelling({"number": 17}, 3), 1000)
    assert isinstance(plain, AlternateSpelling)
    assert (plain, plain.rank) == ({"number": 17}, 3)


def test_an_entry_counts_its_characters_and_four_bytes_per_value():
    for entry, size in (
        ({"name": "Ada", "x": "y"}, 4 + 3 + 4 + 1 + 1 + 4),
        ({"name": "Ada", "x": None}, 4 + 3 + 4 + 1 + 4),
        ({"name": ["Ada", 17]}, 4 + 4 + 3 + 4 + 4),
        ({"name": [17] * 30}, 4 + 4 + 30 * 4),
        ({"name": {"a": "b"}}, 4 + 4 + 1 + 1 + 4),
        ({7: "x"}, 1 + 1 + 4),
        ({Label("name"): Label("Ada")}, 4 + 3 + 4),
        ({"name": 2**64}, 4 + 20 + 4),
        ({"name": date(2020, 1, 2)}, 4 + 12 + 4),
        ({"name": b"x"}, 4 + 4 + 4),
    ):
        plain_entry(entry, size)
        with pytest.raises(UnusableEntry, match=f"^it is larger than {size - 1} bytes$"):
            plain_entry(entry, size - 1)


def test_a_value_may_be_nested_up_to_the_limit():
    message = "^it is nested more than 64 levels deep, or contains itself$"
    for wrap in (lambda value: [value], lambda value: {"a": value}, lambda value: [{"a": value}]):
        levels = MAX_DEPTH // (2 if wrap(0) == [{"a": 0}] else 1)
        value = nested(levels, wrap)
        assert plain_entry({"name": value}, 10_000) == {"name": value}
        for deeper in ([value], {"a": value}):
            with pytest.raises(UnusableEntry, match=message):
                plain_entry({"name": deeper}, 10_000)


def test_what_is_no_entry_is_refused_without_being_quoted():
    for entry, message in (
        (None, "NoneType where an entry is a mapping"),
        ("Ada", "str where an entry is a mapping"),
        ([("name", "Ada")], "list where an entry is a mapping"),
        ({b"name": "Ada"}, "a field has a bytes as its name, not a text"),
        ({"name": {None: "Ada"}}, "a field has a NoneType as its name, not a text"),
        ({"name": Unprintable()}, "a value can't be converted: ValueError"),
    ):
        with pytest.raises(UnusableEntry, match=f"^{message}$"):
            plain_entry(entry, 1000)


@pytest.mark.parametrize("value", ["text", 7], ids=["itself", "converted"])
def test_an_entry_keeps_its_identifiers_and_its_rank(value):
    related = RelatedIds(user_id=7)
    entry = RelatedEntry({"name": value}, related)
    plain = plain_entry(entry, 1000)
    assert isinstance(plain, RelatedEntry)
    assert (plain, plain.related) == ({"name": value}, related)
    spelled = plain_entry(AlternateSpelling(entry, 5), 1000)
    assert isinstance(spelled, AlternateSpelling)
    assert (spelled, spelled.related, spelled.rank) == (plain, related, 5)
