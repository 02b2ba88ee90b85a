"""The events of displays, for administrators."""

from xivo_dird.displays.model import Display
from xivo_dird.events.model import Event


def created(display: Display) -> Event:
    """Tell the new display."""
    return _about("created", display)


def updated(display: Display) -> Event:
    """Tell the display as it is now."""
    return _about("updated", display)


def deleted(display: Display) -> Event:
    """Tell the display as it was; profiles that had it have none now."""
    return _about("deleted", display)


def _about(what: str, display: Display) -> Event:
    shown = {
        "uuid": display.uuid,
        "tenant_uuid": display.tenant_uuid,
        "name": display.name,
        "columns": [column.model_dump() for column in display.columns],
    }
    return Event(f"display_{what}", f"display.{what}", display.tenant_uuid, None, {"display": shown})
