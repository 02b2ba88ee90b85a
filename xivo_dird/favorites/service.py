"""What can be done with favorites: a favorite belongs to (user, source, contact id)."""

from collections.abc import Mapping, Sequence

from xivo_dird.caller import Caller
from xivo_dird.database.engine import Database
from xivo_dird.database.revision import Revision
from xivo_dird.database.revision_cache import RevisionCache
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.fan_out import ask_each
from xivo_dird.directory.question import Fetch
from xivo_dird.directory.registry import Registry
from xivo_dird.events.service import EventService
from xivo_dird.exceptions import MissingService, UnknownFavorite
from xivo_dird.favorites import dao
from xivo_dird.favorites.cache import FavoritesCache
from xivo_dird.favorites.model import FavoriteIds, Marks
from xivo_dird.favorites.notifier import FavoriteAdded, FavoriteDeleted
from xivo_dird.listing import Listing
from xivo_dird.profiles.model import Profile
from xivo_dird.sources.model import Source
from xivo_dird.sources.service import SourceService
from xivo_dird.threads.deadline import Deadline
from xivo_dird.validation import refuse_nul

SERVICE = "favorites"

_NOTHING: Marks = frozenset()


class FavoriteService:
    """The favorites of every user, found by the name of their source (contract section 3.3)."""

    def __init__(
        self,
        database: Database,
        revision: Revision,
        sources: SourceService,
        registry: Registry,
        events: EventService,
        timeout: float,
    ) -> None:
        """Keep them in `database`, tell changes to `events`; a listing waits `timeout` seconds for the sources."""
        self._database = database
        self._sources = sources
        self._registry = registry
        self._events = events
        self._timeout = timeout
        self._known = FavoritesCache(self._read)
        self._names: RevisionCache[str, Mapping[str, str]] = RevisionCache(revision, self._read_names)

    def add(self, tenant_uuid: str, user_uuid: str, directory: str, contact_id: str) -> None:
        """Mark a contact, whoever it is. Raises `InvalidData`, `UnknownSource` or `Conflict`."""
        refuse_nul("contact", contact_id)
        sources = self._sources.find_named(tenant_uuid, directory)
        with self._database.changing() as session:
            if dao.exists(session, user_uuid, _uuids(sources), contact_id):
                raise dao.already_marked(directory, contact_id)
            dao.add(session, user_uuid, sources[0], contact_id)
            event = FavoriteAdded(tenant_uuid, user_uuid, self._events.origin_uuid, directory, contact_id)
            self._events.record(session, event)
        self._known.invalidate(user_uuid)

    def remove(self, tenant_uuid: str, user_uuid: str | None, directory: str, contact_id: str) -> None:
        """Take the mark off a contact. Raises `UnknownSource` or `UnknownFavorite`."""
        sources = self._sources.find_named(tenant_uuid, directory)
        if user_uuid is None:
            raise UnknownFavorite(contact_id)
        with self._database.changing() as session:
            if not dao.remove(session, user_uuid, _uuids(sources), contact_id):
                raise UnknownFavorite(contact_id)
            event = FavoriteDeleted(tenant_uuid, user_uuid, self._events.origin_uuid, directory, contact_id)
            self._events.record(session, event)
        self._known.invalidate(user_uuid)

    def remove_all(self, user_uuid: str) -> None:
        """Take every mark off that a user made."""
        sources = {source.uuid: source for source in self._sources.find_every()}
        origin_uuid = self._events.origin_uuid
        with self._database.changing() as session:
            gone = [
                FavoriteDeleted(source.tenant_uuid, user_uuid, origin_uuid, source.name, contact_id)
                for source_uuid, contact_id in dao.remove_all(session, user_uuid)
                if (source := sources.get(source_uuid))
            ]
            self._events.record(session, *gone)
        self._known.invalidate(user_uuid)

    def find_contacts(self, caller: Caller, profile: Profile) -> Sequence[Contact]:
        """Fetch the caller's favorites from the sources of a profile. Raises `MissingService`.

        Those that no longer exist are left out.
        """
        service = profile.services.get(SERVICE)
        if service is None:
            raise MissingService(profile.name, SERVICE)
        by_name = self._of(caller)
        asked = [
            (self._registry.live(source), Fetch(tuple(sorted(by_name[source.name]))))
            for source in service.sources
            if source.name in by_name
        ]
        outcomes = ask_each(asked, caller, Deadline.of_request(self._timeout))
        contacts = [contact for outcome in outcomes for contact in outcome.contacts]
        return [contact for contact in contacts if contact.source_entry_id is not None]

    def marks(self, caller: Caller, profile: Profile) -> Marks:
        """Tell which contacts are the caller's favorites; nothing if the profile shows or has none."""
        service = profile.services.get(SERVICE)
        columns = profile.display.columns if profile.display else ()
        if service is None or not any(column.type == "favorite" for column in columns):
            return _NOTHING
        by_name = self._of(caller)
        names = {source.name for source in service.sources}
        return frozenset((name, contact_id) for name in names for contact_id in by_name.get(name, ()))

    def _of(self, caller: Caller) -> FavoriteIds:
        """Answer the caller's favorites by the name of their source."""
        if caller.user_uuid is None:
            return {}
        names = self._names.get(caller.tenant_uuid)
        by_name: dict[str, set[str]] = {}
        for source_uuid, contact_ids in self._known.get(caller.user_uuid).items():
            if source_uuid in names:
                by_name.setdefault(names[source_uuid], set()).update(contact_ids)
        return by_name

    def _read_names(self, tenant_uuid: str) -> Mapping[str, str]:
        """Return the names of a tenant's sources by uuid."""
        sources = self._sources.find_listed([tenant_uuid], Listing()).items
        return {source.uuid: source.name for source in sources}

    def _read(self, user_uuid: str) -> FavoriteIds:
        with self._database.reading() as session:
            return dao.find_all(session, user_uuid)


def _uuids(sources: Sequence[Source]) -> list[str]:
    return [source.uuid for source in sources]
