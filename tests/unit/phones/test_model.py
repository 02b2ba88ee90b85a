"""The pages of a list, and its order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xivo_dird.phones.model import PageRange, PhoneContact, PhoneDirectory, PhoneNumber

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
