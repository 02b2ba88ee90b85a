"""The events of sources, for administrators."""

from xivo_dird.events.model import Event
from xivo_dird.masking import masked
from xivo_dird.sources.model import Source


def created(source: Source) -> Event:
    """Tell the new source."""
    return _about("created", source)


def updated(source: Source) -> Event:
    """Tell the source as it is now."""
    return _about("updated", source)


def deleted(source: Source) -> Event:
    """Tell the source as it was; profiles and favorites have lost it."""
    return _about("deleted", source)


def _about(what: str, source: Source) -> Event:
    shown = {
        "uuid": source.uuid,
        "tenant_uuid": source.tenant_uuid,
        "name": source.name,
        "backend": source.backend,
        "options": masked(source.options),
    }
    return Event(f"source_{what}", f"source.{what}", source.tenant_uuid, None, {"source": shown})
