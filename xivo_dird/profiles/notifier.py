"""The events of profiles, for administrators."""

from xivo_dird.events.lifecycle import Lifecycle
from xivo_dird.profiles.model import ProfileOutline


def _shown(profile: ProfileOutline) -> dict[str, object]:
    services = {
        name: {
            "sources": [{"uuid": uuid} for uuid in service.source_uuids],
            "options": service.options,
        }
        for name, service in profile.services.items()
    }
    return {
        "uuid": profile.uuid,
        "tenant_uuid": profile.tenant_uuid,
        "name": profile.name,
        "display": {"uuid": profile.display_uuid} if profile.display_uuid else None,
        "services": services,
    }


PROFILE = Lifecycle("profile", _shown)
