"""Events about profiles, for administrators. They refer to display and sources by uuid."""

from collections.abc import Mapping
from dataclasses import dataclass

from typing_extensions import override

from xivo_dird.events.domain_event import DomainEvent, Lifecycle
from xivo_dird.profiles.model import ProfileOutline


@dataclass(frozen=True)
class _ProfileEvent(DomainEvent):
    """An event about one profile."""

    profile: ProfileOutline

    @property
    @override
    def tenant(self) -> str:
        return self.profile.tenant_uuid

    @override
    def data(self) -> Mapping[str, object]:
        profile = self.profile
        services = {
            name: {"sources": [{"uuid": uuid} for uuid in service.source_uuids], "options": service.options}
            for name, service in profile.services.items()
        }
        content = {
            "uuid": profile.uuid,
            "tenant_uuid": profile.tenant_uuid,
            "name": profile.name,
            "display": {"uuid": profile.display_uuid} if profile.display_uuid else None,
            "services": services,
        }
        return {"profile": content}


@dataclass(frozen=True)
class ProfileCreated(_ProfileEvent):
    """A profile was created."""

    name = "profile_created"
    subject = "profile.created"


@dataclass(frozen=True)
class ProfileUpdated(_ProfileEvent):
    """A profile was changed; the event has the new content."""

    name = "profile_updated"
    subject = "profile.updated"


@dataclass(frozen=True)
class ProfileDeleted(_ProfileEvent):
    """A profile was deleted; the event has its last content."""

    name = "profile_deleted"
    subject = "profile.deleted"


PROFILE_LIFECYCLE = Lifecycle(ProfileCreated, ProfileUpdated, ProfileDeleted)
