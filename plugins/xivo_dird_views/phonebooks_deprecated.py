"""The deprecated API of the same phonebooks, by tenant name and phonebook number (contract section 2.4)."""

from xivo_dird.contacts.created import CreatedContacts
from xivo_dird.exceptions import BadContacts, EmptyFile, UnknownPhonebook
from xivo_dird.view import (
    Access,
    ContactUpload,
    ErrorFamily,
    ImportResponse,
    Routes,
    Services,
)
from xivo_dird_views._phonebook_resources import (
    ImportedContacts,
    LenientQuery,
    PathArguments,
    PhonebookApi,
    PhonebookKey,
    add_phonebook_resources,
)


class DeprecatedPhonebooksQuery(LenientQuery):
    """The query parameters of the list of phonebooks."""

    orders = ("name", "description")


def register(routes: Routes, services: Services) -> None:
    """Add the resources."""

    def find_key(access: Access, path_arguments: PathArguments) -> PhonebookKey:
        tenant_uuid, number = _find_tenant(access, path_arguments), path_arguments["phonebook_id"]
        try:
            return PhonebookKey(tenant_uuid, services.phonebooks.find_by_id(tenant_uuid, int(number)).uuid)
        except UnknownPhonebook:
            # Not the uuid of any phonebook, so that the service raises its own error for an unknown one.
            return PhonebookKey(tenant_uuid, str(number))

    def import_file(key: PhonebookKey, upload: ContactUpload) -> ImportResponse[ImportedContacts]:
        """Import a file; invalid rows and a file without rows are not errors in this API."""
        try:
            return ImportResponse(services.phonebook_contacts.import_file(*key, upload), [])
        except (BadContacts, EmptyFile) as error:
            services.phonebooks.find([key.tenant_uuid], key.phonebook_uuid)
            failed = list(error.errors) if isinstance(error, BadContacts) else []
            return ImportResponse(CreatedContacts(), failed)

    api = PhonebookApi(
        name="phonebooks_deprecated",
        path="/tenants/<tenant>/phonebooks",
        item_path="/<int:phonebook_id>",
        acl_prefix="dird.tenants.{tenant}.phonebooks",
        item_acl_prefix="dird.tenants.{tenant}.phonebooks.{phonebook_id}",
        error_family=ErrorFamily.LEGACY,
        phonebook_query=DeprecatedPhonebooksQuery,
        contact_query=LenientQuery,
        case_insensitive_orders=(),
        find_tenant=_find_tenant,
        find_key=find_key,
        import_file=import_file,
        import_status=200,
    )
    add_phonebook_resources(routes, services, api)


def _find_tenant(access: Access, path_arguments: PathArguments) -> str:
    return access.find_tenant(path_arguments["tenant"])
