"""Personal contacts: what the token's user wrote down (contract section 2.2)."""

from dataclasses import dataclass
from typing import Annotated

from flask import request
from pydantic import Field, ValidationError

from xivo_dird.view import (
    PLAIN_DIGITS,
    Api,
    Body,
    Config,
    CsvBody,
    CsvUpload,
    Direction,
    ErrorFamily,
    FailedRow,
    InvalidParameter,
    Listing,
    Operation,
    Query,
    Response,
    ServiceResource,
    Services,
    csv_text,
    current_caller,
    current_user,
    empty_response,
    import_response,
    json_response,
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
        """Tell the rule that is broken, as plain text."""
        return InvalidParameter(_RULES[str(error.errors()[0]["loc"][0])])

    def listing(self) -> Listing:
        """Answer what part of the list is wanted."""
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


class PersonalResource(ServiceResource):
    """All contacts of the user."""

    errors = ErrorFamily.LEGACY

    @operation(
        Operation(
            "List personal contacts, as JSON or (`format=text/csv`) as CSV",
            "dird.personal.read",
            query=PersonalQuery,
            answer=PersonalContacts,
            for_user=True,
            errors=(400,),
        )
    )
    def get(self, query: PersonalQuery) -> Response:
        """Answer the wanted part; a content type of the request decides the form before `format` does."""
        contacts = self._services.personal.find_listed(current_user(), query.listing())
        entries = [contact.entry() for contact in contacts]
        if (request.mimetype or query.format) != "text/csv":
            return json_response(PersonalContacts(entries))
        if not entries:
            return empty_response()
        return Response(csv_text(entries), content_type="text/csv; charset=utf-8")

    @operation(
        Operation(
            "Add a personal contact",
            "dird.personal.create",
            body=Body(),
            answer=PersonalContact,
            for_user=True,
            success=201,
            errors=(400, 409),
        )
    )
    def post(self, body: object) -> Response:
        """Add one with free keys; it may choose its `id`."""
        contact = self._services.personal.create(current_caller().tenant_uuid, current_user(), body)
        return json_response(contact.entry(), 201)

    @operation(Operation("Remove all personal contacts", "dird.personal.delete", for_user=True, success=204))
    def delete(self) -> Response:
        """Remove them all."""
        self._services.personal.remove_all(current_user(), current_caller().tenant_uuid)
        return empty_response()


class PersonalContactResource(ServiceResource):
    """One contact of the user."""

    errors = ErrorFamily.LEGACY

    @operation(
        Operation(
            "Show a personal contact",
            "dird.personal.{contact_id}.read",
            answer=PersonalContact,
            for_user=True,
            errors=(404,),
        )
    )
    def get(self, contact_id: str) -> Response:
        """Answer it."""
        return json_response(self._services.personal.find(current_user(), contact_id).entry())

    @operation(
        Operation(
            "Replace a personal contact",
            "dird.personal.{contact_id}.update",
            body=Body(),
            answer=PersonalContact,
            for_user=True,
            errors=(400, 404, 409),
        )
    )
    def put(self, contact_id: str, body: object) -> Response:
        """Replace its fields; the id stays."""
        tenant_uuid = current_caller().tenant_uuid
        contact = self._services.personal.update(tenant_uuid, current_user(), contact_id, body)
        return json_response(contact.entry())

    @operation(
        Operation(
            "Remove a personal contact",
            "dird.personal.{contact_id}.delete",
            for_user=True,
            success=204,
            errors=(404,),
        )
    )
    def delete(self, contact_id: str) -> Response:
        """Remove it."""
        self._services.personal.remove(current_caller().tenant_uuid, current_user(), contact_id)
        return empty_response()


class PersonalImportResource(ServiceResource):
    """A file of contacts for the user."""

    errors = ErrorFamily.LEGACY

    @operation(
        Operation(
            "Import personal contacts from CSV",
            "dird.personal.import.create",
            body=CsvBody(),
            answer=PersonalImport,
            for_user=True,
            success=201,
            errors=(400,),
        )
    )
    def post(self, body: CsvUpload) -> Response:
        """Add every good row, and tell what is wrong with the others."""
        imported = self._services.personal.import_file(current_caller().tenant_uuid, current_user(), body)
        return import_response(imported.created, imported.failed, 201)


class PersonalDirectoryResource(ServiceResource):
    """All contacts of the user, as the display of a profile shows them (contract section 2.1)."""

    errors = ErrorFamily.LEGACY

    @operation(
        Operation(
            "List personal contacts through a profile",
            "dird.directories.personal.{profile}.read",
            answer=DisplayedContacts,
            errors=(404,),
        )
    )
    def get(self, profile: str) -> Response:
        """Answer them, whatever sources the profile lists."""
        caller = current_caller()
        found = self._services.profiles.find_by_name(caller.tenant_uuid, profile)
        contacts = self._services.personal.find_contacts(caller)
        return json_response(contact_list(found, contacts, self._services.favorites.marks(caller, found)))


def register(api: Api, services: Services, config: Config) -> None:  # noqa: ARG001
    """Add the resources."""
    resources: list[tuple[type[ServiceResource], str, str]] = [
        (PersonalResource, "/personal", "personal"),
        (PersonalImportResource, "/personal/import", "personal_import"),
        (PersonalContactResource, "/personal/<contact_id>", "personal_contact"),
        (PersonalDirectoryResource, "/directories/personal/<profile>", "personal_directory"),
    ]
    for resource, path, endpoint in resources:
        api.add_resource(resource, path, endpoint=endpoint, resource_class_kwargs={"services": services})
