"""The lists of a directory in Entra: its users, and the contacts that it shares."""

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import ClassVar

from typing_extensions import override

from xivo_dird.backend import Entry, SourceUnavailable, SyncPage
from xivo_dird_backends._bearer_client import BearerClient
from xivo_dird_backends._cloud_answers import CloudRefused
from xivo_dird_backends._cloud_directory import DirectoryPart
from xivo_dird_backends._graph_contact import number_lists
from xivo_dird_backends._graph_delta import delta_pages, followed_link
from xivo_dird_backends._json_fields import JsonObject, json_objects, json_text, json_texts
from xivo_dird_backends.entra.options import EntraOptions

PAGE_SIZE = 999
"""Maximum size of a page of users."""

TEXT_FIELDS = (
    "id",
    "displayName",
    "givenName",
    "surname",
    "mail",
    "userPrincipalName",
    "mobilePhone",
    "faxNumber",
    "companyName",
    "department",
    "jobTitle",
    "officeLocation",
    "userType",
)
USER_FIELDS = (*TEXT_FIELDS, "businessPhones", "accountEnabled")
CONTACT_FIELDS = (*TEXT_FIELDS[:5], "companyName", "department", "jobTitle", "phones", "addresses")
REFUSALS = frozenset({400, 403, 404, 405, 410, 501})
"""Statuses of a list that the application may not read, or that a national cloud does not have."""

FORMAT = "1"
"""To be changed with what is stored of a person, so that everything is fetched again."""


class GraphPeople(DirectoryPart):
    """A list that has a delta query."""

    path: ClassVar[str] = "users"
    fields: ClassVar[Sequence[str]] = USER_FIELDS
    permission: ClassVar[str] = "User.Read.All"

    def __init__(self, client: BearerClient, options: EntraOptions) -> None:
        """Store whom to ask."""
        self._client = client
        self._options = options

    @property
    @override
    def fingerprint(self) -> str:
        """Return the options that decide who is stored."""
        options = self._options
        chosen = {"exclude", "only_with_numbers", "include_guests", "include_disabled"}
        return (
            f"{FORMAT} {options.graph_url} {options.directory_id} {options.model_dump_json(include=chosen)}"
        )

    @override
    def pages(self, cursor: str | None) -> Iterator[SyncPage]:
        """Yield what has changed since a delta link, or everybody.

        Raises:
            CursorRefused: The delta link has expired: it is valid for seven days.
            SourceUnavailable: The list is incomplete.
        """
        url = f"{self._options.graph_url}/v1.0/{self.path}/delta"
        try:
            if cursor is None:
                first = self._answer(url, {"$select": ",".join(self.fields)})
            else:
                first = followed_link(cursor, self._answer)
        except CloudRefused as error:
            yield self.refused(error)
            return
        yield from delta_pages(first, self._answer, self._options.graph_url, self._shown)

    def entry(self, item: JsonObject) -> Entry | None:
        """Return what is stored of a user, None for one that is left out."""
        if item.get("accountEnabled") is False and not self._options.include_disabled:
            return None
        if item.get("userType") == "Guest" and not self._options.include_guests:
            return None
        numbers = json_texts(item.get("businessPhones"))
        return graph_entry({**{name: item.get(name) for name in TEXT_FIELDS}, "businessPhones": numbers})

    def refused(self, error: CloudRefused) -> SyncPage:
        """Return the page for a list that Graph does not give; without users there is no directory.

        Raises:
            SourceUnavailable: The directory can't be used without the list.
        """
        raise SourceUnavailable(self.explanation(error)) from error

    def explanation(self, error: CloudRefused) -> str:
        """Return an error, with the permission that is missing if that is its reason."""
        if error.status != HTTPStatus.FORBIDDEN:
            return error.message
        return (
            f"{error}: the application needs the application permission {self.permission} (a delegated one is not"
            " enough) with admin consent"
        )

    def _shown(self, item: JsonObject) -> Entry | None:
        entry = self.entry(item)
        return entry if entry is not None and self._options.shows(entry) else None

    def _answer(self, url: str, query: Mapping[str, str] | None = None) -> JsonObject:
        return self._client.json(url, query, {"Prefer": f"odata.maxpagesize={PAGE_SIZE}"})


class SharedContacts(GraphPeople):
    """The contacts of the organisation, which have their numbers in one list."""

    path = "contacts"
    fields = CONTACT_FIELDS
    permission = "OrgContact.Read.All"

    @override
    def entry(self, item: JsonObject) -> Entry:
        """Return what is stored of a contact, under the names that users have."""
        phones = json_objects(item.get("phones"))
        numbers = {
            kind: [json_text(phone.get("number")) for phone in phones if phone.get("type") == kind]
            for kind in ("business", "mobile", "businessFax")
        }
        addresses = json_objects(item.get("addresses"))
        return graph_entry(
            {
                **{name: item.get(name) for name in TEXT_FIELDS},
                "businessPhones": json_texts(numbers["business"]),
                "mobilePhone": next(iter(numbers["mobile"]), None),
                "faxNumber": next(iter(numbers["businessFax"]), None),
                "officeLocation": addresses[0].get("officeLocation") if addresses else None,
            }
        )

    @override
    def refused(self, error: CloudRefused) -> SyncPage:
        """Return an incomplete page, which takes nobody away.

        Raises:
            SourceUnavailable: The server is to be asked again later.
        """
        if error.status in REFUSALS:
            return SyncPage((), incomplete=self.explanation(error))
        return super().refused(error)


def graph_entry(item: JsonObject) -> Entry:
    """Return a person with the fields that lookups add; what is no text where one belongs is null."""
    texts = {name: json_text(item.get(name)) or None for name in TEXT_FIELDS}
    person = {**texts, "businessPhones": item.get("businessPhones")}
    return {**person, "email": texts["mail"], **number_lists(person)}


ENTRA_FIELDS = frozenset(graph_entry({}))
"""All fields of a person."""
