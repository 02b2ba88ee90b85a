"""The profile service."""

from collections.abc import Collection, Sequence
from typing import Protocol

from typing_extensions import override

from xivo_dird.database.engine import Session
from xivo_dird.database.revision_cache import RevisionCache
from xivo_dird.displays.model import Display
from xivo_dird.displays.service import DisplayService
from xivo_dird.exceptions import InvalidReference, NotFound, UnknownDisplay, UnknownProfile
from xivo_dird.listing import Listing, Page, query_in_memory
from xivo_dird.profiles import dao
from xivo_dird.profiles.model import Profile, ProfileDraft, ProfileOutline
from xivo_dird.profiles.notifier import PROFILE_LIFECYCLE
from xivo_dird.profiles.outline import draft_to_outline, outline_to_profile, profile_to_outline
from xivo_dird.sources.model import Source
from xivo_dird.sources.service import SourceService
from xivo_dird.tenants.owned_service import OwnedService
from xivo_dird.tenants.owned_store import Storage
from xivo_dird.threads.deadline import NO_DEADLINE, Deadline

MAX_NAMES = 100
"""Maximum number of profiles whose names are listed for a user."""


class ProfileFinder(Protocol):
    """Where a lookup finds its profile."""

    def find_by_name(self, tenant_uuid: str, name: str, deadline: Deadline) -> Profile:
        """Return a profile with its display and sources.

        Raises:
            UnknownProfile: The tenant has no profile of this name.
        """


class ProfileService(OwnedService[ProfileOutline, ProfileDraft]):
    """Reads and writes the profiles of all tenants; caches complete profiles until the revision changes."""

    def __init__(self, storage: Storage, displays: DisplayService, sources: SourceService) -> None:
        """Create the service for profiles in `storage`, which refer to `displays` and `sources`."""
        super().__init__("profiles", dao, storage, PROFILE_LIFECYCLE, UnknownProfile)
        self._displays = displays
        self._sources = sources
        self._profiles: RevisionCache[tuple[str, str], Profile] = RevisionCache(
            storage.database, storage.revision, self._read
        )
        self._lookup_names: RevisionCache[str, Sequence[str]] = RevisionCache(
            storage.database, storage.revision, self._read_lookup_names
        )

    def find_sources(self, tenant_uuid: str, name: str, listing: Listing) -> Page[Source]:
        """Return the requested page of the sources that a profile uses in any service, without duplicates.

        Raises:
            UnknownProfile: The tenant has no profile of this name.
        """
        profile = self.find_by_name(tenant_uuid, name)
        sources = {source.uuid: source for service in profile.services.values() for source in service.sources}
        return query_in_memory(list(sources.values()), ("name", "backend"), listing)

    def find_by_name(self, tenant_uuid: str, name: str, deadline: Deadline = NO_DEADLINE) -> Profile:
        """Return a profile with its display and sources; while the database does not answer, as it was read last.

        Raises:
            UnknownProfile: The tenant has no profile of this name.
            StoreUnavailable: The database has not answered by the deadline, and the profile was not read before.
        """
        return self._profiles.get((tenant_uuid, name), deadline)

    def lookup_names(self, tenant_uuid: str, deadline: Deadline = NO_DEADLINE) -> Sequence[str]:
        """Return the names of the profiles of a tenant that have the service `lookup`, at most `MAX_NAMES`.

        Raises:
            StoreUnavailable: The database has not answered by the deadline, and they were not read before.
        """
        return self._lookup_names.get(tenant_uuid, deadline)

    def provision(self, profiles: Collection[Profile]) -> None:
        """Write the profiles that YAML declares; mark those that it no longer declares as editable."""
        self._store.provision([profile_to_outline(profile) for profile in profiles])

    @override
    def _build(self, session: Session, uuid: str, tenant_uuid: str, draft: ProfileDraft) -> ProfileOutline:
        profile = draft_to_outline(uuid, tenant_uuid, draft)
        self._check_references(session, profile)
        return profile

    def _check_references(self, session: Session, profile: ProfileOutline) -> None:
        """Raise `InvalidReference` if the tenant of a profile lacks its display or one of its sources."""
        uuids = {uuid: None for service in profile.services.values() for uuid in service.source_uuids}
        try:
            if profile.display_uuid is not None:
                self._displays.require_exists(session, profile.tenant_uuid, profile.display_uuid)
            self._sources.require_all_exist(session, profile.tenant_uuid, uuids)
        except NotFound as missing:
            raise InvalidReference(missing) from missing

    def _read(self, key: tuple[str, str]) -> Profile:
        """Return the profile for a pair of tenant uuid and name; raise `UnknownProfile` if there is none."""
        tenant_uuid, name = key
        with self._database.reading() as session:
            outline = dao.find_by_name(session, tenant_uuid, name)
        if outline is None:
            raise UnknownProfile(name)
        uuids = {uuid for service in outline.services.values() for uuid in service.source_uuids}
        sources = {source.uuid: source for source in self._sources.find_many(tenant_uuid, uuids)}
        return outline_to_profile(outline, self._display(outline), sources)

    def _read_lookup_names(self, tenant_uuid: str) -> Sequence[str]:
        page = self.find_listed([tenant_uuid], Listing(limit=MAX_NAMES))
        return [profile.name for profile in page.items if "lookup" in profile.services]

    def _display(self, outline: ProfileOutline) -> Display | None:
        if outline.display_uuid is None:
            return None
        try:
            return self._displays.find([outline.tenant_uuid], outline.display_uuid)
        except UnknownDisplay:  # removed since the profile was read
            return None
