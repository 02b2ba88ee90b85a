"""Profiles (contract section 2.6)."""

from collections.abc import Mapping
from typing import NotRequired

from typing_extensions import TypedDict

from xivo_dird.profiles.model import ProfileDraft, ProfileOutline
from xivo_dird.view import (
    RecursiveListQuery,
    Routes,
    Services,
    Storable,
    StoredResource,
    add_stored_resource,
)


class ProfilesQuery(RecursiveListQuery):
    """What part of the profiles is wanted."""

    orders = ("name",)

    name: Storable | None = None
    uuid: Storable | None = None


class Referred(TypedDict):
    """A display or a source."""

    uuid: str


class ServiceAnswer(TypedDict):
    """One service; `options` are those that were given, absent in a profile that the daemon made itself."""

    sources: list[Referred]
    options: NotRequired[Mapping[str, object]]


class ProfileAnswer(TypedDict):
    """A profile as clients see it; the answer to a creation has no `display` when none was given."""

    uuid: str
    tenant_uuid: str
    name: str
    display: NotRequired[Referred | None]
    services: dict[str, ServiceAnswer]


def register(routes: Routes, services: Services) -> None:
    """Add the profiles."""
    profiles = StoredResource(
        noun="profile",
        path="/profiles",
        access="dird.profiles",
        store=services.profiles,
        draft=ProfileDraft,
        query=ProfilesQuery,
        answer=ProfileAnswer,
        shown=_shown,
        shown_when_created=_shown_when_created,
    )
    add_stored_resource(routes, profiles)


def _shown(profile: ProfileOutline) -> ProfileAnswer:
    return {"display": None, **_shown_when_created(profile)}


def _shown_when_created(profile: ProfileOutline) -> ProfileAnswer:
    services: dict[str, ServiceAnswer] = {}
    for name, service in profile.services.items():
        services[name] = {"sources": [{"uuid": uuid} for uuid in service.source_uuids]}
        if service.options is not None:
            services[name]["options"] = service.options
    shown: ProfileAnswer = {
        "uuid": profile.uuid,
        "tenant_uuid": profile.tenant_uuid,
        "name": profile.name,
        "services": services,
    }
    if profile.display_uuid is not None:
        shown["display"] = {"uuid": profile.display_uuid}
    return shown
