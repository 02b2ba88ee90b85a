"""One order of the entries that a backend lists."""

import random

import pytest

from xivo_dird.directory.listed_order import BLOCK_ENTRIES, ListedOrder
from xivo_dird.directory.sort_order import EntryOrder, SortOrder
from xivo_dird.text.sort_groups import MAX_VALUES
from xivo_dird.text.sort_key import MAX_TEXT_CHARACTERS, value_key

BY_NAME = EntryOrder(SortOrder(("name",)), ())


def person(id_, name):
    return {"id": id_, "name": name}


def listed(entries):
    return ListedOrder.of_entries(entries, BY_NAME, "id")


def ids_from(order, key="", skip=0):
    return [entry.id for entry in order.entries_from(key, skip)]


def test_entries_are_sorted_as_listed_where_keys_are_equal():
    order = listed([person("1", "Bob"), person("2", "ada"), person("3", "Ada"), person("4", None)])
    assert ids_from(order) == ["2", "3", "1", "4"]


def test_an_entry_without_an_id_is_left_out():
    order = listed([person(None, "Ada"), {"name": "Bea"}, person(0, "Cleo")])
    assert ids_from(order) == ["0"]
    assert order.groups.initials.total() == 1


@pytest.mark.parametrize("skip", [0, 1, 10**30])
def test_a_list_without_entries_has_none_from_anywhere(skip):
    assert ids_from(listed([]), "0ada", skip) == []


def test_entries_are_found_from_any_key_after_any_number():
    names = [f"n{number // 50:03}" for number in range(5 * BLOCK_ENTRIES + 7)]
    shuffled = [person(str(number), name) for number, name in enumerate(names)]
    random.Random(5).shuffle(shuffled)
    order = listed(shuffled)
    expected = sorted(shuffled, key=lambda entry: entry["name"])
    for name in ("", "m", "n000", "n003", "n0035", "n012", "z"):
        for skip in (0, 1, 49, 50, BLOCK_ENTRIES, len(names)):
            first = value_key(name) if name else ""
            following = [entry["id"] for entry in expected if value_key(entry["name"]) >= first]
            equal = sum(value_key(entry["name"]) == first for entry in expected)
            assert ids_from(order, first, skip) == following[min(skip, equal) :]


def test_lone_surrogates_and_any_signs_are_kept():
    strange = ["\ud800", "\0", '"', "\\", "\n", "\U0001f600"]
    order = listed([person(sign, sign) for sign in strange])
    assert sorted(ids_from(order)) == sorted(strange)


def test_a_large_list_takes_few_bytes():
    count = 200 * BLOCK_ENTRIES
    order = listed(person(f"{random.Random(n).getrandbits(128):032x}", f"Name {n}") for n in range(count))
    assert sum(map(len, order.blocks)) < order.size < 60 * count


def test_long_texts_of_groups_are_cut():
    order = listed(person(str(number), f"{number:04}" + "x" * 10_000) for number in range(MAX_VALUES))
    texts = [group.text for group in order.groups.values.values()]
    assert len(texts) == MAX_VALUES
    assert max(map(len, texts)) == MAX_TEXT_CHARACTERS
    assert order.size > MAX_VALUES * MAX_TEXT_CHARACTERS
