"""Phonebooks and their contacts over REST: the same resources for both APIs (contract sections 2.3 and 2.4)."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NamedTuple

from xivo_dird.view import (
    Api,
    Body,
    CsvBody,
    CsvUpload,
    ErrorFamily,
    Listing,
    ListQuery,
    Operation,
    Phonebook,
    PhonebookDraft,
    Resource,
    Response,
    Services,
    StoredContact,
    empty_response,
    json_response,
    operation,
)

Shown = dict[str, str | None]
PathValues = dict[str, str]


class Place(NamedTuple):
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
class Imported:
    """What became of a file: the new contacts, and the rows that are none."""

    created: list[Shown]
    failed: list[object]


@dataclass(frozen=True, kw_only=True)
class PhonebookApi:
    """One of the APIs: where its resources are, how it names a tenant and a phonebook, and its manners.

    `path` and `item` are URL rules, `access` and `item_access` what their ACLs begin with. `place` finds the
    tenant alone: what is wrong with a body is told before the phonebook is looked for (section 1.5).
    """

    name: str
    path: str
    item: str
    access: str
    item_access: str
    errors: ErrorFamily
    phonebook_query: type[ListQuery]
    contact_query: type[ListQuery]
    folded_orders: Collection[str]
    tenant: Callable[[PathValues], str]
    tenants: Callable[[PathValues, ListQuery], Collection[str]]
    place: Callable[[PathValues], Place]
    answer_import: Callable[[Place, CsvUpload], Response]
    imported: int


def add_phonebook_resources(api: Api, services: Services, form: PhonebookApi) -> None:
    """Add every resource of one API."""
    for suffix, resource in (
        ("", _phonebooks(services, form)),
        (form.item, _phonebook(services, form)),
        (f"{form.item}/contacts", _contacts(services, form)),
        (f"{form.item}/contacts/import", _import(form)),
        (f"{form.item}/contacts/<contact_uuid>", _contact(services, form)),
    ):
        api.add_resource(resource, form.path + suffix, endpoint=f"{form.name}{suffix}")


def shown(contact: StoredContact) -> Shown:
    """Answer what clients see of a contact."""
    return contact.entry()


def _phonebooks(services: Services, form: PhonebookApi) -> type[Resource]:
    store = services.phonebooks
    listed = Operation(
        "List the phonebooks",
        f"{form.access}.read",
        form.phonebook_query,
        answer=PhonebookList,
        errors=(400, 404),
    )
    created = Operation(
        "Add a phonebook",
        f"{form.access}.create",
        body=Body(PhonebookDraft),
        answer=Phonebook,
        success=201,
        errors=(400, 404, 409),
    )

    class Phonebooks(Resource):
        errors = form.errors

        @operation(listed)
        def get(self, query: ListQuery, **path: str) -> Response:
            page = store.find_listed(form.tenants(path, query), query.listing())
            return json_response(PhonebookList(list(page.items), page.filtered))

        @operation(created)
        def post(self, body: PhonebookDraft, **path: str) -> Response:
            return json_response(store.create(form.tenant(path), body), 201)

    return Phonebooks


def _phonebook(services: Services, form: PhonebookApi) -> type[Resource]:
    store = services.phonebooks
    read = Operation("Show a phonebook", f"{form.item_access}.read", answer=Phonebook, errors=(404,))
    updated = Operation(
        "Rename or describe a phonebook",
        f"{form.item_access}.update",
        body=Body(PhonebookDraft),
        answer=Phonebook,
        errors=(400, 404, 409),
    )
    removed = Operation("Remove a phonebook", f"{form.item_access}.delete", success=204, errors=(404,))

    class OnePhonebook(Resource):
        errors = form.errors

        @operation(read)
        def get(self, **path: str) -> Response:
            place = form.place(path)
            return json_response(store.find([place.tenant_uuid], place.phonebook_uuid))

        @operation(updated)
        def put(self, body: PhonebookDraft, **path: str) -> Response:
            return json_response(store.update(*form.place(path), body))

        @operation(removed)
        def delete(self, **path: str) -> Response:
            store.remove(*form.place(path))
            return empty_response()

    return OnePhonebook


def _contacts(services: Services, form: PhonebookApi) -> type[Resource]:
    store = services.phonebook_contacts
    access = f"{form.item_access}.contacts"
    listed = Operation(
        "List the contacts of a phonebook",
        f"{access}.read",
        form.contact_query,
        answer=ContactList,
        errors=(400, 404),
    )
    created = Operation(
        "Add a contact to a phonebook",
        f"{access}.create",
        body=Body(),
        answer=Shown,
        success=201,
        errors=(400, 404, 409),
    )

    class Contacts(Resource):
        errors = form.errors

        @operation(listed)
        def get(self, query: ListQuery, **path: str) -> Response:
            listing: Listing = query.listing()
            page = store.find_listed(*form.place(path), listing, form.folded_orders)
            return json_response(ContactList([shown(contact) for contact in page.items], page.filtered))

        @operation(created)
        def post(self, body: object, **path: str) -> Response:
            return json_response(_as_sent(store.create(*form.place(path), body), body), 201)

    return Contacts


def _contact(services: Services, form: PhonebookApi) -> type[Resource]:
    store = services.phonebook_contacts
    access = f"{form.item_access}.contacts.{{contact_uuid}}"
    read = Operation("Show a contact of a phonebook", f"{access}.read", answer=Shown, errors=(404,))
    updated = Operation(
        "Replace a contact of a phonebook",
        f"{access}.update",
        body=Body(),
        answer=Shown,
        errors=(400, 404, 409),
    )
    removed = Operation("Remove a contact of a phonebook", f"{access}.delete", success=204, errors=(404,))

    class Contact(Resource):
        errors = form.errors

        @operation(read)
        def get(self, contact_uuid: str, **path: str) -> Response:
            return json_response(shown(store.find(*form.place(path), contact_uuid)))

        @operation(updated)
        def put(self, contact_uuid: str, body: object, **path: str) -> Response:
            return json_response(_as_sent(store.update(*form.place(path), contact_uuid, body), body))

        @operation(removed)
        def delete(self, contact_uuid: str, **path: str) -> Response:
            store.remove(*form.place(path), contact_uuid)
            return empty_response()

    return Contact


def _import(form: PhonebookApi) -> type[Resource]:
    imported = Operation(
        "Import contacts into a phonebook from CSV",
        f"{form.item_access}.contacts.create",
        body=CsvBody(),
        answer=Imported,
        success=form.imported,
        errors=(400, 404),
    )

    class Import(Resource):
        errors = form.errors

        @operation(imported)
        def post(self, body: CsvUpload, **path: str) -> Response:
            return form.answer_import(form.place(path), body)

    return Import


def _as_sent(contact: StoredContact, body: object) -> dict[str, object]:
    """Answer what was written as it was written: numbers become text for later reads only (section 2.3)."""
    return {**(body if isinstance(body, dict) else {}), "id": contact.id}
