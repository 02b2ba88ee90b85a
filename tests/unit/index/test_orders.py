"""Entries are listed in an order from any position, and each of them once, whatever the size of a page is."""

from itertools import count, groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index_orders import ALL, BY_NAME, SortedIndex, named, sorted_index
from xivo_dird.directory.sort_order import EntryOrder, SortOrder
from xivo_dird.index.order_format import EntryKeys
from xivo_dird.text.sort_groups import Group
from xivo_dird.text.sort_key import next_key, value_key

NAMES = ["Zoë", "ada", "7up", "東京", None, "Émile", "Ada", "", "Ädam"]
SORTED_NAMES = ["ada", "Ada", "Ädam", "Émile", "Zoë", "東京", "7up", None, ""]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    with sorted_index(tmp_path_factory.mktemp("orders"), named(*NAMES)) as index:
        yield index


def test_entries_are_listed_in_their_order(index):
    assert index.names() == SORTED_NAMES
    assert index.names(max_entries=3) == SORTED_NAMES[:3]
    assert index.names(value_key("adb"), max_entries=3) == SORTED_NAMES[3:6]


@pytest.mark.parametrize(
    ("from_key", "first"),
    [
        (value_key("ad"), "ada"),
        (value_key("adb"), "Émile"),
        (value_key("É"), "Émile"),
        (value_key("zz"), "東京"),
        (value_key("1"), "7up"),
        (value_key(None), None),
        (next_key(value_key("ada")), "Ädam"),
        (value_key("Zoë") + "\ud800", "東京"),
    ],
)
def test_a_list_begins_at_a_key(index, from_key, first):
    assert index.names(from_key) == SORTED_NAMES[SORTED_NAMES.index(first) :]


@pytest.mark.parametrize("from_key", ["4", "\U0010ffff"])
def test_a_list_ends(index, from_key):
    assert index.names(from_key) == []


@pytest.mark.parametrize("skip", [2, 3, ALL, 2**70])
def test_only_entries_with_the_key_itself_are_left_out(index, skip):
    assert index.names(value_key("ada"), skip) == SORTED_NAMES[2:]
    assert index.names(value_key("ad"), skip) == SORTED_NAMES


def test_equal_keys_keep_the_order_of_the_directory(index):
    key = value_key("ada")
    assert [index.names(key, skip, 1) for skip in (0, 1)] == [["ada"], ["Ada"]]


def test_groups_are_counted(index):
    groups = index.groups()
    assert {group.text: group.items for group in groups.values.values()} == {
        "ada": 2,
        "Ädam": 1,
        "Émile": 1,
        "Zoë": 1,
        "東京": 1,
        "7up": 1,
        "": 2,
    }
    assert groups.values[value_key("zoe")] == Group(value_key("zoe"), "Zoë", 1)
    assert groups.initials == {"0a": 3, "0e": 1, "0z": 1, "1": 1, "2": 1, "3": 2}


def test_an_empty_index_has_an_empty_order(tmp_path):
    with sorted_index(tmp_path, []) as index:
        assert index.names() == []
        assert (index.groups().values, index.groups().initials) == ({}, {})


def test_too_many_texts_are_counted_by_first_letters_only(tmp_path):
    with sorted_index(tmp_path, named(*map("Name {}".format, range(1001)))) as index:
        assert index.groups().values is None
        assert index.groups().initials == {"0n": 1001}


def test_an_order_is_built_once(index):
    index.names()
    built = index.path.stat().st_ino
    index.names()
    index.groups()
    assert index.path.stat().st_ino == built


def test_each_order_has_a_file(index):
    by_id = SortedIndex(index.reader, index.orders, EntryOrder(SortOrder(("id",)), ()))
    assert [entry["id"] for entry in by_id.page()] == [str(number) for number in range(len(NAMES))]
    templates = (("name", "{id}"),)
    by_template = SortedIndex(index.reader, index.orders, EntryOrder(BY_NAME.order, templates))
    assert by_template.names() == NAMES
    assert len({index.path, by_id.path, by_template.path}) == 3


def test_odd_entries_do_not_spoil_an_order(tmp_path):
    odd = [
        "\ud800",
        "b\0c",
        "b\x1fc",
        "\U0001f600",
        "x" * 10_000,
        {"deep": [["c"]]},
        [[], "d"],
        17,
        1.5,
        True,
        "\u202eא",
    ]
    with sorted_index(tmp_path, named(*odd)) as index:
        found = index.names()
    assert sorted(found, key=odd.index) == odd
    assert found[:4] == ["b\0c", "b\x1fc", {"deep": [["c"]]}, [[], "d"]]


class _Listed:
    """Sorts by the key that an entry has itself."""

    fingerprint = "listed"

    def key_and_text(self, entry):
        return str(entry["name"]), ""


_KEYS: EntryKeys = _Listed()


@settings(max_examples=15)
@given(
    st.lists(st.sampled_from(["0a", "0a\x1f", "0a\0", "0é", "1東", "2\U0001f600", "3"]), max_size=20),
    st.integers(1, 7),
)
def test_pages_have_each_entry_once_in_the_order(tmp_path_factory, names, size):
    with sorted_index(tmp_path_factory.mktemp("pages"), named(*names)) as index:
        index.keys = _KEYS
        key, skip, found = "", 0, []
        for _ in count():
            page = index.page(key, skip, size)
            if not page:
                break
            found += page
            last, members = [
                (key, len(list(group))) for key, group in groupby(page, lambda entry: entry["name"])
            ][-1]
            key, skip = last, members + (skip if last == key else 0)
    assert found == sorted(named(*names), key=lambda entry: str(entry["name"]))
