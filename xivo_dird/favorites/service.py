"""Operations on favorites. A favorite is identified by user, source and contact id."""

from collections.abc import Mapping, Sequence
from functools import partial

from xivo_dird.caller import Caller
from xivo_dird.database.engine import Database
from xivo_dird.database.revision import Revision
from xivo_dird.database.revision_cache import RevisionCache
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.fan_out import ask_each
from xivo_dird.directory.question import Fetch
from xivo_dird.directory.registry import Registry
from xivo_dird.events.service import EventService
from xivo_dird.exceptions import InvalidData, MissingService, StoreUnavailable, UnknownFavorite
from xivo_dird.favorites import dao
from xivo_dird.favorites.cache import FavoritesCache
from xivo_dird.favorites.model import FavoriteIds, Marks
from xivo_dird.favorites.notifier import FavoriteAdded, FavoriteDeleted
from xivo_dird.listing import Listing
from xivo_dird.profiles.model import Profile
from xivo_dird.shared_counters import SharedCounters
from xivo_dird.sources.model import Source
from xivo_dird.sources.service import SourceService
from xivo_dird.threads.deadline import NO_DEADLINE, Deadline
from xivo_dird.validation import reject_nul

SERVICE = "favorites"

MAX_FAVORITES = 10_000
"""Maximum number of favorites of a user: each lookup compares its results with all of them."""

MAX_CHARACTERS = 2 * 1024 * 1024
"""Maximum length of the ids of all favorites of a user together."""

_NO_MARKS: Marks = frozenset()


