"""A directory in memory that tests change while its snapshot is in use."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from waiting import TIMEOUT
from xivo_dird.backend import (
    Caller,
    Entry,
    Environment,
    ReadReport,
    ReportedEntries,
    SnapshotBackend,
    SourceOptions,
    SourceUnavailable,
)
from xivo_dird.index.snapshot import Snapshot
from xivo_dird.threads.deadline import Deadline

CALLER = Caller("token", "tenant", "user")
ADA: Entry = {"id": "1", "name": "Ada", "number": "11"}
BOB: Entry = {"id": "2", "name": "Bob", "number": "12"}


class Listing(SnapshotBackend[SourceOptions]):
    """Lists `people`, or raises the errors that are set, while its gates are open."""

    Options = SourceOptions
    check_interval = 0.0
    unique_column = "id"

    def __init__(self, options: SourceOptions, environment: Environment) -> None:
        super().__init__(options, environment)
        self.people = [ADA]
        self.revision = 0
        self.version_error: BaseException | None = None
        self.entries_error: BaseException | None = None
        self.entries_gate = threading.Event()
        self.entries_gate.set()
        self.listings = 0
        self.report = ReadReport(rows=1)
        self.version_callers: list[Caller | None] = []
        self.version_threads: list[str] = []
        self.version_gate = threading.Event()
        self.version_gate.set()
        self.closed = False
        self.on_listing: Callable[[], object] = lambda: None

    def change(self, *people: Entry) -> None:
        self.people = list(people)
        self.revision += 1

    def version(self, caller: Caller | None) -> str:
        self.version_callers.append(caller)
        self.version_threads.append(threading.current_thread().name)
        self.version_gate.wait()
        if self.version_error:
            raise self.version_error
        return f"version {self.revision}"

    def entries(self, caller: Caller | None) -> Iterable[Entry]:
        return ReportedEntries(self._entries(), lambda: self.report)

    def close(self) -> None:
        self.closed = True

    def _entries(self) -> Iterator[Entry]:
        self.listings += 1
        self.on_listing()
        people = list(self.people)
        self.entries_gate.wait()
        if self.entries_error:
            raise self.entries_error
        yield from people


class RemoteListing(Listing):
    """A directory whose version is checked in the background only."""

    check_interval = 0.01


class FastListing(Listing):
    """A directory whose version never waits for another machine."""

    def is_version_blocking(self) -> bool:
        return False


class UserListing(Listing):
    """A directory in which each user sees their own name, unless their token has expired."""

    per_user = True

    def __init__(self, options: SourceOptions, environment: Environment) -> None:
        super().__init__(options, environment)
        self.callers: list[Caller] = []
        self.refused: set[str] = set()

    def version(self, caller: Caller | None) -> str:
        if caller is None or caller.token in self.refused:
            raise SourceUnavailable("nobody asks" if caller is None else f"{caller.token} has expired")
        return super().version(caller)

    def entries(self, caller: Caller | None) -> Iterable[Entry]:
        assert caller is not None
        self.callers.append(caller)
        return super().entries(caller)


ListingT = TypeVar("ListingT", bound=Listing)


def listing(kind: type[ListingT]) -> ListingT:
    """Return a directory with one person."""
    options = SourceOptions(name="people", searched_columns=("name",), first_matched_columns=("number",))
    return kind(options, Environment("source", "tenant", kind.Settings(), Path("unused")))


@contextmanager
def hanging(backend: Listing) -> Iterator[None]:
    """Block all listings until the end of the context."""
    backend.entries_gate.clear()
    yield
    backend.entries_gate.set()


def search(
    snapshot: Snapshot, term: str, timeout: float = TIMEOUT, caller: Caller | None = CALLER
) -> list[Entry]:
    return snapshot.ask(lambda reader: reader.search(term), caller, Deadline.after(timeout)) or []


def all_entries(snapshot: Snapshot, timeout: float = TIMEOUT, caller: Caller | None = CALLER) -> list[Entry]:
    return search(snapshot, "", timeout, caller)


def first_match(snapshot: Snapshot, exten: str) -> Entry | None:
    return snapshot.ask(lambda reader: reader.first_match(exten), CALLER, Deadline.after(TIMEOUT))
