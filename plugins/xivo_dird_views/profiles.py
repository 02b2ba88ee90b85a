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
    """The query parameters of the list of profiles."""

    orders = ("name",)

    name: Storable | None = None
    uuid: Storable | None = None


class Referred(TypedDict):
    """The uuid of a display or of a source."""

    uuid: str


class ServiceAnswer(TypedDict):
    """One service. `options` are those that were set; absent if the configuration declares the service without any."""

    sources: list[Referred]
    options: NotRequired[Mapping[str, object]]


class ProfileAnswer(TypedDict):
    """A profile in a response; the response to a creation has no `display` if the request had none."""

    uuid: str
    tenant_uuid: str
    name: str
    display: NotRequired[Referred | None]
    services: dict[str, ServiceAnswer]


def register(routes: Routes, services: Services) -> None:
    """Add the resources."""
    profiles = StoredResource(
        noun="profile",
        path="/profiles",
        acl_prefix="dird.profiles",
        service=services.profiles,
        draft=ProfileDraft,
        query=ProfilesQuery,
        response=ProfileAnswer,
        serialize=_serialize,
        serialize_created=_serialize_created,
    )
    add_stored_resource(routes, profiles)


def _serialize(profile: ProfileOutline) -> ProfileAnswer:
    return {"display": None, **_serialize_created(profile)}


def _serialize_created(profile: ProfileOutline) -> ProfileAnswer:
    services: dict[str, ServiceAnswer] = {}
    for name, service in profile.services.items():
        services[name] = {"sources": [{"uuid": uuid} for uuid in service.source_uuids]}
        if service.options is not None:
            services[name]["options"] = service.options
    response: ProfileAnswer = {
        "uuid": profile.uuid,
        "tenant_uuid": profile.tenant_uuid,
        "name": profile.name,
        "services": services,
    }
    if profile.display_uuid is not None:
        response["display"] = {"uuid": profile.display_uuid}
    return response
