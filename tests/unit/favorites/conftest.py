"""Favorites on a database, of scripted sources that are stored in it."""

from dataclasses import replace

import orjson
import pytest

from stored import stored
from unit.directory.conftest import CALLER, Script, Scripted
from waiting import TIMEOUT
from xivo_dird.directory.opening import InstalledBackend, SourceOpener
from xivo_dird.directory.registry import Registry
from xivo_dird.directory.source_calls import SourceLimits
from xivo_dird.displays.model import Display, DisplayColumn
from xivo_dird.events.model import ALL_TENANTS, EventFilter
from xivo_dird.events.service import EventService
from xivo_dird.favorites.service import FavoriteService
from xivo_dird.phonebooks.model import PhonebookDraft
from xivo_dird.phonebooks.service import PhonebookService
from xivo_dird.profiles.model import Profile, ServiceConfig
from xivo_dird.shared_counters import SharedCounters
from xivo_dird.sources.model import Source
from xivo_dird.sources.service import SourceService
from xivo_dird.threads.breaker import BreakerLimits

LIMITS = SourceLimits(workers=4, queue=256, breaker=BreakerLimits(3, 0.01, 0.05))


def profile(*sources, columns=("name", "favorite"), service="favorites"):
    """Return a profile with a service, and a display with columns of these types."""
    display = Display("display", "tenant", "desk", tuple(DisplayColumn(type=kind) for kind in columns))
    return Profile("profile", "tenant", "desk", display, {service: ServiceConfig(sources)})


class Blocking(Scripted):
    """Records who asks it for which entries."""

    def fetch(self, ids, caller):
        return self.search((ids, caller), caller)


class InMemory(Blocking):
    is_blocking = False


class Favorites:
    """The service, and what the tests need beside it."""

    def __init__(self, database, folder):
        storage = stored(database)._replace(events=EventService(database, "origin"))
        kinds = {"blocking": Blocking, "memory": InMemory}
        installed = {name: InstalledBackend(kind, kind.Settings()) for name, kind in kinds.items()}
        self._registry = Registry(SourceOpener(installed, folder), LIMITS)
        self._scripts = []
        self._stored = SourceService(storage, {}, lambda _source: None)
        self._phonebooks = PhonebookService(storage)
        self._sources = []
        self._storage = storage
        self.service = self.with_timeout(TIMEOUT)

    def with_timeout(self, seconds):
        """Return another service on the same database."""
        database, revision, _, events = self._storage
        return FavoriteService(
            database, revision, self._stored, self._registry, events, SharedCounters(), seconds
        )

    def close(self):
        for script in self._scripts:
            script.gate.set()
        self._registry.close()

    def source(self, name, *ids, tenant="tenant", uuid=None, backend="memory", **script):
        """Store a source that always answers with entries of these ids."""
        key = f"{id(self)}-{uuid or name}"
        entries = [{"id": each, "name": f"the {each}"} for each in ids]
        Scripted.scripts[key] = Script(entries=entries, **script)
        self._scripts.append(Scripted.scripts[key])
        return self._store(Source(uuid or name, tenant, name, backend, {"script": key}))

    def phonebook_source(self, source):
        """Store another source with the same name, which it has from a phonebook."""
        book = self._phonebooks.create(source.tenant_uuid, PhonebookDraft(name=source.name))
        return self._store(replace(source, uuid=f"z-{source.uuid}", phonebook_uuid=book.uuid))

    def remove(self, source):
        self._stored.remove([source.tenant_uuid], source.backend, source.uuid)

    def questions(self, source):
        """Return the ids that a source was asked for, and by whom."""
        return Scripted.scripts[source.options["script"]].questions

    def events(self):
        """Return the events of favorites: their name, subject, tenant, user and data."""
        page = self._storage.events.find(ALL_TENANTS, EventFilter(0, 100))
        return [
            (event.name, event.subject, event.tenant_uuid, event.user_uuid, orjson.loads(event.data or ""))
            for event in page.items
            if "favorite" in event.name
        ]

    def marks(self, *sources, caller=CALLER, **changes):
        return self.service.marks(caller, profile(*sources, **changes))

    def _store(self, source):
        self._sources.append(source)
        self._stored.provision(self._sources)
        self._stored.provision([])  # so that they can be removed
        return source


@pytest.fixture
def favorites(database, tmp_path):
    favorites = Favorites(database, tmp_path)
    yield favorites
    favorites.close()
