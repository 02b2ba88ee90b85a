"""The contacts of Microsoft Graph as lookups show them (contract section 3.9)."""

from xivo_dird.backend import Entry
from xivo_dird_backends._json_fields import JsonObject, json_objects, json_text, json_texts

NUMBER_FIELDS = ("mobilePhone", "businessPhones", "homePhones")
"""The fields with numbers, in the order of `numbers`."""

PROPERTIES = frozenset(
    {
        "assistantName",
        "birthday",
        "businessAddress",
        "businessHomePage",
        "businessPhones",
        "categories",
        "changeKey",
        "children",
        "companyName",
        "createdDateTime",
        "department",
        "displayName",
        "emailAddresses",
        "fileAs",
        "generation",
        "givenName",
        "homeAddress",
        "homePhones",
        "id",
        "imAddresses",
        "initials",
        "jobTitle",
        "lastModifiedDateTime",
        "manager",
        "middleName",
        "mobilePhone",
        "nickName",
        "officeLocation",
        "otherAddress",
        "parentFolderId",
        "personalNotes",
        "primaryEmailAddress",
        "profession",
        "secondaryEmailAddress",
        "spouseName",
        "surname",
        "tertiaryEmailAddress",
        "title",
        "yomiCompanyName",
        "yomiGivenName",
        "yomiSurname",
    }
)
"""The properties of a contact of Graph v1.0."""


def graph_contact(raw: JsonObject) -> Entry:
    """Return a contact of Graph with the fields that lookups add."""
    addresses = [json_text(item.get("address")) for item in json_objects(raw.get("emailAddresses"))]
    return {**raw, "email": next(filter(None, addresses), None), **number_lists(raw)}


def number_lists(raw: JsonObject) -> Entry:
    """Return all numbers of a contact, and those in other fields than one, by that field."""
    numbers = {field: _numbers(raw.get(field)) for field in NUMBER_FIELDS}
    return {
        "numbers": [number for texts in numbers.values() for number in texts],
        "numbers_except_label": {
            field: [number for other in NUMBER_FIELDS if other != field for number in numbers[other]]
            for field in NUMBER_FIELDS
        },
    }


def _numbers(value: object) -> list[str]:
    return json_texts([value] if isinstance(value, str) else value)


GRAPH_FIELDS = PROPERTIES | graph_contact({}).keys()
"""All fields of a contact."""
