"""Events about sources, for administrators. A deleted source is also removed from profiles and favorites."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from typing_extensions import override

from xivo_dird.events.domain_event import DomainEvent, Lifecycle
from xivo_dird.sources.model import Source


@dataclass(frozen=True)
class _SourceEvent(DomainEvent):
    """An event about one source."""

    source: Source
    options: Mapping[str, object]
    """The options of the source, with secrets masked."""

    @property
    @override
    def tenant(self) -> str:
        return self.source.tenant_uuid

    @override
    def data(self) -> Mapping[str, object]:
        source = self.source
        content = {
            "uuid": source.uuid,
            "tenant_uuid": source.tenant_uuid,
            "name": source.name,
            "backend": source.backend,
            "options": self.options,
        }
        return {"source": content}


@dataclass(frozen=True)
class SourceCreated(_SourceEvent):
    """A source was created."""

    name = "source_created"
    subject = "source.created"


@dataclass(frozen=True)
class SourceUpdated(_SourceEvent):
    """A source was changed; the event has the new content."""

    name = "source_updated"
    subject = "source.updated"


@dataclass(frozen=True)
class SourceDeleted(_SourceEvent):
    """A source was deleted; the event has its last content."""

    name = "source_deleted"
    subject = "source.deleted"


def source_lifecycle(mask_options: Callable[[Source], Mapping[str, object]]) -> Lifecycle[Source]:
    """Return the events of sources; `mask_options` returns the options of a source with secrets masked."""
    return Lifecycle(
        lambda source: SourceCreated(source, mask_options(source)),
        lambda source: SourceUpdated(source, mask_options(source)),
        lambda source: SourceDeleted(source, mask_options(source)),
    )
