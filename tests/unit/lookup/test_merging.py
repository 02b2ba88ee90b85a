"""The same person from several sources becomes one."""

from xivo_dird.directory.contact import Contact
from xivo_dird.lookup.merging import FoundContacts, merged


def people(*sources, country="FR"):
    """Merge sources of contacts, each given as its name and its fields."""
    found = [
        FoundContacts(
            [Contact({"name": name, **fields}, str(n), "csv", None) for name, fields in source], ["number"]
        )
        for n, source in enumerate(sources)
    ]
    return [" ".join(str(contact.fields["name"]) for contact in person) for person in merged(found, country)]


def test_an_equal_address_in_any_field_makes_one_person():
    assert people(
        [("Ada", {"mail": "ada@example.org"}), ("Bea", {})],
        [("Zoe", {}), ("A.", {"emails": [{"address": " ADA@example.org "}]})],
    ) == ["Ada A.", "Bea", "Zoe"]


def test_an_equal_number_in_whatever_spelling_makes_one_person():
    first = [("Ada", {"number": "01 44 55 66 77"}), ("Bea", {"number": "2045"})]
    second = [
        ("A.", {"number": ["x", "+33144556677"]}),
        ("B.", {"number": "2045"}),
        ("C.", {"number": "12045"}),
    ]
    assert people(first, second) == ["Ada A.", "Bea B.", "C."]
    assert people(first, second, country="DE") == ["Ada", "Bea B.", "A.", "C."]


def test_other_texts_and_other_columns_are_no_sign():
    assert people(
        [("Ada", {"note": "2045", "number": ""}), ("Bea", {"number": "-"}), ("Cid", {"room": "12"})],
        [("A.", {"number": "2045"}), ("B.", {"number": "-"}), ("C.", {"room": "12", "number": None})],
    ) == ["Ada", "Bea", "Cid", "A.", "B.", "C."]


def test_two_contacts_of_one_source_are_two_persons_and_what_they_share_tells_nothing():
    reception = {"number": "+33 1 44 55 66 00"}
    assert people([("Ada", reception), ("Bea", reception)], [("C.", reception)]) == ["Ada", "Bea", "C."]
    assert people([("Ada", reception)], [("B.", reception), ("C.", reception)]) == ["Ada", "B.", "C."]
    twice = [("B.", {"mail": "a@b.c"}), ("C.", {"number": "+33144556600"})]
    assert people([("Ada", {"mail": "a@b.c", **reception})], twice) == ["Ada B.", "C."]


def test_a_third_source_may_know_the_person_by_what_the_second_has():
    assert people(
        [("Ada", {"mail": "a@b.c"})],
        [("A.", {"mail": "a@b.c", "number": "0144556677"})],
        [("Stern", {"number": "+33144556677"})],
    ) == ["Ada A. Stern"]


def test_a_directory_of_numbers_that_end_alike_is_merged_in_time():
    many = [(str(number), {"number": f"+331{number:04}6677"}) for number in range(3000)]
    assert len(people(many, many)) < 6000
