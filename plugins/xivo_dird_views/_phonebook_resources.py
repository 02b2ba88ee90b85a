"""REST resources of phonebooks and their contacts, for both APIs (contract sections 2.3 and 2.4)."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import NamedTuple

from xivo_dird.contacts.model import StoredContact
from xivo_dird.phonebooks.model import Phonebook, PhonebookDraft
from xivo_dird.view import (
    Access,
    ContactUpload,
    ErrorFamily,
    ImportResponse,
    Listing,
    ListQuery,
    Resource,
    Routes,
    Services,
    operation,
)
from xivo_dird_views._contact_export import CsvExport, VcardExport, export, is_exported

ContactFields = dict[str, str | None]
"""The fields of a contact and its `id`."""

SentFields = dict[str, str | int | float | bool | None]
"""The fields of a contact as a client sent them, and its `id`."""

PathArguments = dict[str, str]
"""Values of the path arguments by name."""


class PhonebookKey(NamedTuple):
    """The key of a phonebook: its tenant and its uuid."""

    tenant_uuid: str
    phonebook_uuid: str


@dataclass(frozen=True)
class PhonebookList:
    """A part of a list of phonebooks; `total` counts those that match the search."""

    items: list[Phonebook]
    total: int


@dataclass(frozen=True)
class PhonebookContactList:
    """A part of a list of contacts; `total` counts those that match the search."""

    items: list[ContactFields]
    total: int


@dataclass(frozen=True)
class ImportedContacts:
    """The result of an import: the new contacts, and the rows that are not valid contacts."""

    created: list[ContactFields]
    failed: list[object]


class LenientQuery(ListQuery):
    """The query parameters of a list; a limit of 0 means no limit."""

    def listing(self) -> Listing:
        """Return the requested part of the list."""
        listing = super().listing()
        return replace(listing, limit=listing.limit or None)


class ExportQuery(LenientQuery):
    """The query parameters of a list of contacts; `format` selects JSON, CSV or vCards."""

    format: str | None = None

    def listing(self) -> Listing:
        """Return the requested part of the list."""
        return replace(super().listing(), filters={})


@dataclass(frozen=True, kw_only=True)
class PhonebookApi:
    """The parameters in which the current and the deprecated phonebook API differ.

    Attributes:
        name: The beginning of its endpoint names.
        path: The URL rule of the list.
        item_path: The URL rule of a phonebook, relative to `path`.
        acl_prefix: The beginning of the ACLs of the list.
        item_acl_prefix: The beginning of the ACLs of a phonebook.
        error_family: The shapes of its error responses.
        phonebook_query: The query parameters of the list of phonebooks.
        contact_query: The query parameters of the list of contacts, which is also a file if they are an `ExportQuery`.
        case_insensitive_orders: Columns that contacts are sorted by ignoring case.
        find_tenant: Returns the uuid of the tenant in the request.
        find_key: Returns the key of the phonebook in the request, which need not exist: an invalid body is reported
            before an unknown phonebook (contract section 1.5).
        import_file: Imports contacts from a file.
        import_status: The status of a successful import.
    """

    name: str
    path: str
    item_path: str
    acl_prefix: str
    item_acl_prefix: str
    error_family: ErrorFamily
    phonebook_query: type[ListQuery]
    contact_query: type[ListQuery]
    case_insensitive_orders: Collection[str]
    find_tenant: Callable[[Access, PathArguments], str]
    find_key: Callable[[Access, PathArguments], PhonebookKey]
    import_file: Callable[[PhonebookKey, ContactUpload], ImportResponse[ImportedContacts]]
    import_status: int


def add_phonebook_resources(routes: Routes, services: Services, api: PhonebookApi) -> None:
    """Add all resources of one API."""
    for suffix, resource in (
        ("", _phonebooks(api)),
        (api.item_path, _phonebook(api)),
        (f"{api.item_path}/contacts", _contacts(api)),
        (f"{api.item_path}/contacts/import", _import(api)),
        (f"{api.item_path}/contacts/<contact_uuid>", _contact(api)),
    ):
        routes.add(api.path + suffix, resource(services), f"{api.name}{suffix}")


def _phonebooks(api: PhonebookApi) -> type[Resource]:
    class PhonebooksResource(Resource):
        error_family = api.error_family

        @operation(
            "List the phonebooks", acl=f"{api.acl_prefix}.read", errors=(400, 404), query=api.phonebook_query
        )
        def get(self, access: Access, query: ListQuery, **path_arguments: str) -> PhonebookList:
            tenant_uuid = api.find_tenant(access, path_arguments)
            is_own = tenant_uuid == access.caller.tenant_uuid
            tenants = access.listed_tenants(query) if is_own else [tenant_uuid]
            page = self.services.phonebooks.find_listed(tenants, query.listing())
            return PhonebookList(list(page.items), page.filtered)

        @operation("Add a phonebook", acl=f"{api.acl_prefix}.create", errors=(400, 404, 409), status=201)
        def post(self, access: Access, body: PhonebookDraft, **path_arguments: str) -> Phonebook:
            return self.services.phonebooks.create(api.find_tenant(access, path_arguments), body)

    return PhonebooksResource


def _phonebook(api: PhonebookApi) -> type[Resource]:
    class PhonebookResource(Resource):
        error_family = api.error_family

        @operation("Show a phonebook", acl=f"{api.item_acl_prefix}.read", errors=(404,))
        def get(self, access: Access, **path_arguments: str) -> Phonebook:
            key = api.find_key(access, path_arguments)
            return self.services.phonebooks.find([key.tenant_uuid], key.phonebook_uuid)

        @operation(
            "Rename or describe a phonebook", acl=f"{api.item_acl_prefix}.update", errors=(400, 404, 409)
        )
        def put(self, access: Access, body: PhonebookDraft, **path_arguments: str) -> Phonebook:
            return self.services.phonebooks.update(*api.find_key(access, path_arguments), body)

        @operation("Remove a phonebook", acl=f"{api.item_acl_prefix}.delete", errors=(404,))
        def delete(self, access: Access, **path_arguments: str) -> None:
            self.services.phonebooks.remove(*api.find_key(access, path_arguments))

    return PhonebookResource


def _contacts(api: PhonebookApi) -> type[Resource]:
    acl = f"{api.item_acl_prefix}.contacts"

    class NewPhonebookContactResource(Resource):
        error_family = api.error_family

        @operation(
            "Add a contact to a phonebook",
            acl=f"{acl}.create",
            errors=(400, 404, 409),
            status=201,
            response=SentFields,
        )
        def post(self, access: Access, body: object, **path_arguments: str) -> dict[str, object]:
            created = self.services.phonebook_contacts.create(*api.find_key(access, path_arguments), body)
            return _with_sent_values(created, body)

    class PhonebookContactsResource(NewPhonebookContactResource):
        @operation(
            "List the contacts of a phonebook", acl=f"{acl}.read", errors=(400, 404), query=api.contact_query
        )
        def get(self, access: Access, query: ListQuery, **path_arguments: str) -> PhonebookContactList:
            return _listed_contacts(self.services, api, api.find_key(access, path_arguments), query)

    class ExportedPhonebookContactsResource(NewPhonebookContactResource):
        @operation(
            "List the contacts of a phonebook, as JSON, CSV (`format=text/csv`) or vCards (`format=text/vcard`)",
            acl=f"{acl}.read",
            errors=(400, 404),
            query=api.contact_query,
        )
        def get(
            self, access: Access, query: ExportQuery, **path_arguments: str
        ) -> PhonebookContactList | CsvExport | VcardExport | None:
            listed = _listed_contacts(self.services, api, api.find_key(access, path_arguments), query)
            return export(listed.items, query.format) if is_exported(query.format) else listed

    has_exports = issubclass(api.contact_query, ExportQuery)
    return ExportedPhonebookContactsResource if has_exports else PhonebookContactsResource


def _listed_contacts(
    services: Services, api: PhonebookApi, key: PhonebookKey, query: ListQuery
) -> PhonebookContactList:
    listing, orders = query.listing(), api.case_insensitive_orders
    page = services.phonebook_contacts.find_listed(*key, listing, orders)
    return PhonebookContactList([contact.entry() for contact in page.items], page.filtered)


def _contact(api: PhonebookApi) -> type[Resource]:
    acl = f"{api.item_acl_prefix}.contacts.{{contact_uuid}}"

    class PhonebookContactResource(Resource):
        error_family = api.error_family

        @operation("Show a contact of a phonebook", acl=f"{acl}.read", errors=(404,))
        def get(self, access: Access, contact_uuid: str, **path_arguments: str) -> ContactFields:
            return self.services.phonebook_contacts.find(
                *api.find_key(access, path_arguments), contact_uuid
            ).entry()

        @operation(
            "Replace a contact of a phonebook",
            acl=f"{acl}.update",
            errors=(400, 404, 409),
            response=SentFields,
        )
        def put(
            self, access: Access, contact_uuid: str, body: object, **path_arguments: str
        ) -> dict[str, object]:
            key = api.find_key(access, path_arguments)
            return _with_sent_values(self.services.phonebook_contacts.update(*key, contact_uuid, body), body)

        @operation("Remove a contact of a phonebook", acl=f"{acl}.delete", errors=(404,))
        def delete(self, access: Access, contact_uuid: str, **path_arguments: str) -> None:
            self.services.phonebook_contacts.remove(*api.find_key(access, path_arguments), contact_uuid)

    return PhonebookContactResource


def _import(api: PhonebookApi) -> type[Resource]:
    class PhonebookImportResource(Resource):
        error_family = api.error_family

        @operation(
            "Import contacts into a phonebook from CSV or vCards",
            acl=f"{api.item_acl_prefix}.contacts.create",
            errors=(400, 404),
            status=api.import_status,
        )
        def post(
            self, access: Access, body: ContactUpload, **path_arguments: str
        ) -> ImportResponse[ImportedContacts]:
            return api.import_file(api.find_key(access, path_arguments), body)

    return PhonebookImportResource


def _with_sent_values(contact: StoredContact, body: object) -> dict[str, object]:
    """Return the fields as sent; numbers become text only in later reads (contract section 2.3)."""
    return {**(body if isinstance(body, dict) else {}), "id": contact.id}