class FavoriteService:
    """The favorites of every user, addressed by the name of their source (contract section 3.3)."""

    def __init__(
        self,
        database: Database,
        revision: Revision,
        sources: SourceService,
        registry: Registry,
        events: EventService,
        counters: SharedCounters,
        timeout: float,
    ) -> None:
        """Create the service.

        Args:
            database: Stores the favorites.
            revision: Changes when sources change.
            sources: The sources of every tenant.
            registry: The open sources.
            events: Records an event for each change.
            counters: Where the worker processes count changes of favorites.
            timeout: Seconds that a list of favorites waits for the sources.
        """
        self._database = database
        self._sources = sources
        self._registry = registry
        self._events = events
        self._timeout = timeout
        self._cache = FavoritesCache(self._read, counters)
        self._source_names: RevisionCache[str, Mapping[str, str]] = RevisionCache(
            database, revision, self._read_source_names
        )

    def add(self, tenant_uuid: str, user_uuid: str, directory: str, contact_id: str) -> None:
        """Add a contact to the favorites of a user; whether the contact exists is not checked.

        Args:
            tenant_uuid: The tenant of the source.
            user_uuid: The user.
            directory: The name of the source.
            contact_id: The id of the contact in the source.

        Raises:
            InvalidData: The contact id contains a NUL character, or the user has too many favorites.
            UnknownSource: The tenant has no source with this name.
            Conflict: The contact is a favorite already.
        """
        reject_nul("contact", contact_id)
        sources = self._sources.find_by_name(tenant_uuid, directory)
        with self._database.changing() as session:
            if dao.exists(session, user_uuid, _uuids(sources), contact_id):
                raise dao.already_favorite_error(directory, contact_id)
            count, characters = dao.size(session, user_uuid)
            if count >= MAX_FAVORITES or characters + len(contact_id) > MAX_CHARACTERS:
                limits = f"{MAX_FAVORITES} favorites, with ids of {MAX_CHARACTERS} characters"
                raise InvalidData(f"a user has at most {limits}")
            dao.add(session, user_uuid, sources[0], contact_id)
            event = FavoriteAdded(tenant_uuid, user_uuid, self._events.origin_uuid, directory, contact_id)
            self._events.record(session, event)
        self._cache.invalidate(user_uuid)

    def remove(self, tenant_uuid: str, user_uuid: str | None, directory: str, contact_id: str) -> None:
        """Remove a contact from the favorites of a user.

        Raises:
            UnknownSource: The tenant has no source with this name.
            UnknownFavorite: The contact is no favorite, or there is no user.
        """
        sources = self._sources.find_by_name(tenant_uuid, directory)
        if user_uuid is None:
            raise UnknownFavorite(contact_id)
        with self._database.changing() as session:
            if not dao.remove(session, user_uuid, _uuids(sources), contact_id):
                raise UnknownFavorite(contact_id)
            event = FavoriteDeleted(tenant_uuid, user_uuid, self._events.origin_uuid, directory, contact_id)
            self._events.record(session, event)
        self._cache.invalidate(user_uuid)

    def remove_all(self, user_uuid: str) -> None:
        """Remove every favorite of a user."""
        sources = {source.uuid: source for source in self._sources.find_all()}
        origin_uuid = self._events.origin_uuid
        with self._database.changing() as session:
            removals = [
                FavoriteDeleted(source.tenant_uuid, user_uuid, origin_uuid, source.name, contact_id)
                for source_uuid, contact_id in dao.remove_all(session, user_uuid)
                if (source := sources.get(source_uuid))
            ]
            self._events.record(session, *removals)
        self._cache.invalidate(user_uuid)

    def find_contacts(self, caller: Caller, profile: Profile) -> Sequence[Contact]:
        """Return the caller's favorites, fetched from the sources of a profile.

        Contacts that no longer exist are left out.

        Raises:
            MissingService: The profile has no favorites service.
        """
        service = profile.services.get(SERVICE)
        if service is None:
            raise MissingService(profile.name, SERVICE)
        by_name = self._find_by_source_name(caller)
        questions = [
            (self._registry.get(source), Fetch(tuple(sorted(by_name[source.name]))))
            for source in service.sources
            if source.name in by_name
        ]
        outcomes = ask_each(questions, caller, Deadline.of_request(self._timeout))
        contacts = [contact for outcome in outcomes for contact in outcome.contacts]
        return [contact for contact in contacts if contact.source_entry_id is not None]

    def marks(self, caller: Caller, profile: Profile, deadline: Deadline | None = None) -> Marks:
        """Return the caller's favorites in the sources of a profile.

        There are none if the profile has no favorites service, or its display has no column of type `favorite`. While
        the database does not answer, they are those that were read last.

        Args:
            caller: Whose favorites.
            profile: The profile of the answer with the marks.
            deadline: Until when the database is waited for; None: as long as a list of favorites waits.
        """
        service = profile.services.get(SERVICE)
        columns = profile.display.columns if profile.display else ()
        if service is None or not any(column.type == "favorite" for column in columns):
            return _NO_MARKS
        try:
            by_name = self._find_by_source_name(caller, deadline or Deadline.of_request(self._timeout))
        except StoreUnavailable:  # an answer without marks is better than none
            return _NO_MARKS
        names = {source.name for source in service.sources}
        return frozenset((name, contact_id) for name in names for contact_id in by_name.get(name, ()))

    def _find_by_source_name(self, caller: Caller, deadline: Deadline = NO_DEADLINE) -> FavoriteIds:
        """Return the caller's favorites by the name of their source."""
        if caller.user_uuid is None:
            return {}
        names = self._source_names.get(caller.tenant_uuid, deadline)
        by_name: dict[str, set[str]] = {}
        for source_uuid, contact_ids in self._cache.get(caller.user_uuid, deadline).items():
            if source_uuid in names:
                by_name.setdefault(names[source_uuid], set()).update(contact_ids)
        return by_name

    def _read_source_names(self, tenant_uuid: str) -> Mapping[str, str]:
        """Return the names of a tenant's sources by uuid."""
        sources = self._sources.find_listed([tenant_uuid], Listing()).items
        return {source.uuid: source.name for source in sources}

    def _read(self, user_uuid: str, deadline: Deadline) -> FavoriteIds:
        return self._database.read_by(deadline, partial(self._find_all, user_uuid))

    def _find_all(self, user_uuid: str) -> FavoriteIds:
        with self._database.reading() as session:
            return dao.find_all(session, user_uuid)


def _uuids(sources: Sequence[Source]) -> list[str]:
    return [source.uuid for source in sources]
