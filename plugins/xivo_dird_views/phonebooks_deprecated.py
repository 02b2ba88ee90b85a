"""The same phonebooks by the name of their tenant and their number (contract section 2.4)."""

from xivo_dird.contacts.created import CreatedContacts
from xivo_dird.exceptions import BadContacts, EmptyFile, UnknownPhonebook
from xivo_dird.view import (
    Access,
    CsvUpload,
    ErrorFamily,
    ImportAnswer,
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


class DeprecatedPhonebooksQuery(LenientQuery):
    """What part of the phonebooks is wanted."""

    orders = ("name", "description")


def register(routes: Routes, services: Services) -> None:
    """Add the resources."""

    def place(access: Access, path: PathValues) -> PhonebookKey:
        tenant_uuid, number = _tenant(access, path), path["phonebook_id"]
        try:
            return PhonebookKey(tenant_uuid, services.phonebooks.find_numbered(tenant_uuid, int(number)).uuid)
        except UnknownPhonebook:
            return PhonebookKey(
                tenant_uuid, str(number)
            )  # no uuid: whoever looks for it says that it is unknown

    def import_file(place: PhonebookKey, upload: CsvUpload) -> ImportAnswer[ImportedContacts]:
        """Bad rows and a file without any are no errors here."""
        try:
            return ImportAnswer(services.phonebook_contacts.import_file(*place, upload), [])
        except (BadContacts, EmptyFile) as error:
            services.phonebooks.find([place.tenant_uuid], place.phonebook_uuid)
            failed = list(error.errors) if isinstance(error, BadContacts) else []
            return ImportAnswer(CreatedContacts(), failed)

    api = PhonebookApi(
        name="phonebooks_deprecated",
        path="/tenants/<tenant>/phonebooks",
        item="/<int:phonebook_id>",
        acl="dird.tenants.{tenant}.phonebooks",
        item_acl="dird.tenants.{tenant}.phonebooks.{phonebook_id}",
        errors=ErrorFamily.LEGACY,
        phonebook_query=DeprecatedPhonebooksQuery,
        contact_query=LenientQuery,
        folded_orders=(),
        tenant=_tenant,
        place=place,
        import_file=import_file,
        imported=200,
    )
    add_phonebook_resources(routes, services, api)


def _tenant(access: Access, path: PathValues) -> str:
    return access.tenant_named(path["tenant"])
