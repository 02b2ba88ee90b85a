"""Displays (contract section 2.5)."""

from dataclasses import dataclass

from xivo_dird.displays.model import Display, DisplayColumn, DisplayDraft
from xivo_dird.view import (
    RecursiveListQuery,
    Routes,
    Services,
    Storable,
    StoredResource,
    add_stored_resource,
)


class DisplaysQuery(RecursiveListQuery):
    """The query parameters of the list of displays."""

    orders = ("name",)

    name: Storable | None = None
    uuid: Storable | None = None


@dataclass(frozen=True, slots=True)
class DisplayAnswer:
    """A display in a response."""

    uuid: str
    tenant_uuid: str
    name: str
    columns: tuple[DisplayColumn, ...]


def register(routes: Routes, services: Services) -> None:
    """Add the resources."""
    displays = StoredResource(
        noun="display",
        path="/displays",
        acl_prefix="dird.displays",
        service=services.displays,
        draft=DisplayDraft,
        query=DisplaysQuery,
        response=DisplayAnswer,
        serialize=_serialize,
    )
    add_stored_resource(routes, displays)


def _serialize(display: Display) -> DisplayAnswer:
    return DisplayAnswer(display.uuid, display.tenant_uuid, display.name, display.columns)
