"""Numbers that people could not look up, in a file, a phonebook, personal contacts and a directory."""

import pytest

from field_cases import NUMBER_CASES, NumberCase
from number_tables import OpenBook

CASES = pytest.mark.parametrize("case", NUMBER_CASES, ids=lambda case: case.title)


def found_names(open_book: OpenBook, case: NumberCase) -> dict[str, str | None]:
    """Return the name of the contact that is found by each number of a case."""
    names = {text: name for name, text in case.book.items()}
    with open_book(case.plan, list(case.book.values())) as source:
        contacts = {asked: source.first_match(asked) for asked in case.expected}
    return {asked: contact and names[str(contact.fields["number"])] for asked, contact in contacts.items()}


@CASES
def test_a_number_of_a_file_is_found(file_book: OpenBook, case: NumberCase) -> None:
    assert found_names(file_book, case) == case.expected


@CASES
def test_a_number_of_a_phonebook_is_found(phonebook: OpenBook, case: NumberCase) -> None:
    assert found_names(phonebook, case) == case.expected


@CASES
def test_a_number_of_personal_contacts_is_found(personal_book: OpenBook, case: NumberCase) -> None:
    assert found_names(personal_book, case) == case.expected
