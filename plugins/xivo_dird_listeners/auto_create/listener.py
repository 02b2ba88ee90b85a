"""A new tenant gets sources, a display and a profile, so that its users find people at once (contract section 4.1)."""

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import StringConstraints

from xivo_dird.listener import (
    DirdError,
    Display,
    DisplayDraft,
    EventData,
    Listener,
    ProfileDraft,
    Reference,
    ServiceDraft,
    ServiceOptions,
    Source,
    Unavailable,
)
from xivo_dird_listeners.auto_create.sources import COLUMNS, SOURCES

logger = logging.getLogger(__name__)

PROFILE = "default"
REVERSE_TIMEOUT = 0.5

MadeT = TypeVar("MadeT")


class TenantAdded(EventData):
    """The tenant. Its name has to fit into the names of sources."""

    uuid: UUID
    name: Annotated[str, StringConstraints(min_length=1, max_length=256, pattern=r"^[^\x00]*$")]


class AutoCreate(Listener[TenantAdded]):
    """Makes what is missing; a repeated event finds everything there."""

    events = ("auth_tenant_added",)
    Data = TenantAdded

    def handle(self, name: str, data: TenantAdded) -> None:  # noqa: ARG002
        """Make sources, display and profile; a step that fails is logged, the rest goes on with what exists."""
        tenant_uuid = str(data.uuid)
        sources = list(self._sources(tenant_uuid, data.name))
        display = _step(f"the display of {tenant_uuid}", lambda: self._display(tenant_uuid, data.name))
        _step(f"the profile of {tenant_uuid}", lambda: self._profile(tenant_uuid, sources, display))

    def _sources(self, tenant_uuid: str, tenant_name: str) -> Iterator[Source]:
        for backend, (pattern, options) in SOURCES.items():
            name = pattern.replace("{tenant}", tenant_name)
            made = _step(
                f"the source {name!r} of {tenant_uuid}",
                lambda: self.services.sources.create_missing(tenant_uuid, backend, name, options),  # noqa: B023
            )
            if made is not None:
                yield made

    def _display(self, tenant_uuid: str, tenant_name: str) -> Display:
        draft = DisplayDraft(name=f"auto_{tenant_name}", columns=COLUMNS)
        return self.services.displays.create_missing(tenant_uuid, draft)

    def _profile(self, tenant_uuid: str, sources: Sequence[Source], display: Display | None) -> None:
        references = tuple(Reference(uuid=UUID(source.uuid)) for source in sources)
        service = ServiceDraft(sources=references)
        reverse = ServiceDraft(sources=references, options=ServiceOptions(timeout=REVERSE_TIMEOUT))
        shown = {} if display is None else {"display": Reference(uuid=UUID(display.uuid))}
        services = {"lookup": service, "favorites": service, "reverse": reverse}
        draft = ProfileDraft(name=PROFILE, services=services, **shown)
        self.services.profiles.create_missing(tenant_uuid, draft)


def _step(what: str, make: Callable[[], MadeT]) -> MadeT | None:
    try:
        return make()
    except Unavailable:
        raise
    except DirdError as error:
        logger.error("%s could not be made: %s", what, error.message)  # noqa: TRY400 - it is no bug
        return None
