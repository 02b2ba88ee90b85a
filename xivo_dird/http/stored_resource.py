"""What tenants keep, over REST: one list and one item per kind, with the same rules for all (contract section 1.3).

Lists and creation are about the scope tenant (with `recurse` also about those below it), items about all visible ones.
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

    `draft` is what a client writes; anything falsy is an empty one, with `null_is_empty` so is null. `shown` makes the
    JSON of an `answer`, `shown_when_created` that of a creation, where it differs.
    """

    noun: str
    path: str
    access: str
    store: Store[DraftT, StoredT]
    draft: type[DraftT]
    query: type[RecursiveListQuery]
    answer: type
    shown: Callable[[StoredT], object]
    shown_when_created: Callable[[StoredT], object] | None = None
    created: int = CREATED
    null_is_empty: bool = False

    @property
    def body(self) -> JsonBody:
        """What a client sends to add or replace one."""
        return JsonBody(self.draft, falsy_is_empty=True, null_is_empty=self.null_is_empty)


def add_stored_resource(routes: Routes, kind: StoredResource[DraftT, StoredT]) -> None:
    """Add the list and the items of a kind."""
    name = kind.path.strip("/").replace("/", "_")
    routes.add(kind.path, _list_of(kind)(), name)
    routes.add(f"{kind.path}/<uuid>", _item_of(kind)(), f"{name}_item")


def _list_of(kind: StoredResource[DraftT, StoredT]) -> type[BaseResource]:

    class StoredList(BaseResource):
        @operation(
            f"List the {kind.noun}s",
            acl=f"{kind.access}.read",
            errors=(400,),
            query=kind.query,
            answer=kind.answer,
        )
        def get(self, access: Access, query: ListQuery) -> Page[object]:
            return kind.store.find_listed(access.listed_tenants(query), query.listing()).map(kind.shown)

        @operation(
            f"Add a {kind.noun}",
            acl=f"{kind.access}.create",
            errors=(400, 404, 409),
            status=kind.created,
            body=kind.body,
            answer=kind.answer,
        )
        def post(self, access: Access, body: DraftT) -> object:
            stored = kind.store.create(access.caller.tenant_uuid, body)
            return (kind.shown_when_created or kind.shown)(stored)

    return StoredList


def _item_of(kind: StoredResource[DraftT, StoredT]) -> type[BaseResource]:
    acl = f"{kind.access}.{{uuid}}"

    class StoredItem(BaseResource):
        @operation(f"Show a {kind.noun}", acl=f"{acl}.read", errors=(404,), answer=kind.answer)
        def get(self, access: Access, uuid: str) -> object:
            return kind.shown(kind.store.find(access.visible_tenants(), uuid))

        @operation(f"Replace a {kind.noun}", acl=f"{acl}.update", errors=(400, 404, 409), body=kind.body)
        def put(self, access: Access, uuid: str, body: DraftT) -> None:
            kind.store.update(access.visible_tenants(), uuid, body)

        @operation(f"Remove a {kind.noun}", acl=f"{acl}.delete", errors=(404, 409))
        def delete(self, access: Access, uuid: str) -> None:
            kind.store.remove(access.visible_tenants(), uuid)

    return StoredItem
