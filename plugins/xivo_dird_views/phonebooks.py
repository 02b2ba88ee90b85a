"""Phonebooks of the scope tenant (contract section 2.3)."""

from xivo_dird.contacts.model import ImportPreview
from xivo_dird.phonebooks.model import CASE_INSENSITIVE_ORDERS
from xivo_dird.view import (
    Access,
    Caller,
    ContactUpload,
    ErrorFamily,
    ImportResponse,
    RecursiveListQuery,
    Resource,
    Routes,
    Services,
    operation,
)
from xivo_dird_views._phonebook_resources import (
    ExportQuery,
    ImportedContacts,
    PathArguments,
    PhonebookApi,
    PhonebookKey,
    add_phonebook_resources,
)


class PhonebooksQuery(RecursiveListQuery):
    """The query parameters of the list of phonebooks."""

    orders = ("name", "description")


class PhonebookContactsQuery(ExportQuery):
    """The query parameters of the list of contacts."""

    orders = ("firstname", "lastname", "name")

    order: str | None = "name"


class PhonebookImportPreviewResource(Resource):
    """The preview of an import."""

    error_family = ErrorFamily.MIXED

    @operation(
        "Show what an import of contacts into a phonebook would do",
        acl="dird.phonebooks.{phonebook_uuid}.contacts.create",
        errors=(400, 404),
        only_reads=True,
    )
    def post(self, caller: Caller, phonebook_uuid: str, body: ContactUpload) -> ImportPreview:
        """Return the first new contacts, and how many rows are new, exist or fail; nothing is stored.

        An import refuses a file with a row that fails.
        """
        return self.services.phonebook_contacts.preview_file(caller.tenant_uuid, str(phonebook_uuid), body)


def register(routes: Routes, services: Services) -> None:
    """Add the resources."""

    def import_file(key: PhonebookKey, upload: ContactUpload) -> ImportResponse[ImportedContacts]:
        return ImportResponse(services.phonebook_contacts.import_file(*key, upload), [])

    api = PhonebookApi(
        name="phonebooks",
        path="/phonebooks",
        item_path="/<uuid:phonebook_uuid>",
        acl_prefix="dird.phonebooks",
        item_acl_prefix="dird.phonebooks.{phonebook_uuid}",
        error_family=ErrorFamily.MIXED,
        phonebook_query=PhonebooksQuery,
        contact_query=PhonebookContactsQuery,
        case_insensitive_orders=CASE_INSENSITIVE_ORDERS,
        find_tenant=_scope_tenant,
        find_key=_find_key,
        import_file=import_file,
        import_status=201,
    )
    add_phonebook_resources(routes, services, api)
    preview = f"{api.path}{api.item_path}/contacts/import/preview"
    routes.add(preview, PhonebookImportPreviewResource(services), "phonebook_import_preview")


def _scope_tenant(access: Access, path_arguments: PathArguments) -> str:  # noqa: ARG001
    return access.caller.tenant_uuid


def _find_key(access: Access, path_arguments: PathArguments) -> PhonebookKey:
    return PhonebookKey(access.caller.tenant_uuid, str(path_arguments["phonebook_uuid"]))
