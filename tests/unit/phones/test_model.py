"""The pages of a list, its order, and the entries of a contact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xivo_dird.phones.model import NumberKind, PageRange, PhoneContact, PhoneDirectory, PhoneNumber

PAGES = [
    ((0, 5, 10), (None, 5)),
    ((15, 10, 20), (5, None)),
    ((0, 10, 10), (None, None)),
    ((5, 5, 10), (0, None)),
    ((5, 10, 30), (0, 15)),
    ((20, 1, 10), (19, None)),
    ((0, 5, 0), (None, None)),
    ((9, 1, 10), (8, None)),
]


@pytest.mark.parametrize(("page", "offsets"), PAGES)
def test_a_page_has_the_offsets_of_its_neighbours(page, offsets):
    shown = PageRange(*page)
    assert (shown.previous_offset, shown.next_offset) == offsets


@given(st.integers(1, 20), st.integers(0, 100))
def test_the_pages_after_each_other_have_each_item_once(limit, total):
    page, shown = PageRange(0, limit, total), list[int]()
    while True:
        shown += range(page.offset, page.last)
        if page.next_offset is None:
            break
        page = page._replace(offset=page.next_offset)
    assert shown == list(range(total))


def contact(name, *numbers, first="", last=""):
    return PhoneContact(name, first, last, tuple(PhoneNumber(number, "work", name) for number in numbers))


def test_lines_are_sorted_without_case_and_accents_then_by_number():
    directory = PhoneDirectory(
        [contact("zoe", "1"), contact("Zoé", "2"), contact("Ann", "9", "10"), contact("Émile", "3")]
    )
    assert [(line.name, line.number) for line in directory.sorted_lines()] == [
        ("Ann", "10"),
        ("Ann", "9"),
        ("Émile", "3"),
        ("Zoé", "2"),
        ("zoe", "1"),
    ]


def test_contacts_are_sorted_by_name_then_by_their_first_number():
    directory = PhoneDirectory(
        [contact("Bob", "1"), contact("ann", "7", "1"), contact("Ann", "6"), contact("ann", "5")]
    )
    found = [(item.name, item.numbers[0].number) for item in directory.sorted_contacts()]
    assert found == [("Ann", "6"), ("ann", "5"), ("ann", "7"), ("Bob", "1")]


@pytest.mark.parametrize(
    ("line_name", "parts"),
    [
        ("Ann Lee", ("Ann", "van Lee")),
        ("Ann Lee (mobile)", ("Ann", "van Lee (mobile)")),
        ("Sales Desk One", ("Sales", "Desk One")),
        ("Sales", ("Sales", "")),
    ],
)
def test_a_line_has_the_parts_of_the_name_of_its_contact(line_name, parts):
    number = PhoneNumber("1", "work", line_name)
    directory = PhoneDirectory([PhoneContact("Ann Lee", "Ann", "van Lee", (number,))])
    (line,) = directory.sorted_lines()
    assert (line.first_name, line.last_name) == parts


def test_two_contacts_with_one_number_are_two_lines():
    directory = PhoneDirectory([contact("Ann", "1"), contact("Bob", "1")])
    assert [line.name for line in directory.sorted_lines()] == ["Ann", "Bob"]


def entries(*numbers):
    """Return the entries of a contact with numbers, each a letter for its kind and a text."""
    kinds: dict[str, NumberKind] = {"w": "work", "m": "mobile", "h": "home", "o": "other"}
    found = tuple(PhoneNumber(number, kinds[number[0]], "Ann") for number in numbers)
    return [tuple(entry) for entry in PhoneContact("Ann", "", "", found).entries()]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (["w1", "m1", "h1"], [("w1", "m1", "h1")]),
        (["m1", "w1"], [("w1", "m1", "")]),
        (["m1"], [("m1", "", "")]),
        (["h1", "m1"], [("h1", "m1", "")]),
        (["m1", "m2", "m3"], [("m1", "m2", ""), ("m3", "", "")]),
        (["w1", "w2", "o1", "h1", "m1"], [("w1", "m1", "o1"), ("w2", "", "h1")]),
        ([], []),
    ],
)
def test_an_entry_has_a_number_of_each_kind_and_work_comes_first(numbers, expected):
    assert entries(*numbers) == expected


@given(st.lists(st.sampled_from("wmho"), max_size=20))
def test_each_number_is_in_one_entry(kinds):
    numbers = [f"{kind}{position}" for position, kind in enumerate(kinds)]
    assert sorted(number for entry in entries(*numbers) for number in entry if number) == sorted(numbers)
