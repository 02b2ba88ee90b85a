"""What can be done with profiles."""

from collections.abc import Collection
from uuid import uuid4

from xivo_dird.database.engine import Session
from xivo_dird.database.revision_cache import RevisionCache
from xivo_dird.displays.model import Display
from xivo_dird.displays.service import DisplayService
from xivo_dird.exceptions import InvalidReference, NotFound, UnknownDisplay, UnknownProfile
from xivo_dird.listing import Listing, Page, find_in
from xivo_dird.profiles import dao
from xivo_dird.profiles.model import Profile, ProfileDraft, ProfileOutline
from xivo_dird.profiles.notifier import PROFILE_LIFECYCLE
from xivo_dird.profiles.outline import completed, drafted, outlined
from xivo_dird.sources.model import Source
from xivo_dird.sources.service import SourceService
from xivo_dird.tenants.owned_store import OwnedStore, Storage


class ProfileService:
    """The profiles of every tenant; what lookups need is kept in memory until the revision moves."""

    def __init__(self, storage: Storage, displays: DisplayService, sources: SourceService) -> None:
        """Keep profiles in `storage`; displays and sources come from their own services."""
        self._database = storage.database
        self._revision = storage.revision
        self._displays = displays
        self._sources = sources
        self._store: OwnedStore[ProfileOutline] = OwnedStore(
            "profiles", dao, storage, PROFILE_LIFECYCLE, UnknownProfile
        )
        self._profiles: RevisionCache[tuple[str, str], Profile] = RevisionCache(storage.revision, self._read)

    def create(self, tenant_uuid: str, draft: ProfileDraft) -> ProfileOutline:
        """Add a profile to a tenant. Raises `InvalidReference` or `Conflict`."""
        with self._revision.changing() as session:
            return self._add(session, tenant_uuid, draft)

    def create_missing(self, tenant_uuid: str, draft: ProfileDraft) -> ProfileOutline:
        """Add a profile unless the tenant has one of this name; return which it has. Raises `InvalidReference`."""
        with self._revision.changing() as session:
            stored = dao.find_by_name(session, tenant_uuid, draft.name)
            return stored or self._add(session, tenant_uuid, draft)

    def update(self, tenant_uuids: Collection[str], uuid: str, draft: ProfileDraft) -> None:
        """Replace a profile. Raises `UnknownProfile`, `ReadOnly`, `InvalidReference` or `Conflict`."""
        with self._revision.changing() as session:
            stored = self._store.find_editable(session, tenant_uuids, uuid)
            profile = drafted(stored.uuid, stored.tenant_uuid, draft)
            self._check_references(session, profile)
            self._store.replace(session, profile)

    def remove(self, tenant_uuids: Collection[str], uuid: str) -> None:
        """Remove a profile. Raises `UnknownProfile` or `ReadOnly`."""
        with self._revision.changing() as session:
            self._store.remove(session, self._store.find_editable(session, tenant_uuids, uuid))

    def find(self, tenant_uuids: Collection[str], uuid: str) -> ProfileOutline:
        """Find one profile of these tenants. Raises `UnknownProfile`."""
        with self._database.reading() as session:
            return self._store.find(session, tenant_uuids, uuid)

    def find_listed(self, tenant_uuids: Collection[str], listing: Listing) -> Page[ProfileOutline]:
        """Find the wanted part of the profiles of these tenants."""
        with self._database.reading() as session:
            return dao.find_listed(session, tenant_uuids, listing)

    def find_sources(self, tenant_uuid: str, name: str, listing: Listing) -> Page[Source]:
        """Find the wanted part of all sources that a profile uses, each once. Raises `UnknownProfile`."""
        profile = self.find_by_name(tenant_uuid, name)
        sources = {source.uuid: source for service in profile.services.values() for source in service.sources}
        return find_in(list(sources.values()), ("name", "backend"), listing)

    def find_by_name(self, tenant_uuid: str, name: str) -> Profile:
        """Find a profile with its display and sources. Raises `UnknownProfile`."""
        return self._profiles.get((tenant_uuid, name))

    def provision(self, profiles: Collection[Profile]) -> None:
        """Write the profiles that YAML declares, and release those that it declares no longer."""
        self._store.provision([outlined(profile) for profile in profiles])

    def _add(self, session: Session, tenant_uuid: str, draft: ProfileDraft) -> ProfileOutline:
        profile = drafted(str(uuid4()), tenant_uuid, draft)
        self._check_references(session, profile)
        return self._store.add(session, profile)

    def _check_references(self, session: Session, profile: ProfileOutline) -> None:
        """Make sure that display and sources are there, in the profile's tenant."""
        uuids = {uuid: None for service in profile.services.values() for uuid in service.source_uuids}
        try:
            if profile.display_uuid is not None:
                self._displays.check(session, profile.tenant_uuid, profile.display_uuid)
            self._sources.check_many(session, profile.tenant_uuid, uuids)
        except NotFound as missing:
            raise InvalidReference(missing) from missing

    def _read(self, key: tuple[str, str]) -> Profile:
        tenant_uuid, name = key
        with self._database.reading() as session:
            outline = dao.find_by_name(session, tenant_uuid, name)
        if outline is None:
            raise UnknownProfile(name)
        uuids = {uuid for service in outline.services.values() for uuid in service.source_uuids}
        sources = {source.uuid: source for source in self._sources.find_many(tenant_uuid, uuids)}
        return completed(outline, self._display(outline), sources)

    def _display(self, outline: ProfileOutline) -> Display | None:
        if outline.display_uuid is None:
            return None
        try:
            return self._displays.find([outline.tenant_uuid], outline.display_uuid)
        except UnknownDisplay:  # removed since the profile was read
            return None
