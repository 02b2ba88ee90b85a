"""Creates sources, a display and a profile for a new tenant, so that lookups work (contract section 4.1)."""

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
from xivo_dird_listeners.auto_create.sources import DISPLAY_COLUMNS, SOURCES

logger = logging.getLogger(__name__)

PROFILE_NAME = "default"
REVERSE_TIMEOUT_SECONDS = 0.5

CreatedT = TypeVar("CreatedT")


class TenantAdded(EventData):
    """The new tenant. The length of its name is limited, as it becomes part of source names."""

    uuid: UUID
    name: Annotated[str, StringConstraints(min_length=1, max_length=256, pattern=r"^[^\x00]*$")]


class AutoCreate(Listener[TenantAdded]):
    """Creates the missing resources of a tenant, so a repeated event has no effect."""

    events = ("auth_tenant_added",)
    Data = TenantAdded

    def handle(self, name: str, data: TenantAdded) -> None:  # noqa: ARG002
        """Create sources, display and profile; log a step that fails and continue with the others.

        Raises:
            Unavailable: A server that is needed does not answer; the event is delivered again.
        """
        tenant_uuid = str(data.uuid)
        sources = list(self._create_sources(tenant_uuid, data.name))
        display = _try_step(
            f"the display of tenant {tenant_uuid}", lambda: self._create_display(tenant_uuid, data.name)
        )
        _try_step(
            f"the profile of tenant {tenant_uuid}",
            lambda: self._create_profile(tenant_uuid, sources, display),
        )

    def _create_sources(self, tenant_uuid: str, tenant_name: str) -> Iterator[Source]:
        for backend, (pattern, options) in SOURCES.items():
            name = pattern.replace("{tenant}", tenant_name)
            source = _try_step(
                f"the source {name!r} of tenant {tenant_uuid}",
                lambda: self.services.sources.get_or_create(tenant_uuid, backend, name, options),  # noqa: B023
            )
            if source is not None:
                yield source

    def _create_display(self, tenant_uuid: str, tenant_name: str) -> Display:
        draft = DisplayDraft(name=f"auto_{tenant_name}", columns=DISPLAY_COLUMNS)
        return self.services.displays.get_or_create(tenant_uuid, draft)

    def _create_profile(self, tenant_uuid: str, sources: Sequence[Source], display: Display | None) -> None:
        references = tuple(Reference(uuid=UUID(source.uuid)) for source in sources)
        service = ServiceDraft(sources=references)
        reverse = ServiceDraft(sources=references, options=ServiceOptions(timeout=REVERSE_TIMEOUT_SECONDS))
        display_reference = {} if display is None else {"display": Reference(uuid=UUID(display.uuid))}
        services = {"lookup": service, "favorites": service, "reverse": reverse}
        draft = ProfileDraft(name=PROFILE_NAME, services=services, **display_reference)
        self.services.profiles.get_or_create(tenant_uuid, draft)


def _try_step(resource: str, create: Callable[[], CreatedT]) -> CreatedT | None:
    """Return what `create` returns, None if it fails; the failure is logged for `resource`.

    Raises:
        Unavailable: A server that is needed does not answer.
    """
    try:
        return create()
    except Unavailable:
        raise
    except DirdError as error:
        logger.error("Creating %s failed: %s", resource, error.message)  # noqa: TRY400 - not a bug
        return None
