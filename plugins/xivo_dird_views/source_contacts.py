"""The contacts of a source, of each backend that lists them (contract section 2.10)."""

from dataclasses import replace
from typing import Any

from pydantic import create_model

from xivo_dird.backend import ContactList
from xivo_dird.view import (
    Access,
    ListQuery,
    Page,
    RecursiveListQuery,
    Resource,
    Routes,
    Services,
    operation,
)


def register(routes: Routes, services: Services) -> None:
    """Add a resource for every enabled backend that declares a list."""
    for backend, contact_list in services.source_contacts.contact_lists.items():
        routes.add(
            f"/backends/{backend}/sources/<id:source_uuid>/contacts",
            _resource(backend, contact_list)(services),
            f"{backend}_source_contacts",
        )


def _resource(backend: str, contact_list: ContactList) -> type[Resource]:

    class ListedContacts(Resource):
        @operation(
            f"List the contacts of a {backend} source",
            acl=f"dird.backends.{backend}.sources.{{source_uuid}}.contacts.read",
            errors=(400, 404),
            query=_query_model(contact_list),
        )
        def get(self, access: Access, source_uuid: str, query: ListQuery) -> Page[dict[str, object]]:
            listing = query.listing()
            listing = replace(listing, order=listing.order or contact_list.orders[0])
            tenants = (
                access.visible_tenants() if contact_list.in_visible_tenants else [access.caller.tenant_uuid]
            )
            page = self.services.source_contacts.find_listed(
                tenants, backend, source_uuid, listing, access.caller
            )
            return page.map(dict)

    return ListedContacts


def _query_model(contact_list: ContactList) -> type[ListQuery]:
    """Return the model of the query parameters of a list."""
    base: type[ListQuery] = RecursiveListQuery if contact_list.in_visible_tenants else ListQuery
    filters: dict[str, Any] = dict.fromkeys(contact_list.filters, (str | None, None))
    query: type[ListQuery] = create_model("ListedContactsQuery", __base__=base, **filters)
    query.orders = contact_list.orders
    return query
