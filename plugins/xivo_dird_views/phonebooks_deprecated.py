"""The same phonebooks by the name of their tenant and their number (contract section 2.4)."""

from collections.abc import Callable, Collection
from dataclasses import replace

from xivo_dird.view import (
    Api,
    BadContacts,
    Config,
    EmptyFile,
    ErrorFamily,
    Listing,
    ListQuery,
    Response,
    Services,
    StoredContact,
    json_response,
    tenant_named,
)
from xivo_dird_views.phonebook_resources import (
    Imported,
    PathValues,
    PhonebookApi,
    Place,
    add_phonebook_resources,
    shown,
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
        tenant_uuid = _tenant(path)
        phonebook = services.phonebooks.find_numbered(tenant_uuid, int(path["phonebook_id"]))
        return Place(tenant_uuid, phonebook.uuid)

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
        answer_import=_answer_import,
        imported=IMPORTED,
    )
    add_phonebook_resources(api, services, form)


def _tenant(path: PathValues) -> str:
    return tenant_named(path["tenant"])


def _tenants(path: PathValues, query: ListQuery) -> Collection[str]:  # noqa: ARG001
    return [_tenant(path)]


def _answer_import(run: Callable[[], Collection[StoredContact]]) -> Response:
    """Bad rows and a file without any are no errors here."""
    try:
        answer = Imported([shown(contact) for contact in run()], [])
    except EmptyFile:
        answer = Imported([], [])
    except BadContacts as error:
        answer = Imported([], list(error.errors))
    return json_response(answer, IMPORTED)
