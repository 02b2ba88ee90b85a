"""Phonebooks of the scope tenant (contract section 2.3)."""

from collections.abc import Collection
from dataclasses import replace

from xivo_dird.view import (
    FOLDED_ORDERS,
    Api,
    Config,
    CsvUpload,
    ErrorFamily,
    Listing,
    ListQuery,
    RecursiveListQuery,
    Response,
    Services,
    current_caller,
    import_response,
    scope_tenants,
)
from xivo_dird_views._phonebook_resources import (
    PathValues,
    PhonebookApi,
    Place,
    add_phonebook_resources,
)

IMPORTED = 201


class PhonebooksQuery(RecursiveListQuery):
    """What part of the phonebooks is wanted."""

    orders = ("name", "description")


class ContactsQuery(ListQuery):
    """What part of the contacts is wanted; a limit of 0 is none."""

    orders = ("firstname", "lastname", "name")

    order: str | None = "name"

    def listing(self) -> Listing:
        """Answer what part is wanted."""
        listing = super().listing()
        return replace(listing, limit=listing.limit or None)


def register(api: Api, services: Services, config: Config) -> None:  # noqa: ARG001
    """Add the resources."""
    item = "/<uuid:phonebook_uuid>"

    def answer_import(place: Place, upload: CsvUpload) -> Response:
        created = services.phonebook_contacts.import_file(*place, upload)
        return import_response(created, [], IMPORTED)

    form = PhonebookApi(
        name="phonebooks",
        path="/phonebooks",
        item=item,
        access="dird.phonebooks",
        item_access="dird.phonebooks.{phonebook_uuid}",
        errors=ErrorFamily.MIXED,
        phonebook_query=PhonebooksQuery,
        contact_query=ContactsQuery,
        folded_orders=FOLDED_ORDERS,
        tenant=_tenant,
        tenants=_tenants,
        place=_place,
        answer_import=answer_import,
        imported=IMPORTED,
    )
    add_phonebook_resources(api, services, form)


def _tenant(path: PathValues) -> str:  # noqa: ARG001
    return current_caller().tenant_uuid


def _tenants(path: PathValues, query: ListQuery) -> Collection[str]:  # noqa: ARG001
    return scope_tenants(query)


def _place(path: PathValues) -> Place:
    return Place(current_caller().tenant_uuid, str(path["phonebook_uuid"]))
