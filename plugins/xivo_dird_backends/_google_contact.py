"""The people of Google as contacts (contract section 3.8)."""

from collections.abc import Mapping

from xivo_dird.backend import Entry
from xivo_dird_backends._google_people import source_id
from xivo_dird_backends._json_fields import JsonObject, json_objects, json_text

LABELS = (
    "home",
    "work",
    "mobile",
    "other",
    "main",
    "home_fax",
    "work_fax",
    "google_voice",
    "pager",
)
"""The keys of `numbers_except_label`."""

_WITHOUT_PUNCTUATION = str.maketrans("", "", " -()")


def google_contact(person: JsonObject) -> Entry:
    """Return a person as a contact."""
    names = json_objects(person.get("names"))
    name = names[0] if names else {}
    by_label = _numbers_by_label(person)
    ordered = sorted(by_label, key=lambda label: label == "mobile")
    notes = json_objects(person.get("biographies"))
    return {
        "id": source_id(person),
        "name": json_text(name.get("displayName")) or json_text(name.get("unstructuredName")),
        "firstname": json_text(name.get("givenName")),
        "lastname": json_text(name.get("familyName")),
        "numbers_by_label": by_label,
        "numbers": [by_label[label] for label in ordered],
        "numbers_except_label": {
            label: [by_label[other] for other in ordered if other != label] for label in LABELS
        },
        "emails": _labelled(person, "emailAddresses", "value"),
        "organizations": [
            {"name": json_text(item.get("name")), "title": json_text(item.get("title"))}
            for item in json_objects(person.get("organizations"))
        ],
        "addresses": _labelled(person, "addresses", "formattedValue"),
        "note": json_text(notes[0].get("value")) if notes else "",
    }


def _numbers_by_label(person: JsonObject) -> Mapping[str, str]:
    """Return the numbers by their type; of several with one type the last one."""
    numbers: dict[str, str] = {}
    for item in json_objects(person.get("phoneNumbers")):
        number = json_text(item.get("value")).translate(_WITHOUT_PUNCTUATION)
        if number:
            numbers[_label(item)] = number
    return numbers


def _labelled(person: JsonObject, field: str, value: str) -> list[Mapping[str, str]]:
    return [
        {"address": json_text(item.get(value)), "label": _label(item)}
        for item in json_objects(person.get(field))
    ]


def _label(item: JsonObject) -> str:
    return json_text(item.get("type")) or "other"


GOOGLE_FIELDS = frozenset(google_contact({}))
"""All fields of a contact."""
