"""Every row of docs/numbers.md, in a file, a phonebook and personal contacts: the contact with the lowest rank."""

from number_tables import OpenBook, best_texts, books, number_rows


def wrong_rows(open_book: OpenBook) -> list[tuple[str, object]]:
    wrong: list[tuple[str, object]] = []
    for plan, texts in books():
        with open_book(plan, texts) as source:
            for asked in {row.asked for row in number_rows() if row.plan == plan}:
                contact = source.first_match(asked)
                found = None if contact is None else contact.fields["number"]
                best = best_texts(asked, plan, texts)
                if found not in best if best else found is not None:
                    wrong.append((asked, found))
    return wrong


def test_a_file_finds_every_number_of_the_tables(file_book: OpenBook) -> None:
    assert wrong_rows(file_book) == []


def test_a_phonebook_finds_every_number_of_the_tables(phonebook: OpenBook) -> None:
    assert wrong_rows(phonebook) == []


def test_personal_contacts_find_every_number_of_the_tables(personal_book: OpenBook) -> None:
    assert wrong_rows(personal_book) == []
