"""Personal contacts: what the token's user wrote down (contract section 2.2)."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, ValidationError

from xivo_dird.contacts.csv_writer import csv_text
from xivo_dird.exceptions import InvalidParameter
from xivo_dird.personal.model import FailedRow
from xivo_dird.view import (
    PLAIN_DIGITS,
    Caller,
    CsvUpload,
    Direction,
    ErrorFamily,
    Header,
    ImportAnswer,
    Listing,
    Query,
    Resource,
    Routes,
    Services,
    Text,
    UserCaller,
    operation,
)
from xivo_dird_views._contact_list import DisplayedContacts, contact_list

PersonalContact = dict[str, str | None]
"""A flat object: fields and `id`."""

_RULES = {
    "direction": "direction must be asc or desc",
    "limit": "limit must be a number greater than 0",
    "offset": "offset must be a number not less than 0",
}


class PersonalQuery(Query):
    """What part of the contacts is wanted, and how it is written."""

    order: str | None = None
    direction: Direction = "asc"
    limit: Annotated[int, Field(gt=0), PLAIN_DIGITS] | None = None
    offset: Annotated[int, Field(ge=0), PLAIN_DIGITS] = 0
    format: str | None = None

    @classmethod
    def refusal(cls, error: ValidationError) -> InvalidParameter:
        """Name the rule that is broken, as plain text."""
        return InvalidParameter(_RULES[str(error.errors()[0]["loc"][0])])

    def listing(self) -> Listing:
        """Return what part of the list is wanted."""
        return Listing(self.order, self.direction, self.limit, self.offset)


@dataclass(frozen=True, slots=True)
class PersonalContacts:
    """Some contacts of the user."""

    items: list[PersonalContact]


@dataclass(frozen=True, slots=True)
class PersonalImport:
    """A contact per accepted row, and the rows that are none."""

    created: list[PersonalContact]
    failed: list[FailedRow]


class CsvExport(Text):
    """Contacts as CSV."""

    content_type = "text/csv; charset=utf-8"


class PersonalResource(Resource):
    """All contacts of the user."""

    errors = ErrorFamily.LEGACY

    @operation(
        "List personal contacts, as JSON or (`format=text/csv`) as CSV",
        acl="dird.personal.read",
        errors=(400,),
    )
    def get(
        self, caller: UserCaller, query: PersonalQuery, sent: Annotated[str, Header("Content-Type")]
    ) -> PersonalContacts | CsvExport | None:
        """Return the wanted part; a content type of the request decides the form before `format` does."""
        contacts = self.services.personal.find_listed(caller.user_uuid, query.listing())
        entries = [contact.entry() for contact in contacts]
        media_type = sent.partition(";")[0].strip().lower()
        if (media_type or query.format) != "text/csv":
            return PersonalContacts(entries)
        return CsvExport(csv_text(entries)) if entries else None

    @operation("Add a personal contact", acl="dird.personal.create", errors=(400, 409), status=201)
    def post(self, caller: UserCaller, body: object) -> PersonalContact:
        """Add one with free keys; it may choose its `id`."""
        return self.services.personal.create(caller.tenant_uuid, caller.user_uuid, body).entry()

    @operation("Remove all personal contacts", acl="dird.personal.delete")
    def delete(self, caller: UserCaller) -> None:
        """Remove them all."""
        self.services.personal.remove_all(caller.user_uuid, caller.tenant_uuid)


class PersonalContactResource(Resource):
    """One contact of the user."""

    errors = ErrorFamily.LEGACY

    @operation("Show a personal contact", acl="dird.personal.{contact_id}.read", errors=(404,))
    def get(self, caller: UserCaller, contact_id: str) -> PersonalContact:
        """Return it."""
        return self.services.personal.find(caller.user_uuid, contact_id).entry()

    @operation("Replace a personal contact", acl="dird.personal.{contact_id}.update", errors=(400, 404, 409))
    def put(self, caller: UserCaller, contact_id: str, body: object) -> PersonalContact:
        """Replace its fields; the id stays."""
        personal = self.services.personal
        return personal.update(caller.tenant_uuid, caller.user_uuid, contact_id, body).entry()

    @operation("Remove a personal contact", acl="dird.personal.{contact_id}.delete", errors=(404,))
    def delete(self, caller: UserCaller, contact_id: str) -> None:
        """Remove it."""
        self.services.personal.remove(caller.tenant_uuid, caller.user_uuid, contact_id)


class PersonalImportResource(Resource):
    """A file of contacts for the user."""

    errors = ErrorFamily.LEGACY

    @operation(
        "Import personal contacts from CSV", acl="dird.personal.import.create", errors=(400,), status=201
    )
    def post(self, caller: UserCaller, body: CsvUpload) -> ImportAnswer[PersonalImport]:
        """Add every good row, and name what is wrong with the others."""
        imported = self.services.personal.import_file(caller.tenant_uuid, caller.user_uuid, body)
        return ImportAnswer(imported.created, imported.failed)


class PersonalDirectoryResource(Resource):
    """All contacts of the user, as the display of a profile shows them (contract section 2.1)."""

    errors = ErrorFamily.LEGACY

    @operation(
        "List personal contacts through a profile",
        acl="dird.directories.personal.{profile}.read",
        errors=(404,),
    )
    def get(self, caller: Caller, profile: str) -> DisplayedContacts:
        """Return them, whatever sources the profile lists."""
        found = self.services.profiles.find_by_name(caller.tenant_uuid, profile)
        contacts = self.services.personal.find_contacts(caller)
        return contact_list(found, contacts, self.services.favorites.marks(caller, found))


def register(routes: Routes, services: Services) -> None:
    """Add the resources."""
    routes.add("/personal", PersonalResource(services))
    routes.add("/personal/import", PersonalImportResource(services))
    routes.add("/personal/<contact_id>", PersonalContactResource(services), "personal_contact")
    routes.add("/directories/personal/<profile>", PersonalDirectoryResource(services), "personal_directory")
