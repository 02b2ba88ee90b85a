"""The events of profiles, for administrators."""

from xivo_dird.events.model import Event
from xivo_dird.profiles.model import ProfileOutline


def created(profile: ProfileOutline) -> Event:
    """Tell the new profile."""
    return _about("created", profile)


def updated(profile: ProfileOutline) -> Event:
    """Tell the profile as it is now."""
    return _about("updated", profile)


def deleted(profile: ProfileOutline) -> Event:
    """Tell the profile as it was."""
    return _about("deleted", profile)


def _about(what: str, profile: ProfileOutline) -> Event:
    services = {
        name: {
            "sources": [{"uuid": uuid} for uuid in service.source_uuids],
            "options": service.options,
        }
        for name, service in profile.services.items()
    }
    shown = {
        "uuid": profile.uuid,
        "tenant_uuid": profile.tenant_uuid,
        "name": profile.name,
        "display": {"uuid": profile.display_uuid} if profile.display_uuid else None,
        "services": services,
    }
    return Event(f"profile_{what}", f"profile.{what}", profile.tenant_uuid, None, {"profile": shown})
