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
    """What part of the displays is wanted."""

    orders = ("name",)

    name: Storable | None = None
    uuid: Storable | None = None


@dataclass(frozen=True, slots=True)
class DisplayAnswer:
    """A display as clients see it."""

    uuid: str
    tenant_uuid: str
    name: str
    columns: tuple[DisplayColumn, ...]


def register(routes: Routes, services: Services) -> None:
    """Add the displays."""
    displays = StoredResource(
        noun="display",
        path="/displays",
        access="dird.displays",
        store=services.displays,
        draft=DisplayDraft,
        query=DisplaysQuery,
        answer=DisplayAnswer,
        shown=_shown,
    )
    add_stored_resource(routes, displays)


def _shown(display: Display) -> DisplayAnswer:
    return DisplayAnswer(display.uuid, display.tenant_uuid, display.name, display.columns)
