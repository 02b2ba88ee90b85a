"""What tenants keep, over REST: one list and one item per kind, with the same rules for all (contract section 1.3).

Lists and creation are about the scope tenant (with `recurse` also about those below it), items about all visible ones.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from flask import Response
from flask_restful import Api
from pydantic import BaseModel

from xivo_dird.http.identity import current_caller, visible_tenants
from xivo_dird.http.json_body import Body
from xivo_dird.http.json_response import empty_response, json_response
from xivo_dird.http.operation import ListQuery, Operation, RecursiveListQuery, Resource, operation
from xivo_dird.listing import Listing, Page

DraftT = TypeVar("DraftT", bound=BaseModel)
ReadT_contra = TypeVar("ReadT_contra", contravariant=True)
StoredT = TypeVar("StoredT")


class Store(Protocol[ReadT_contra, StoredT]):
    """What keeps the resources of one kind: the rules are its own."""

    def create(self, tenant_uuid: str, draft: ReadT_contra, /) -> StoredT:
        """Add one to a tenant."""

    def update(self, tenant_uuids: Collection[str], uuid: str, draft: ReadT_contra, /) -> None:
        """Replace one of these tenants."""

    def remove(self, tenant_uuids: Collection[str], uuid: str, /) -> None:
        """Remove one of these tenants."""

    def find(self, tenant_uuids: Collection[str], uuid: str, /) -> StoredT:
        """Find one of these tenants."""

    def find_listed(self, tenant_uuids: Collection[str], listing: Listing, /) -> Page[StoredT]:
        """Find the wanted part of those of these tenants."""


@dataclass(frozen=True, kw_only=True)
class StoredResource(Generic[DraftT, StoredT]):
    """One kind of resource: `noun` names one of them, `path` and `access` (of an ACL) all of them.

    `shown` makes the JSON of an `answer`, `shown_when_created` that of a creation, where it differs.
    """

    noun: str
    path: str
    access: str
    store: Store[DraftT, StoredT]
    body: Body
    query: type[RecursiveListQuery]
    answer: type
    shown: Callable[[StoredT], object]
    shown_when_created: Callable[[StoredT], object] | None = None
    created: int = 201


def scope_tenants(query: ListQuery) -> Collection[str]:
    """List the tenants that a list is about."""
    recurse = isinstance(query, RecursiveListQuery) and query.recurse
    return visible_tenants() if recurse else [current_caller().tenant_uuid]


def add_stored_resource(api: Api, kind: StoredResource[DraftT, StoredT]) -> None:
    """Add the list and the items of a kind."""
    endpoint = kind.path.strip("/").replace("/", "_")
    api.add_resource(_list_of(kind), kind.path, endpoint=endpoint)
    api.add_resource(_item_of(kind), f"{kind.path}/<uuid>", endpoint=f"{endpoint}_item")


def _list_of(kind: StoredResource[DraftT, StoredT]) -> type[Resource]:
    listed = Operation(
        f"List the {kind.noun}s",
        f"{kind.access}.read",
        kind.query,
        answer=kind.answer,
        page=True,
        errors=(400,),
    )
    created = Operation(
        f"Add a {kind.noun}",
        f"{kind.access}.create",
        body=kind.body,
        answer=kind.answer,
        success=kind.created,
        errors=(400, 404, 409),
    )

    class StoredList(Resource):
        @operation(listed)
        def get(self, query: ListQuery) -> Response:
            found = kind.store.find_listed(scope_tenants(query), query.listing())
            return json_response(found.map(kind.shown))

        @operation(created)
        def post(self, body: DraftT) -> Response:
            stored = kind.store.create(current_caller().tenant_uuid, body)
            return json_response((kind.shown_when_created or kind.shown)(stored), kind.created)

    return StoredList


def _item_of(kind: StoredResource[DraftT, StoredT]) -> type[Resource]:
    access = f"{kind.access}.{{uuid}}"
    read = Operation(f"Show a {kind.noun}", f"{access}.read", answer=kind.answer, errors=(404,))
    updated = Operation(
        f"Replace a {kind.noun}", f"{access}.update", body=kind.body, success=204, errors=(400, 404, 409)
    )
    removed = Operation(f"Remove a {kind.noun}", f"{access}.delete", success=204, errors=(404, 409))

    class StoredItem(Resource):
        @operation(read)
        def get(self, uuid: str) -> Response:
            return json_response(kind.shown(kind.store.find(visible_tenants(), uuid)))

        @operation(updated)
        def put(self, uuid: str, body: DraftT) -> Response:
            kind.store.update(visible_tenants(), uuid, body)
            return empty_response()

        @operation(removed)
        def delete(self, uuid: str) -> Response:
            kind.store.remove(visible_tenants(), uuid)
            return empty_response()

    return StoredItem
