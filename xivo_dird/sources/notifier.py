"""The events of sources, for administrators. Profiles and favorites have lost a deleted source."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from typing_extensions import override

from xivo_dird.events.domain_event import DomainEvent, Lifecycle
from xivo_dird.sources.model import Source


@dataclass(frozen=True)
class _SourceEvent(DomainEvent):
    """Something of one source."""

    source: Source
    options: Mapping[str, object]
    """Those of the source, secrets masked."""

    @property
    @override
    def tenant(self) -> str:
        return self.source.tenant_uuid

    @override
    def data(self) -> Mapping[str, object]:
        source = self.source
        shown = {
            "uuid": source.uuid,
            "tenant_uuid": source.tenant_uuid,
            "name": source.name,
            "backend": source.backend,
            "options": self.options,
        }
        return {"source": shown}


@dataclass(frozen=True)
class SourceCreated(_SourceEvent):
    """A new source."""

    name = "source_created"
    subject = "source.created"


@dataclass(frozen=True)
class SourceUpdated(_SourceEvent):
    """A source as it is now."""

    name = "source_updated"
    subject = "source.updated"


@dataclass(frozen=True)
class SourceDeleted(_SourceEvent):
    """A source as it was."""

    name = "source_deleted"
    subject = "source.deleted"


def source_lifecycle(masked: Callable[[Source], Mapping[str, object]]) -> Lifecycle[Source]:
    """Make the facts of sources; `masked` returns the options of one without its secrets."""
    return Lifecycle(
        lambda source: SourceCreated(source, masked(source)),
        lambda source: SourceUpdated(source, masked(source)),
        lambda source: SourceDeleted(source, masked(source)),
    )
