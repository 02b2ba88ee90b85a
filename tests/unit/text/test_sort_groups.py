"""The groups of a sorted list: distinct texts while there are few of them, and first letters."""

import pytest

from xivo_dird.text.sort_groups import MAX_VALUES, Group, GroupCounts, initial_groups, initial_key
from xivo_dird.text.sort_key import sort_key, sort_text, value_key


def counted(*texts):
    counts = GroupCounts()
    for text in texts:
        counts.add(sort_key([sort_text(text), "name"]), text)
    return counts


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("zoë", "Z"),
        ("Émile", "E"),
        ("ß", "S"),
        ("ﬁn", "F"),
        ("Æsir", "A"),
        ("ipek", "I"),
        ("İpek", "I"),
        ("\u0131t\u0131r", "I"),
        ("e\u0301a", "E"),
        ("дмитрий", "Д"),
        ("ёлка", "\u0415"),
        ("ანა", "ა"),
        ("אבי", "א"),
        ("東京", "漢"),
        ("\U00030000", "漢"),
        ("12", "#"),
        ("\U0001f600", "#"),
        ("(Acme)", "#"),
        ("", ""),
        ("\u200b", ""),
    ],
)
def test_the_group_of_a_text_is_its_first_letter(text, title):
    (group,) = initial_groups(counted(text).initials)
    assert group == Group(initial_key(value_key(text)), title, 1)


def test_groups_of_first_letters_are_in_the_order_of_the_list():
    groups = initial_groups(counted("", "7", "東", "b", "Ä", "a", "#").initials)
    assert [(group.text, group.items) for group in groups] == [
        ("A", 2),
        ("B", 1),
        ("漢", 1),
        ("#", 2),
        ("", 1),
    ]


def test_a_group_begins_with_its_lowest_item():
    texts = ["Ab", "a", "Á b", "B", "東", "7", "", "ß"]
    keys = sorted(sort_key([sort_text(text), ""]) for text in texts)
    for group in initial_groups(counted(*texts).initials):
        members = [key for key in keys if initial_key(key) == group.key]
        assert len(members) == group.items
        assert keys.index(members[0]) == sum(key < group.key for key in keys)


def test_equal_texts_are_one_group_with_the_first_spelling():
    values = counted("Genève", "GENEVE", "Bern", "geneve").values
    assert set(values.values()) == {
        Group(value_key("bern"), "Bern", 1),
        Group(value_key("geneve"), "Genève", 3),
    }


def test_the_group_without_a_text_shows_none():
    assert counted("\u200b", "", " ").values == {value_key(""): Group(value_key(""), "", 3)}


def test_items_that_were_counted_elsewhere_are_added():
    counts = counted("Bern")
    counts.update(counted(*["BERN"] * 5))
    assert counts.values == {value_key("bern"): Group(value_key("bern"), "Bern", 6)}
    assert initial_groups(counts.initials) == [Group(initial_key(value_key("b")), "B", 6)]


def test_too_many_texts_are_not_counted():
    texts = [f"city {number}" for number in range(MAX_VALUES)]
    counts = counted(*texts, *texts)
    assert counts.values is not None
    assert len(counts.values) == MAX_VALUES
    for text in ("one more", texts[0]):
        counts.add(value_key(text), text)
        assert counts.values is None
    assert counts.initials.total() == 2 * MAX_VALUES + 2
