"""Phonebooks of the scope tenant (contract section 2.3)."""

from xivo_dird.phonebooks.model import FOLDED_ORDERS
from xivo_dird.view import (
    Access,
    CsvUpload,
    ErrorFamily,
    ImportAnswer,
    RecursiveListQuery,
    Routes,
    Services,
)
from xivo_dird_views._phonebook_resources import (
    ImportedContacts,
    LenientQuery,
    PathValues,
    PhonebookApi,
    PhonebookKey,
    add_phonebook_resources,
)


class PhonebooksQuery(RecursiveListQuery):
    """What part of the phonebooks is wanted."""

    orders = ("name", "description")


class PhonebookContactsQuery(LenientQuery):
    """What part of the contacts is wanted."""

    orders = ("firstname", "lastname", "name")

    order: str | None = "name"


def register(routes: Routes, services: Services) -> None:
    """Add the resources."""

    def import_file(place: PhonebookKey, upload: CsvUpload) -> ImportAnswer[ImportedContacts]:
        return ImportAnswer(services.phonebook_contacts.import_file(*place, upload), [])

    api = PhonebookApi(
        name="phonebooks",
        path="/phonebooks",
        item="/<uuid:phonebook_uuid>",
        acl="dird.phonebooks",
        item_acl="dird.phonebooks.{phonebook_uuid}",
        errors=ErrorFamily.MIXED,
        phonebook_query=PhonebooksQuery,
        contact_query=PhonebookContactsQuery,
        folded_orders=FOLDED_ORDERS,
        tenant=_tenant,
        place=_place,
        import_file=import_file,
        imported=201,
    )
    add_phonebook_resources(routes, services, api)


def _tenant(access: Access, path: PathValues) -> str:  # noqa: ARG001
    return access.caller.tenant_uuid


def _place(access: Access, path: PathValues) -> PhonebookKey:
    return PhonebookKey(access.caller.tenant_uuid, str(path["phonebook_uuid"]))
