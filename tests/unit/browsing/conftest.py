"""Sources that list people, opened by the registry as in the daemon."""

import threading
from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from unit.directory.conftest import CALLER
from unit.profiles import Profiles
from waiting import TIMEOUT
from xivo_dird.backend import QueryBackend, SourceOptions, SourceUnavailable
from xivo_dird.browsing.model import BrowseOptions
from xivo_dird.browsing.service import BrowsingService
from xivo_dird.directory.opening import InstalledBackend, SourceOpener
from xivo_dird.directory.registry import Registry
from xivo_dird.directory.source_calls import SourceLimits
from xivo_dird.displays.model import Display, DisplayColumn
from xivo_dird.lookup.service import LookupService
from xivo_dird.numbers.dial_plan import UNKNOWN_PLAN
from xivo_dird.profiles.model import Profile, ServiceConfig, ServiceOptions
from xivo_dird.sources.model import Source
from xivo_dird.threads.breaker import BreakerLimits

BY_NAME = (DisplayColumn(type="name", field="name"), DisplayColumn(field="town"))


@dataclass
class People:
    """The people of one source, which a test changes; `fetched` replaces what is fetched."""

    entries: list
    fails: bool = False
    fetched: list | None = None
    gate: threading.Event = field(default_factory=threading.Event)


class PeopleOptions(SourceOptions):
    people: str


class ListedBackend(QueryBackend[PeopleOptions]):
    """Lists its people."""

    Options = PeopleOptions
    unique_column = "id"
    people: ClassVar[dict] = {}

    @property
    def _people(self):
        return self.people[self.options.people]

    def search(self, term, caller):
        return ()

    def first_match(self, exten, caller):
        return None

    def fetch(self, ids, caller):
        people = self._people
        found = people.entries if people.fetched is None else people.fetched
        return [entry for entry in found if entry["id"] in ids]

    def list_version(self, caller):
        people = self._people
        people.gate.wait()
        if people.fails:
            raise SourceUnavailable("out of order")
        return repr(people.entries)

    def list_entries(self, caller):
        return self._people.entries


class SearchedBackend(ListedBackend):
    """Can only be searched."""

    def list_version(self, caller):
        return None


class Directory:
    """The profile `all` of some sources, and its lists."""

    def __init__(self, folder):
        kinds = {"listed": ListedBackend, "searched": SearchedBackend}
        installed = {name: InstalledBackend(kind, kind.Settings()) for name, kind in kinds.items()}
        limits = SourceLimits(workers=4, queue=256, breaker=BreakerLimits(99, 1.0, 1.0))
        self.registry = Registry(SourceOpener(installed, folder), limits)
        self.profiles = Profiles()
        lookup = LookupService(self.profiles, self.registry, TIMEOUT, lambda tenant: UNKNOWN_PLAN)
        self.service = BrowsingService(lookup, self.registry)
        self.people = {}

    def source(self, name, *people, backend="listed"):
        """Return a source of people, each a name, or a name and a town."""
        rows = [(person, "") if isinstance(person, str) else person for person in people]
        entries = [{"id": str(n), "name": who, "town": town} for n, (who, town) in enumerate(rows)]
        key = f"{id(self)}-{name}"
        self.people[name] = ListedBackend.people[key] = People(entries)
        self.people[name].gate.set()
        return Source(f"uuid-{name}", "tenant", name, backend, {"people": key})

    def use(self, *sources, columns=BY_NAME, timeout=None):
        """Set the sources of the profile."""
        display = Display("d", "tenant", "d", columns) if columns else None
        config = ServiceConfig(sources, ServiceOptions(timeout=timeout))
        self.profiles.by_name["all"] = Profile("p", "tenant", "all", display, {"lookup": config})

    def browse(self, **options):
        return self.service.browse(CALLER, "all", BrowseOptions(**options))

    def names(self, **options):
        """Return the names in all parts of the list, read one after the other."""
        found = []
        part = self.browse(**options)
        while True:
            found.append([contact.fields["name"] for contact in part.contacts])
            if part.next is None:
                return found
            part = self.browse(**{**options, "begin": "", "after": part.next})

    def close(self):
        for people in self.people.values():
            people.gate.set()
        self.registry.close()


@pytest.fixture
def directory(tmp_path):
    directory = Directory(tmp_path)
    yield directory
    directory.close()
