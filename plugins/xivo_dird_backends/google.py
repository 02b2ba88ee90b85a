"""The google backend: the caller's own Google contacts (contract sections 3.5 and 3.8)."""

import logging
from collections.abc import Iterable

from typing_extensions import override

from xivo_dird.backend import (
    Caller,
    ContactList,
    Entry,
    Environment,
    Listing,
    Page,
    ReportedEntries,
    SyncedEntries,
    SyncPage,
    Throttled,
)
from xivo_dird_backends._bearer_client import BearerClient
from xivo_dird_backends._cloud_answers import CloudRefused
from xivo_dird_backends._cloud_contacts import (
    CloudContactsBackend,
    CloudOptions,
    page_of,
)
from xivo_dird_backends._cloud_settings import CloudSettings
from xivo_dird_backends._google_contact import GOOGLE_FIELDS, google_contact
from xivo_dird_backends._google_people import FIELDS, GooglePeople

logger = logging.getLogger(__name__)


class GoogleSettings(CloudSettings):
    """What only the administrator may set: the server to which the access tokens of users are sent."""

    endpoint: str = "https://people.googleapis.com"
    """The server of the People API, which gets the access tokens of users."""


class GoogleOptions(CloudOptions):
    """The options of a google source (contract section 2.9)."""


class GoogleBackend(CloudContactsBackend[GoogleOptions]):
    """Answers each user from a copy of their contacts."""

    Options = GoogleOptions
    Settings = GoogleSettings
    service, settings_key = "google", "backends.google"
    contact_list = ContactList(("name",))
    entry_fields = GOOGLE_FIELDS
    default_format_columns = {"reverse": "{name}"}  # noqa: RUF012 - as declared by the base class

    def __init__(self, options: GoogleOptions, environment: Environment) -> None:
        """Create the clients, which open nothing yet.

        Raises:
            InvalidSource: A server can't be asked.
        """
        super().__init__(options, environment)
        self._endpoint = environment.settings_of(GoogleSettings).endpoint
        self._client = self.new_client({"backends.google.endpoint": self._endpoint})

    @property
    @override
    def fingerprint(self) -> str:
        """Return the server and the fields that are fetched."""
        return f"{self._endpoint} {FIELDS}"

    @override
    def pages(self, access_token: str, cursor: str | None) -> Iterable[SyncPage]:
        """Yield what has changed since a sync token, or all contacts."""
        return self._people(access_token).pages(cursor)

    @override
    def contacts(self, copied: SyncedEntries) -> ReportedEntries:
        """Return the people of Google as contacts."""
        return copied.map(google_contact)

    @override
    def list_contacts(self, listing: Listing, caller: Caller) -> Page[Entry]:
        """Return contacts of the caller from Google; those that Google finds, if they are searched.

        There are none if Google refuses (contract section 3.8).
        """
        people = self._people(self.listing_token(caller))
        try:
            found = people.search(listing.search) if listing.search else list(people.everyone())
        except (CloudRefused, Throttled) as error:
            logger.warning("source %r: %s", self.options.name, error)
            found = []
        return page_of([google_contact(person) for person in found], "name", listing)

    @override
    def close(self) -> None:
        """Close the idle connections."""
        super().close()
        self._client.close()

    def _people(self, access_token: str) -> GooglePeople:
        return GooglePeople(BearerClient.of_user(self._client, access_token), self._endpoint)
