"""All contacts behind a phonebook source (contract section 2.10)."""

from dataclasses import replace

from xivo_dird.view import (
    Api,
    Config,
    Listing,
    ListQuery,
    Operation,
    Response,
    ServiceResource,
    Services,
    UnknownPhonebook,
    current_caller,
    json_response,
    operation,
)

BACKEND = "phonebook"
FOLDED_ORDERS = frozenset({"firstname", "lastname"})


class ContactsQuery(ListQuery):
    """What part of the contacts is wanted; without `order` as they are stored, a limit of 0 is none."""

    orders = ("firstname", "lastname", "number")

    def listing(self) -> Listing:
        """Answer what part is wanted."""
        listing = super().listing()
        return replace(listing, limit=listing.limit or None)


class ContactsResource(ServiceResource):
    """The contacts of the phonebook that a source of the scope tenant is based on."""

    @operation(
        Operation(
            "List the contacts of a phonebook source",
            "dird.backends.phonebook.sources.{source_uuid}.contacts.read",
            query=ContactsQuery,
            answer=dict[str, str | None],
            page=True,
            errors=(400, 404),
        )
    )
    def get(self, source_uuid: str, query: ContactsQuery) -> Response:
        """Answer a part of them."""
        tenant_uuid = current_caller().tenant_uuid
        source = self._services.sources.find([tenant_uuid], BACKEND, source_uuid)
        phonebook_uuid = str(source.options["phonebook_uuid"])
        try:
            page = self._services.phonebook_contacts.find_listed(
                tenant_uuid, phonebook_uuid, query.listing(), FOLDED_ORDERS
            )
        except UnknownPhonebook as error:
            raise UnknownPhonebook(phonebook_uuid, "phonebook-source-contacts") from error
        return json_response(page.map(lambda contact: contact.entry()))


def register(api: Api, services: Services, config: Config) -> None:  # noqa: ARG001
    """Add the resource."""
    api.add_resource(
        ContactsResource,
        "/backends/phonebook/sources/<source_uuid>/contacts",
        endpoint="phonebook_source_contacts",
        resource_class_kwargs={"services": services},
    )
