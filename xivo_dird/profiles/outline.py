"""Between the forms of a profile: written by a client, stored by uuids, complete."""

from collections.abc import Iterable, Mapping

from xivo_dird.displays.model import Display
from xivo_dird.profiles.model import (
    Profile,
    ProfileDraft,
    ProfileOutline,
    ServiceConfig,
    ServiceDraft,
    ServiceOptions,
    ServiceOutline,
)
from xivo_dird.sources.model import Source


def drafted(uuid: str, tenant_uuid: str, draft: ProfileDraft) -> ProfileOutline:
    """Make what is stored of what a client wrote."""
    display_uuid = str(draft.display.uuid) if draft.display else None
    services = {name: _drafted_service(service) for name, service in draft.services.items()}
    return ProfileOutline(uuid, tenant_uuid, draft.name, display_uuid, services)


def outlined(profile: Profile) -> ProfileOutline:
    """Make what is stored of a complete profile."""
    return ProfileOutline(
        uuid=profile.uuid,
        tenant_uuid=profile.tenant_uuid,
        name=profile.name,
        display_uuid=profile.display.uuid if profile.display else None,
        services={name: _outlined_service(service) for name, service in profile.services.items()},
        provisioned=profile.provisioned,
    )


def completed(outline: ProfileOutline, display: Display | None, sources: Mapping[str, Source]) -> Profile:
    """Put display and sources (by uuid) in the place of their uuids."""
    return Profile(
        uuid=outline.uuid,
        tenant_uuid=outline.tenant_uuid,
        name=outline.name,
        display=display,
        services={name: _completed_service(service, sources) for name, service in outline.services.items()},
        provisioned=outline.provisioned,
    )


def _drafted_service(draft: ServiceDraft) -> ServiceOutline:
    return ServiceOutline(_each_once(str(source.uuid) for source in draft.sources), _stored(draft.options))


def _outlined_service(service: ServiceConfig) -> ServiceOutline:
    return ServiceOutline(_each_once(source.uuid for source in service.sources), _stored(service.options))


def _completed_service(outline: ServiceOutline, sources: Mapping[str, Source]) -> ServiceConfig:
    return ServiceConfig(
        sources=tuple(sources[uuid] for uuid in outline.source_uuids if uuid in sources),
        options=None if outline.options is None else ServiceOptions.model_validate(outline.options),
    )


def _each_once(uuids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(uuids))


def _stored(options: ServiceOptions | None) -> Mapping[str, object] | None:
    """Keep what was given, no more: it is echoed (contract section 2.6)."""
    return None if options is None else options.model_dump(exclude_unset=True)
