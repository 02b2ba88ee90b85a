"""REST resources of stored objects: a list and an item endpoint per kind (contract section 1.3).

The rules are the same for all kinds: lists and creation apply to the scope tenant (lists with `recurse` also to
those below it), items to all visible tenants.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

from xivo_dird.http.identity import Access
from xivo_dird.http.json_body import JsonBody
from xivo_dird.http.operation import CREATED, operation
from xivo_dird.http.query import ListQuery, RecursiveListQuery
from xivo_dird.http.routes import BaseResource, Routes
from xivo_dird.listing import Listing, Page

DraftT = TypeVar("DraftT", bound=BaseModel)
DraftT_contra = TypeVar("DraftT_contra", contravariant=True)
StoredT = TypeVar("StoredT")


class ResourceService(Protocol[DraftT_contra, StoredT]):
    """A service that stores the objects of one kind and enforces their rules."""

    def create(self, tenant_uuid: str, draft: DraftT_contra, /) -> StoredT:
        """Add an object to a tenant."""

    def update(self, tenant_uuids: Collection[str], uuid: str, draft: DraftT_contra, /) -> None:
        """Replace an object of one of these tenants."""

    def remove(self, tenant_uuids: Collection[str], uuid: str, /) -> None:
        """Remove an object of one of these tenants."""

    def find(self, tenant_uuids: Collection[str], uuid: str, /) -> StoredT:
        """Return an object of one of these tenants."""

    def find_listed(self, tenant_uuids: Collection[str], listing: Listing, /) -> Page[StoredT]:
        """Return the requested part of the objects of these tenants."""


@dataclass(frozen=True, kw_only=True)
class StoredResource(Generic[DraftT, StoredT]):
    """The declaration of a kind of stored object.

    Attributes:
        noun: Its name in the singular, for OpenAPI.
        path: The path of the list.
        acl_prefix: The beginning of its ACLs.
        service: Stores the objects.
        draft: The schema of a request body; any falsy value is equivalent to an empty object.
        query: The query parameters of the list.
        response: The type of an object in a response, for OpenAPI.
        serialize: Converts an object to JSON-compatible data.
        serialize_created: The same for the response to a creation, if it differs.
        created_status: The status of a successful creation.
        null_is_empty: True if a `null` body is equivalent to an empty object, too.
    """

    noun: str
    path: str
    acl_prefix: str
    service: ResourceService[DraftT, StoredT]
    draft: type[DraftT]
    query: type[RecursiveListQuery]
    response: type
    serialize: Callable[[StoredT], object]
    serialize_created: Callable[[StoredT], object] | None = None
    created_status: int = CREATED
    null_is_empty: bool = False

    @property
    def body(self) -> JsonBody:
        """Return the request body for adding or replacing an object."""
        return JsonBody(self.draft, falsy_is_empty=True, null_is_empty=self.null_is_empty)


def add_stored_resource(routes: Routes, resource: StoredResource[DraftT, StoredT]) -> None:
    """Add the list and the item endpoint of a kind of stored object."""
    name = resource.path.strip("/").replace("/", "_")
    routes.add(resource.path, _list_resource(resource)(), name)
    routes.add(f"{resource.path}/<id:uuid>", _item_resource(resource)(), f"{name}_item")


def _list_resource(resource: StoredResource[DraftT, StoredT]) -> type[BaseResource]:

    class StoredList(BaseResource):
        @operation(
            f"List the {resource.noun}s",
            acl=f"{resource.acl_prefix}.read",
            errors=(400,),
            query=resource.query,
            response=resource.response,
        )
        def get(self, access: Access, query: ListQuery) -> Page[object]:
            page = resource.service.find_listed(access.listed_tenants(query), query.listing())
            return page.map(resource.serialize)

        @operation(
            f"Add a {resource.noun}",
            acl=f"{resource.acl_prefix}.create",
            errors=(400, 404, 409),
            status=resource.created_status,
            body=resource.body,
            response=resource.response,
        )
        def post(self, access: Access, body: DraftT) -> object:
            stored = resource.service.create(access.caller.tenant_uuid, body)
            return (resource.serialize_created or resource.serialize)(stored)

    return StoredList


def _item_resource(resource: StoredResource[DraftT, StoredT]) -> type[BaseResource]:
    acl = f"{resource.acl_prefix}.{{uuid}}"

    class StoredItem(BaseResource):
        @operation(f"Show a {resource.noun}", acl=f"{acl}.read", errors=(404,), response=resource.response)
        def get(self, access: Access, uuid: str) -> object:
            return resource.serialize(resource.service.find(access.visible_tenants(), uuid))

        @operation(
            f"Replace a {resource.noun}", acl=f"{acl}.update", errors=(400, 404, 409), body=resource.body
        )
        def put(self, access: Access, uuid: str, body: DraftT) -> None:
            resource.service.update(access.visible_tenants(), uuid, body)

        @operation(f"Remove a {resource.noun}", acl=f"{acl}.delete", errors=(404, 409))
        def delete(self, access: Access, uuid: str) -> None:
            resource.service.remove(access.visible_tenants(), uuid)

    return StoredItem
