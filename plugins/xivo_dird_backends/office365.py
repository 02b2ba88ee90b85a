"""The office365 backend: the caller's own Microsoft contacts (contract sections 3.5 and 3.9)."""

from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from types import MappingProxyType
from typing import Annotated

from pydantic import StringConstraints
from typing_extensions import override

from xivo_dird.backend import (
    DESTINATION,
    Caller,
    ContactList,
    ContactsUnavailable,
    Entry,
    Environment,
    HttpClient,
    InvalidSource,
    Listing,
    Page,
    ReportedEntries,
    SourceUnavailable,
    SyncedEntries,
    SyncPage,
    parse_url,
)
from xivo_dird_backends._bearer_client import BearerClient
from xivo_dird_backends._cloud_answers import CloudRefused
from xivo_dird_backends._cloud_contacts import (
    CloudContactsBackend,
    CloudOptions,
    page_of,
)
from xivo_dird_backends._cloud_settings import CloudSettings
from xivo_dird_backends._graph import GraphContacts
from xivo_dird_backends._graph_contact import GRAPH_FIELDS, graph_contact
from xivo_dird_backends._json_fields import json_text

GRAPH_HOSTS = frozenset(
    {
        "graph.microsoft.com",
        "graph.microsoft.us",
        "dod-graph.microsoft.us",
        "microsoftgraph.chinacloudapi.cn",
    }
)
LISTED_COLUMNS = {"name": "displayName", "firstname": "givenName", "lastname": "surname"}
"""The fields by which a list is sorted, by the `order` of the request."""

Endpoint = Annotated[str, StringConstraints(min_length=1, max_length=255)]


class Office365Settings(CloudSettings):
    """What only the administrator may set: hosts that an `endpoint` may have beside those of Microsoft Graph."""

    endpoint_hosts: tuple[str, ...] = ()
    """Hosts that an `endpoint` may have beside those of Microsoft Graph."""


class Office365Options(CloudOptions):
    """The options of an office365 source (contract section 2.9)."""

    endpoint: Annotated[Endpoint, DESTINATION] = "https://graph.microsoft.com/v1.0/me/contacts"
    """The URL of the contacts."""


class Office365Backend(CloudContactsBackend[Office365Options]):
    """Answers each user from a copy of their contacts."""

    Options = Office365Options
    Settings = Office365Settings
    service, settings_key = "microsoft", "backends.office365"
    contact_list = ContactList(tuple(LISTED_COLUMNS))
    entry_fields = GRAPH_FIELDS
    default_format_columns = {"reverse": "{givenName}"}  # noqa: RUF012 - as declared by the base class

    def __init__(self, options: Office365Options, environment: Environment) -> None:
        """Create the clients, which open nothing yet.

        The contract accepts any text as the `endpoint`, so one that can't be used is an error of each question.

        Raises:
            InvalidSource: The authentication server can't be asked.
        """
        super().__init__(options, environment)
        self._client: HttpClient | SourceUnavailable
        try:
            self._client = self.new_client({"endpoint": options.endpoint})
            _check_endpoint(options.endpoint, environment.settings_of(Office365Settings).endpoint_hosts)
        except InvalidSource as error:
            self._client = SourceUnavailable(error.message)

    @property
    @override
    def fingerprint(self) -> str:
        """Return the URL of the contacts."""
        return self.options.endpoint

    @override
    def pages(self, access_token: str, cursor: str | None) -> Iterable[SyncPage]:
        """Return what has changed since a delta link, or all contacts."""
        return self._graph(access_token).pages(cursor)

    @override
    def contacts(self, copied: SyncedEntries) -> ReportedEntries:
        """Return the contacts by their first names, with the fields that lookups add."""
        return ReportedEntries(sorted(map(graph_contact, copied), key=_first_name), copied.report)

    @override
    def list_contacts(self, listing: Listing, caller: Caller) -> Page[Entry]:
        """Return contacts of the caller, as Microsoft gives them; `search` is ignored (contract section 2.10).

        Raises:
            NoTokenFound: The user has linked no account.
            ContactsUnavailable: Microsoft refuses or does not answer.
        """
        try:
            contacts = list(self._graph(self.listing_token(caller)).everyone())
        except CloudRefused as error:
            raise self._unavailable(error, {"error_code": error.status}) from error
        except SourceUnavailable as error:
            raise self._unavailable(error) from error
        return page_of(contacts, LISTED_COLUMNS[listing.order or "name"], listing)

    @override
    def contacts_unavailable(self, error: SourceUnavailable) -> ContactsUnavailable:
        """Return the error of the contract."""
        return self._unavailable(error)

    def _unavailable(
        self, error: SourceUnavailable, details: Mapping[str, object] = MappingProxyType({})
    ) -> ContactsUnavailable:
        details = {"endpoint": self.options.endpoint, **details}
        return ContactsUnavailable(str(error), details, "unexpected-endpoint-error")

    @override
    def close(self) -> None:
        """Close the idle connections."""
        super().close()
        if isinstance(self._client, HttpClient):
            self._client.close()

    def _graph(self, access_token: str) -> GraphContacts:
        """Return the contacts of a user.

        Raises:
            SourceUnavailable: The access token may not be sent to the endpoint.
        """
        if isinstance(self._client, SourceUnavailable):
            raise SourceUnavailable(self._client.message)
        return GraphContacts(BearerClient.of_user(self._client, access_token), self.options.endpoint)


def _check_endpoint(endpoint: str, allowed_hosts: Iterable[str]) -> None:
    """Check that the access tokens of users may be sent to an endpoint.

    Raises:
        InvalidSource: They may not.
    """
    origin = parse_url(endpoint).origin
    host = origin.target.host
    is_graph = host in GRAPH_HOSTS and origin.scheme == "https"
    if not (is_graph or _is_loopback(host) or host in {allowed.lower() for allowed in allowed_hosts}):
        raise InvalidSource(
            f"endpoint: {host} is no https host of Microsoft Graph; to let sources send the access tokens of users"
            " there, add it to backends.office365.endpoint_hosts"
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _first_name(contact: Entry) -> tuple[bool, str]:
    name = json_text(contact.get("givenName"))
    return not name, name.casefold()
