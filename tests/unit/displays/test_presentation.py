"""The conversion of contacts into the columns of a display."""

from xivo_dird.backend import AlternateSpelling, RelatedEntry, RelatedIds
from xivo_dird.directory.contact import ContactFormat
from xivo_dird.displays.model import Display, DisplayColumn
from xivo_dird.displays.presentation import Presentation, Relations


def test_a_personal_column_is_true_for_every_personal_backend() -> None:
    display = Display("d", "t", "d", (DisplayColumn(type="personal"), DisplayColumn(field="name")))
    presentation = Presentation(display)
    formats = [ContactFormat("s", "notes", "id", {}, is_personal) for is_personal in (True, False)]
    results = presentation.results(contact_format.format({"name": "Ada"}) for contact_format in formats)
    assert [result.column_values for result in results] == [[True, "Ada"], [False, "Ada"]]


def test_the_identifiers_of_a_person_are_relations_and_no_fields() -> None:
    entry = RelatedEntry({"id": 7, "name": "Ada"}, RelatedIds("pbx", 1, 2, "user", 3))
    contacts = [
        ContactFormat("s", "wazo", "id", {}).format(found) for found in (entry, AlternateSpelling(entry))
    ]
    results = Presentation(None).results(contacts)
    assert [result.relations for result in results] == [Relations("pbx", 1, 2, "user", 3, "7")] * 2
    assert [contact.fields for contact in contacts] == [{"id": 7, "name": "Ada"}] * 2
