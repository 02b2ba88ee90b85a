"""The same phonebooks by the name of their tenant and their number (contract section 2.4)."""

from collections.abc import Collection
from dataclasses import replace

from xivo_dird.view import (
    Api,
    BadContacts,
    Config,
    CreatedContacts,
    CsvUpload,
    EmptyFile,
    ErrorFamily,
    Listing,
    ListQuery,
    Response,
    Services,
    UnknownPhonebook,
    import_response,
    tenant_named,
)
from xivo_dird_views._phonebook_resources import (
    PathValues,
    PhonebookApi,
    Place,
    add_phonebook_resources,
)

IMPORTED = 200


class LenientQuery(ListQuery):
    """What part of a list is wanted, in any order; a limit of 0 is none."""

    def listing(self) -> Listing:
        """Answer what part is wanted."""
        listing = super().listing()
        return replace(listing, limit=listing.limit or None)


class PhonebooksQuery(LenientQuery):
    """What part of the phonebooks is wanted."""

    orders = ("name", "description")


def register(api: Api, services: Services, config: Config) -> None:  # noqa: ARG001
    """Add the resources."""

    def place(path: PathValues) -> Place:
        tenant_uuid, number = _tenant(path), path["phonebook_id"]
        try:
            return Place(tenant_uuid, services.phonebooks.find_numbered(tenant_uuid, int(number)).uuid)
        except UnknownPhonebook:
            return Place(tenant_uuid, str(number))  # no uuid: whoever looks for it says that it is unknown

    def answer_import(place: Place, upload: CsvUpload) -> Response:
        """Bad rows and a file without any are no errors here."""
        failed: list[object] = []
        try:
            created = services.phonebook_contacts.import_file(*place, upload)
        except (BadContacts, EmptyFile) as error:
            services.phonebooks.find([place.tenant_uuid], place.phonebook_uuid)
            failed = list(error.errors) if isinstance(error, BadContacts) else []
            created = CreatedContacts()
        return import_response(created, failed, IMPORTED)

    form = PhonebookApi(
        name="phonebooks_deprecated",
        path="/tenants/<tenant>/phonebooks",
        item="/<int:phonebook_id>",
        access="dird.tenants.{tenant}.phonebooks",
        item_access="dird.tenants.{tenant}.phonebooks.{phonebook_id}",
        errors=ErrorFamily.LEGACY,
        phonebook_query=PhonebooksQuery,
        contact_query=LenientQuery,
        folded_orders=(),
        tenant=_tenant,
        tenants=_tenants,
        place=place,
        answer_import=answer_import,
        imported=IMPORTED,
    )
    add_phonebook_resources(api, services, form)


def _tenant(path: PathValues) -> str:
    return tenant_named(path["tenant"])


def _tenants(path: PathValues, query: ListQuery) -> Collection[str]:  # noqa: ARG001
    return [_tenant(path)]
