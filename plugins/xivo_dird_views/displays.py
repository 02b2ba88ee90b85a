"""Displays (contract section 2.5)."""

from dataclasses import dataclass

from xivo_dird.view import (
    Api,
    Body,
    Config,
    Display,
    DisplayColumn,
    DisplayDraft,
    RecursiveListQuery,
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


def register(api: Api, services: Services, config: Config) -> None:  # noqa: ARG001
    """Add the displays."""
    displays = StoredResource(
        noun="display",
        path="/displays",
        access="dird.displays",
        store=services.displays,
        body=Body(DisplayDraft, falsy_is_empty=True),
        query=DisplaysQuery,
        answer=DisplayAnswer,
        shown=_shown,
    )
    add_stored_resource(api, displays)


def _shown(display: Display) -> DisplayAnswer:
    return DisplayAnswer(display.uuid, display.tenant_uuid, display.name, display.columns)
