"""Conversions between the forms of a profile: draft of a client, stored outline, complete profile."""

from collections.abc import Iterable, Mapping

from xivo_dird.bounds import MAX_SECONDS
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


def draft_to_outline(uuid: str, tenant_uuid: str, draft: ProfileDraft) -> ProfileOutline:
    """Convert the draft of a client into the stored form."""
    display_uuid = str(draft.display.uuid) if draft.display else None
    services = {name: _service_draft_to_outline(service) for name, service in draft.services.items()}
    return ProfileOutline(uuid, tenant_uuid, draft.name, display_uuid, services)


def profile_to_outline(profile: Profile) -> ProfileOutline:
    """Convert a complete profile into the stored form."""
    return ProfileOutline(
        uuid=profile.uuid,
        tenant_uuid=profile.tenant_uuid,
        name=profile.name,
        display_uuid=profile.display.uuid if profile.display else None,
        services={name: _service_to_outline(service) for name, service in profile.services.items()},
        provisioned=profile.provisioned,
    )


def outline_to_profile(
    outline: ProfileOutline, display: Display | None, sources: Mapping[str, Source]
) -> Profile:
    """Convert the stored form into a complete profile.

    Args:
        outline: The stored form.
        display: The display that it refers to.
        sources: The sources that it refers to, by uuid; missing ones are left out of the profile.
    """
    return Profile(
        uuid=outline.uuid,
        tenant_uuid=outline.tenant_uuid,
        name=outline.name,
        display=display,
        services={name: _outline_to_service(service, sources) for name, service in outline.services.items()},
        provisioned=outline.provisioned,
    )


def _service_draft_to_outline(draft: ServiceDraft) -> ServiceOutline:
    return ServiceOutline(
        _without_duplicates(str(source.uuid) for source in draft.sources), _stored_options(draft.options)
    )


def _service_to_outline(service: ServiceConfig) -> ServiceOutline:
    return ServiceOutline(
        _without_duplicates(source.uuid for source in service.sources), _stored_options(service.options)
    )


def _outline_to_service(outline: ServiceOutline, sources: Mapping[str, Source]) -> ServiceConfig:
    return ServiceConfig(
        sources=tuple(sources[uuid] for uuid in outline.source_uuids if uuid in sources),
        options=None if outline.options is None else _service_options(outline.options),
    )


def _service_options(stored: Mapping[str, object]) -> ServiceOptions:
    """Return stored options; a timeout of an earlier release, which had no maximum, is cut."""
    timeout = stored.get("timeout")
    if isinstance(timeout, int | float) and timeout > MAX_SECONDS:
        return ServiceOptions(timeout=MAX_SECONDS)
    return ServiceOptions.model_validate(stored)


def _without_duplicates(uuids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(uuids))


def _stored_options(options: ServiceOptions | None) -> Mapping[str, object] | None:
    """Return only the options that were given, since answers repeat them (contract section 2.6)."""
    return None if options is None else options.model_dump(exclude_unset=True)
