"""Contacts of one person in several sources are merged."""

from waiting import LONG_TIMEOUT
from xivo_dird.directory.contact import Contact
from xivo_dird.lookup.merging import FoundContacts, merge_contacts
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.threads.deadline import Deadline


def people(*sources, country="FR"):
    """Return the names of each merged person; a source is a list of contacts, each a name and its other fields."""
    found = [
        FoundContacts(
            [Contact({"name": name, **fields}, str(n), "csv", None) for name, fields in source], ["number"]
        )
        for n, source in enumerate(sources)
    ]
    persons, merged = merge_contacts(found, DialPlan(country), Deadline.after(LONG_TIMEOUT))
    assert merged == len(sources)
    return [" ".join(str(contact.fields["name"]) for contact in person) for person in persons]


def test_contacts_with_an_equal_address_in_any_field_are_merged():
    assert people(
        [("Ada", {"mail": "ada@example.org"}), ("Bea", {})],
        [("Zoe", {}), ("A.", {"emails": [{"address": " ADA@example.org "}]})],
    ) == ["Ada A.", "Bea", "Zoe"]


def test_contacts_with_an_equal_number_in_any_spelling_are_merged():
    first = [("Ada", {"number": "01 44 55 66 77"}), ("Bea", {"number": "2045"})]
    second = [
        ("A.", {"number": ["x", "+33144556677"]}),
        ("B.", {"number": "2045"}),
        ("C.", {"number": "12045"}),
    ]
    assert people(first, second) == ["Ada A.", "Bea B.", "C."]
    assert people(first, second, country="DE") == ["Ada", "Bea B.", "A.", "C."]


def test_other_texts_and_other_columns_are_not_compared():
    assert people(
        [("Ada", {"note": "2045", "number": ""}), ("Bea", {"number": "-"}), ("Cid", {"room": "12"})],
        [("A.", {"number": "2045"}), ("B.", {"number": "-"}), ("C.", {"room": "12", "number": None})],
    ) == ["Ada", "Bea", "Cid", "A.", "B.", "C."]


def test_a_number_of_two_contacts_in_one_source_identifies_neither():
    reception = {"number": "+33 1 44 55 66 00"}
    assert people([("Ada", reception), ("Bea", reception)], [("C.", reception)]) == ["Ada", "Bea", "C."]
    assert people([("Ada", reception)], [("B.", reception), ("C.", reception)]) == ["Ada", "B.", "C."]
    twice = [("B.", {"mail": "a@b.c"}), ("C.", {"number": "+33144556600"})]
    assert people([("Ada", {"mail": "a@b.c", **reception})], twice) == ["Ada B.", "C."]


def test_a_third_contact_may_share_a_key_with_the_second_only():
    assert people(
        [("Ada", {"mail": "a@b.c"})],
        [("A.", {"mail": "a@b.c", "number": "0144556677"})],
        [("Stern", {"number": "+33144556677"})],
    ) == ["Ada A. Stern"]


def test_sources_with_too_many_contacts_are_left_out_after_the_deadline():
    few = [Contact({"name": "Ada"}, "few", "csv", None)]
    many = [Contact({"name": str(number)}, "many", "csv", None) for number in range(1000)]
    found = [FoundContacts(few, []), FoundContacts(many, []), FoundContacts(few, [])]
    assert merge_contacts(found, DialPlan(), Deadline.after(0)) == ([few], 1)
