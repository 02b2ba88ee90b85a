"""The personal contacts of the token's user (contract section 2.2)."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, ValidationError

from xivo_dird.contacts.model import FailedRow, ImportPreview
from xivo_dird.exceptions import InvalidParameter
from xivo_dird.view import (
    Caller,
    ContactUpload,
    Direction,
    ErrorFamily,
    Header,
    ImportResponse,
    Listing,
    NaturalNumber,
    Query,
    Resource,
    Routes,
    Services,
    UserCaller,
    operation,
)
from xivo_dird_views._contact_export import CsvExport, VcardExport, export, is_exported
from xivo_dird_views._contact_list import DisplayedContacts, display_contacts

PersonalContact = dict[str, str | None]
"""The fields of a contact and its `id`."""

_PARAMETER_RULES = {
    "direction": "direction must be asc or desc",
    "limit": "limit must be a number greater than 0",
    "offset": "offset must be a number not less than 0",
}


class PersonalQuery(Query):
    """The query parameters of the list of contacts; `format` selects JSON, CSV or vCards."""

    order: str | None = None
    direction: Direction = "asc"
    limit: Annotated[NaturalNumber, Field(gt=0)] | None = None
    offset: NaturalNumber = 0
    format: str | None = None

    @classmethod
    def to_error(cls, error: ValidationError) -> InvalidParameter:
        """Return an error with the broken rule as plain text."""
        return InvalidParameter(_PARAMETER_RULES[str(error.errors()[0]["loc"][0])])

    def listing(self) -> Listing:
        """Return the requested part of the list."""
        return Listing(self.order, self.direction, self.limit, self.offset)


@dataclass(frozen=True, slots=True)
class PersonalContacts:
    """A part of the user's contacts."""

    items: list[PersonalContact]


@dataclass(frozen=True, slots=True)
class PersonalImport:
    """The result of an import: a contact per accepted row, and the rows that are not valid contacts."""

    created: list[PersonalContact]
    failed: list[FailedRow]


class PersonalResource(Resource):
    """All contacts of the user."""

    error_family = ErrorFamily.LEGACY

    @operation(
        "List personal contacts, as JSON, CSV (`format=text/csv`) or vCards (`format=text/vcard`)",
        acl="dird.personal.read",
        errors=(400,),
    )
    def get(
        self, caller: UserCaller, query: PersonalQuery, content_type: Annotated[str, Header("Content-Type")]
    ) -> PersonalContacts | CsvExport | VcardExport | None:
        """Return the requested contacts, None (a 204) instead of an empty file.

        The content type of the request, if any, takes precedence over `format`.
        """
        contacts = self.services.personal.find_listed(caller.user_uuid, query.listing())
        entries = [contact.entry() for contact in contacts]
        media_type = content_type.partition(";")[0].strip().lower() or query.format
        return export(entries, media_type) if is_exported(media_type) else PersonalContacts(entries)

    @operation("Add a personal contact", acl="dird.personal.create", errors=(400, 409), status=201)
    def post(self, caller: UserCaller, body: object) -> PersonalContact:
        """Add a contact with arbitrary fields; the client may set its `id`."""
        return self.services.personal.create(caller, body).entry()

    @operation("Remove all personal contacts", acl="dird.personal.delete")
    def delete(self, caller: UserCaller) -> None:
        """Remove all contacts of the user."""
        self.services.personal.remove_all(caller.user_uuid, caller.token_tenant_uuid)


class PersonalContactResource(Resource):
    """One contact of the user."""

    error_family = ErrorFamily.LEGACY

    @operation("Show a personal contact", acl="dird.personal.{contact_id}.read", errors=(404,))
    def get(self, caller: UserCaller, contact_id: str) -> PersonalContact:
        """Return the contact."""
        return self.services.personal.find(caller.user_uuid, contact_id).entry()

    @operation("Replace a personal contact", acl="dird.personal.{contact_id}.update", errors=(400, 404, 409))
    def put(self, caller: UserCaller, contact_id: str, body: object) -> PersonalContact:
        """Replace the fields of the contact; its id does not change."""
        return self.services.personal.update(caller, contact_id, body).entry()

    @operation("Remove a personal contact", acl="dird.personal.{contact_id}.delete", errors=(404,))
    def delete(self, caller: UserCaller, contact_id: str) -> None:
        """Remove the contact."""
        self.services.personal.remove(caller, contact_id)


class PersonalImportResource(Resource):
    """The import of a file of contacts."""

    error_family = ErrorFamily.LEGACY

    @operation(
        "Import personal contacts from CSV or vCards",
        acl="dird.personal.import.create",
        errors=(400,),
        status=201,
    )
    def post(self, caller: UserCaller, body: ContactUpload) -> ImportResponse[PersonalImport]:
        """Add every valid row, and return the errors of the others."""
        imported = self.services.personal.import_file(caller, body)
        return ImportResponse(imported.created, imported.failed.with_summary())


class PersonalImportPreviewResource(Resource):
    """The preview of an import."""

    error_family = ErrorFamily.LEGACY

    @operation(
        "Show what an import of personal contacts would do",
        acl="dird.personal.import.create",
        errors=(400,),
        only_reads=True,
    )
    def post(self, caller: UserCaller, body: ContactUpload) -> ImportPreview:
        """Return the first new contacts, and how many rows are new, exist or fail; nothing is stored."""
        return self.services.personal.preview_file(caller, body)


class PersonalDirectoryResource(Resource):
    """All contacts of the user, in the columns of a profile's display (contract section 2.1)."""

    error_family = ErrorFamily.LEGACY

    @operation(
        "List personal contacts through a profile",
        acl="dird.directories.personal.{profile}.read",
        errors=(404,),
    )
    def get(self, caller: Caller, profile: str) -> DisplayedContacts:
        """Return all contacts, whichever sources the profile has."""
        resolved_profile = self.services.profiles.find_by_name(caller.tenant_uuid, profile)
        contacts = self.services.personal.find_contacts(caller)
        return display_contacts(
            resolved_profile, contacts, self.services.favorites.marks(caller, resolved_profile)
        )


def register(routes: Routes, services: Services) -> None:
    """Add the resources."""
    routes.add("/personal", PersonalResource(services))
    routes.add("/personal/import", PersonalImportResource(services))
    routes.add("/personal/import/preview", PersonalImportPreviewResource(services))
    routes.add("/personal/<contact_id>", PersonalContactResource(services), "personal_contact")
    routes.add("/directories/personal/<profile>", PersonalDirectoryResource(services), "personal_directory")
