"""The service that lists the contacts of a source."""

from collections.abc import Collection, Mapping

from xivo_dird.backend import ContactList, Entry
from xivo_dird.caller import Caller
from xivo_dird.directory.registry import Registry
from xivo_dird.listing import Listing, Page
from xivo_dird.sources.service import SourceService
from xivo_dird.threads.deadline import Deadline

LIST_SECONDS = 30.0
"""Seconds that a request waits for the list of a backend, whose own timeouts are usually shorter."""


class SourceContactService:
    """Requests lists from the backends that have them."""

    def __init__(
        self,
        sources: SourceService,
        registry: Registry,
        contact_lists: Mapping[str, ContactList],
        timeout: float = LIST_SECONDS,
    ) -> None:
        """Create the service.

        Args:
            sources: The sources of all tenants.
            registry: The open sources.
            contact_lists: How contacts can be listed, by the name of the backend.
            timeout: Seconds that a request waits for a backend.
        """
        self._sources = sources
        self._registry = registry
        self._timeout = timeout
        self.contact_lists = contact_lists

    def find_listed(
        self, tenant_uuids: Collection[str], backend: str, uuid: str, listing: Listing, caller: Caller
    ) -> Page[Entry]:
        """Return the requested part of the contacts of a source.

        Args:
            tenant_uuids: The tenants that may own the source.
            backend: The name of its backend.
            uuid: Its uuid.
            listing: The requested part; it names an order.
            caller: Who requests it.

        Raises:
            UnknownSource: These tenants have no such source of this backend.
            NoTokenFound: The user of the caller has no token for the directory.
            ContactsUnavailable: The backend returns no list in time.
        """
        source = self._sources.find(tenant_uuids, backend, uuid)
        deadline = Deadline.of_request(self._timeout)
        return self._registry.get(source).contact_lists.find_listed(listing, caller, deadline)
