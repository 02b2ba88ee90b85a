"""The contacts of the phonebook behind a source (contract section 2.10)."""

from dataclasses import replace

from xivo_dird.exceptions import UnknownPhonebook
from xivo_dird.view import Caller, Listing, ListQuery, Page, Resource, Routes, Services, operation

BACKEND = "phonebook"
CASE_INSENSITIVE_ORDERS = frozenset({"firstname", "lastname"})


class SourceContactsQuery(ListQuery):
    """The query parameters of the list: without `order` in stored order; a limit of 0 means no limit."""

    orders = ("firstname", "lastname", "number")

    def listing(self) -> Listing:
        """Return the requested part of the list."""
        listing = super().listing()
        return replace(listing, limit=listing.limit or None)


class ContactsResource(Resource):
    """The contacts of the phonebook that a source of the scope tenant uses."""

    @operation(
        "List the contacts of a phonebook source",
        acl="dird.backends.phonebook.sources.{source_uuid}.contacts.read",
        errors=(400, 404),
    )
    def get(
        self, caller: Caller, source_uuid: str, query: SourceContactsQuery
    ) -> Page[dict[str, str | None]]:
        """Return the requested part of the contacts."""
        source = self.services.sources.find([caller.tenant_uuid], BACKEND, source_uuid)
        phonebook_uuid = str(source.options["phonebook_uuid"])
        try:
            page = self.services.phonebook_contacts.find_listed(
                caller.tenant_uuid, phonebook_uuid, query.listing(), CASE_INSENSITIVE_ORDERS
            )
        except UnknownPhonebook as error:
            raise UnknownPhonebook(phonebook_uuid, "phonebook-source-contacts") from error
        return page.map(lambda contact: contact.entry())


def register(routes: Routes, services: Services) -> None:
    """Add the resource."""
    routes.add(
        "/backends/phonebook/sources/<id:source_uuid>/contacts",
        ContactsResource(services),
        "phonebook_source_contacts",
    )
