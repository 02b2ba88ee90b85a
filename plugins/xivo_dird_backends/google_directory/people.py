"""The people of a Google Workspace domain."""

from collections.abc import Iterator
from http import HTTPStatus

from typing_extensions import override

from xivo_dird.backend import Entry, SourceUnavailable, SyncPage
from xivo_dird_backends._bearer_client import BearerClient
from xivo_dird_backends._cloud_answers import CloudRefused
from xivo_dird_backends._cloud_directory import DirectoryPart
from xivo_dird_backends._google_contact import google_contact
from xivo_dird_backends._google_people import GooglePeople, PeopleList
from xivo_dird_backends._json_fields import JsonObject, json_object, json_objects, json_text, json_texts
from xivo_dird_backends.google_directory.options import GoogleDirectoryOptions

FIELDS = "names,emailAddresses,phoneNumbers,organizations,metadata"
PERSON_FIELDS = "names,emailAddresses,phoneNumbers,organizations"
"""The fields without which a person is only a note of a removal."""

PROFILES, CONTACTS = "DIRECTORY_SOURCE_TYPE_DOMAIN_PROFILE", "DIRECTORY_SOURCE_TYPE_DOMAIN_CONTACT"
FORMAT = "1"
"""To be changed with what is stored of a person, so that everything is fetched again."""

MEANINGS = {
    "SERVICE_DISABLED": "enable the People API in the Google Cloud project of the service account",
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": "add the scope directory.readonly to the domain-wide delegation",
    "PERMISSION_DENIED": "turn contact sharing on in the admin console (Directory > Directory settings), and check"
    " that `subject` may see the directory",
}
"""What codes of a 403 mean; the first that is found counts."""


class DomainPeople(DirectoryPart):
    """The profiles of a domain, and its shared contacts if they are wanted."""

    def __init__(self, client: BearerClient, endpoint: str, options: GoogleDirectoryOptions) -> None:
        """Store whom to ask."""
        self._options = options
        self._endpoint = endpoint
        sources = (PROFILES, CONTACTS) if options.domain_contacts else (PROFILES,)
        query = {"readMask": FIELDS, "sources": sources}
        listed = PeopleList("people:listDirectoryPeople", "people", query, PERSON_FIELDS)
        self._people = GooglePeople(client, endpoint, listed)

    @property
    @override
    def fingerprint(self) -> str:
        """Return the options that decide who is stored."""
        chosen = {"exclude", "only_with_numbers", "domain_contacts", "subject"}
        return f"{FORMAT} {self._endpoint} {FIELDS} {self._options.model_dump_json(include=chosen)}"

    @override
    def pages(self, cursor: str | None) -> Iterator[SyncPage]:
        """Yield what has changed since a sync token, or everybody.

        Raises:
            CursorRefused: The sync token has expired: it is valid for seven days.
            SourceUnavailable: The list is incomplete.
        """
        try:
            yield from self._people.pages(cursor, self._shown)
        except CloudRefused as error:
            if error.status == HTTPStatus.FORBIDDEN:
                meaning = next((text for code, text in MEANINGS.items() if code in error.codes), None)
                raise SourceUnavailable(f"{error}: {meaning}" if meaning else str(error)) from error
            raise

    def _shown(self, person: JsonObject) -> Entry | None:
        entry = domain_person(person)
        return entry if self._options.shows(entry) else None


def domain_person(person: JsonObject) -> Entry:
    """Return a person with the fields of the contacts of users, and those of a company."""
    person = {**person, "names": _primary_first(person.get("names"))}
    contact = google_contact(person)
    phones = json_objects(person.get("phoneNumbers"))
    numbers = (json_text(phone.get("value")) or json_text(phone.get("canonicalForm")) for phone in phones)
    emails = _primary_first(person.get("emailAddresses"))
    work: JsonObject = next(iter(_primary_first(person.get("organizations"))), {})
    return {
        **contact,
        "id": contact["id"] or json_text(person.get("resourceName")),
        "numbers": list(dict.fromkeys(filter(None, numbers))),
        "e164_numbers": json_texts([phone.get("canonicalForm") for phone in phones]),
        "email": next(filter(None, (json_text(item.get("value")) for item in emails)), None),
        "company": json_text(work.get("name")) or None,
        "department": json_text(work.get("department")) or None,
        "title": json_text(work.get("title")) or None,
    }


def _primary_first(value: object) -> list[JsonObject]:
    """Return the items of a field of a person, which come from several sources in no fixed order."""
    return sorted(
        json_objects(value), key=lambda item: json_object(item.get("metadata")).get("primary") is not True
    )


DOMAIN_FIELDS = frozenset(domain_person({}))
"""All fields of a person."""
