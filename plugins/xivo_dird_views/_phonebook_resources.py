"""Phonebooks and their contacts over REST: the same resources for both APIs (contract sections 2.3 and 2.4)."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import NamedTuple

from xivo_dird.contacts.model import StoredContact
from xivo_dird.phonebooks.model import Phonebook, PhonebookDraft
from xivo_dird.view import (
    Access,
    CsvUpload,
    ErrorFamily,
    ImportAnswer,
    Listing,
    ListQuery,
    Resource,
    Routes,
    Services,
    operation,
)

Shown = dict[str, str | None]
PathValues = dict[str, str]


class PhonebookKey(NamedTuple):
    """One phonebook: its tenant and its uuid."""

    tenant_uuid: str
    phonebook_uuid: str


@dataclass(frozen=True)
class PhonebookList:
    """A part of a list; `total` counts those that were searched for."""

    items: list[Phonebook]
    total: int


@dataclass(frozen=True)
class ContactList:
    """A part of a list; `total` counts those that were searched for."""

    items: list[Shown]
    total: int


@dataclass(frozen=True)
class ImportedContacts:
    """What became of a file: the new contacts, and the rows that are none."""

    created: list[Shown]
    failed: list[object]


class LenientQuery(ListQuery):
    """What part of a list is wanted; a limit of 0 is none."""

    def listing(self) -> Listing:
        """Return what part is wanted."""
        listing = super().listing()
        return replace(listing, limit=listing.limit or None)


@dataclass(frozen=True, kw_only=True)
class PhonebookApi:
    """One of the APIs: where its resources are, how it names a tenant and a phonebook, and its manners.

    `path` and `item` are URL rules, `acl` and `item_acl` what their ACLs begin with. `tenant` finds the tenant alone:
    what is wrong with a body is answered before the phonebook is looked for (contract section 1.5).
    """

    name: str
    path: str
    item: str
    acl: str
    item_acl: str
    errors: ErrorFamily
    phonebook_query: type[ListQuery]
    contact_query: type[ListQuery]
    folded_orders: Collection[str]
    tenant: Callable[[Access, PathValues], str]
    place: Callable[[Access, PathValues], PhonebookKey]
    import_file: Callable[[PhonebookKey, CsvUpload], ImportAnswer[ImportedContacts]]
    imported: int


def add_phonebook_resources(routes: Routes, services: Services, api: PhonebookApi) -> None:
    """Add every resource of one API."""
    for suffix, resource in (
        ("", _phonebooks(api)),
        (api.item, _phonebook(api)),
        (f"{api.item}/contacts", _contacts(api)),
        (f"{api.item}/contacts/import", _import(api)),
        (f"{api.item}/contacts/<contact_uuid>", _contact(api)),
    ):
        routes.add(api.path + suffix, resource(services), f"{api.name}{suffix}")


def _phonebooks(api: PhonebookApi) -> type[Resource]:
    class PhonebooksResource(Resource):
        errors = api.errors

        @operation("List the phonebooks", acl=f"{api.acl}.read", errors=(400, 404), query=api.phonebook_query)
        def get(self, access: Access, query: ListQuery, **path: str) -> PhonebookList:
            tenant_uuid = api.tenant(access, path)
            is_own = tenant_uuid == access.caller.tenant_uuid
            tenants = access.listed_tenants(query) if is_own else [tenant_uuid]
            page = self.services.phonebooks.find_listed(tenants, query.listing())
            return PhonebookList(list(page.items), page.filtered)

        @operation("Add a phonebook", acl=f"{api.acl}.create", errors=(400, 404, 409), status=201)
        def post(self, access: Access, body: PhonebookDraft, **path: str) -> Phonebook:
            return self.services.phonebooks.create(api.tenant(access, path), body)

    return PhonebooksResource


def _phonebook(api: PhonebookApi) -> type[Resource]:
    class PhonebookResource(Resource):
        errors = api.errors

        @operation("Show a phonebook", acl=f"{api.item_acl}.read", errors=(404,))
        def get(self, access: Access, **path: str) -> Phonebook:
            place = api.place(access, path)
            return self.services.phonebooks.find([place.tenant_uuid], place.phonebook_uuid)

        @operation("Rename or describe a phonebook", acl=f"{api.item_acl}.update", errors=(400, 404, 409))
        def put(self, access: Access, body: PhonebookDraft, **path: str) -> Phonebook:
            return self.services.phonebooks.update(*api.place(access, path), body)

        @operation("Remove a phonebook", acl=f"{api.item_acl}.delete", errors=(404,))
        def delete(self, access: Access, **path: str) -> None:
            self.services.phonebooks.remove(*api.place(access, path))

    return PhonebookResource


def _contacts(api: PhonebookApi) -> type[Resource]:
    acl = f"{api.item_acl}.contacts"

    class PhonebookContactsResource(Resource):
        errors = api.errors

        @operation(
            "List the contacts of a phonebook", acl=f"{acl}.read", errors=(400, 404), query=api.contact_query
        )
        def get(self, access: Access, query: ListQuery, **path: str) -> ContactList:
            place = api.place(access, path)
            store = self.services.phonebook_contacts
            page = store.find_listed(*place, query.listing(), api.folded_orders)
            return ContactList([contact.entry() for contact in page.items], page.filtered)

        @operation(
            "Add a contact to a phonebook",
            acl=f"{acl}.create",
            errors=(400, 404, 409),
            status=201,
            answer=Shown,
        )
        def post(self, access: Access, body: object, **path: str) -> dict[str, object]:
            created = self.services.phonebook_contacts.create(*api.place(access, path), body)
            return _as_sent(created, body)

    return PhonebookContactsResource


def _contact(api: PhonebookApi) -> type[Resource]:
    acl = f"{api.item_acl}.contacts.{{contact_uuid}}"

    class PhonebookContactResource(Resource):
        errors = api.errors

        @operation("Show a contact of a phonebook", acl=f"{acl}.read", errors=(404,))
        def get(self, access: Access, contact_uuid: str, **path: str) -> Shown:
            return self.services.phonebook_contacts.find(*api.place(access, path), contact_uuid).entry()

        @operation(
            "Replace a contact of a phonebook", acl=f"{acl}.update", errors=(400, 404, 409), answer=Shown
        )
        def put(self, access: Access, contact_uuid: str, body: object, **path: str) -> dict[str, object]:
            place = api.place(access, path)
            return _as_sent(self.services.phonebook_contacts.update(*place, contact_uuid, body), body)

        @operation("Remove a contact of a phonebook", acl=f"{acl}.delete", errors=(404,))
        def delete(self, access: Access, contact_uuid: str, **path: str) -> None:
            self.services.phonebook_contacts.remove(*api.place(access, path), contact_uuid)

    return PhonebookContactResource


def _import(api: PhonebookApi) -> type[Resource]:
    class PhonebookImportResource(Resource):
        errors = api.errors

        @operation(
            "PhonebookImportResource contacts into a phonebook from CSV",
            acl=f"{api.item_acl}.contacts.create",
            errors=(400, 404),
            status=api.imported,
        )
        def post(self, access: Access, body: CsvUpload, **path: str) -> ImportAnswer[ImportedContacts]:
            return api.import_file(api.place(access, path), body)

    return PhonebookImportResource


def _as_sent(contact: StoredContact, body: object) -> dict[str, object]:
    """Return what was written as it was written: numbers become text for later reads only (contract section 2.3)."""
    return {**(body if isinstance(body, dict) else {}), "id": contact.id}
