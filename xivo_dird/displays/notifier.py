"""The events of displays, for administrators."""

from xivo_dird.displays.model import Display
from xivo_dird.events.lifecycle import Lifecycle


def _shown(display: Display) -> dict[str, object]:
    return {
        "uuid": display.uuid,
        "tenant_uuid": display.tenant_uuid,
        "name": display.name,
        "columns": [column.model_dump() for column in display.columns],
    }


DISPLAY = Lifecycle("display", _shown)
"""Profiles that had a deleted display have none then."""
