"""The registry: one live source per source, opened when first asked, replaced when edited."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from xivo_dird.backend import (
    Backend,
    BackendSettings,
    CachedOptions,
    Environment,
    QueryBackend,
    SnapshotBackend,
    SourceOptions,
    StoredContacts,
)
from xivo_dird.directory.answer_cache import CachedDirectory
from xivo_dird.directory.contact import ContactFormat
from xivo_dird.directory.opening import Opened, Opening, QueryDirectory
from xivo_dird.directory.outcome import SourceReport
from xivo_dird.directory.question import Directory
from xivo_dird.directory.source import LiveSource, SourceLimits
from xivo_dird.exceptions import InvalidSource
from xivo_dird.index.snapshot import Snapshot
from xivo_dird.prometheus import Count
from xivo_dird.sources.model import Source

BackendClass = type[Backend[SourceOptions]]

RETIREMENT_SECONDS = 10.0
NO_CONTACTS = StoredContacts()


@dataclass(frozen=True)
class InstalledBackend:
    """A backend that sources can use, with the settings that the administrator gave it."""

    backend: BackendClass
    settings: BackendSettings


class _Entry(NamedTuple):
    source: Source
    live: LiveSource


class Registry:
    """Keeps the live sources of the process, by source uuid."""

    def __init__(
        self,
        backends: Mapping[str, InstalledBackend],
        limits: SourceLimits,
        state_directory: Path,
        contacts: StoredContacts = NO_CONTACTS,
        country_of: Callable[[str], str | None] = lambda _tenant_uuid: None,
        count_for: Callable[[str, str, str], Count] | None = None,
    ) -> None:
        """`state_directory` is where snapshots are kept over a restart, `contacts` are what backends may show.

        `country_of` answers the country of a tenant, from memory: it is asked with every number.
        `count_for` answers what counts the outcomes of a source: its tenant's uuid, its name, its backend.
        """
        self._count_for = count_for
        self._backends = backends
        self._limits = limits
        self._state_directory = state_directory
        self._contacts = contacts
        self._country_of = country_of
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}
        self._retired: dict[LiveSource, threading.Timer] = {}

    def live(self, source: Source) -> LiveSource:
        """Answer the live source of `source`; an edited one is replaced, the old one ends a little later."""
        entry = self._entries.get(source.uuid)
        if entry is not None and (entry.source is source or entry.source == source):
            return entry.live
        with self._lock:
            entry = self._entries.get(source.uuid)
            if entry is not None and entry.source == source:
                return entry.live
            live = self._make(source)
            self._entries[source.uuid] = _Entry(source, live)
            if entry is not None:
                self._retire(entry.live)
            return live

    def keep_only(self, sources: Iterable[Source]) -> None:
        """Let go of every source that is not among `sources`, the deleted ones."""
        wanted = {source.uuid for source in sources}
        with self._lock:
            for uuid in [uuid for uuid in self._entries if uuid not in wanted]:
                self._retire(self._entries.pop(uuid).live)

    def reports(self, tenant_uuid: str) -> dict[str, SourceReport]:
        """Tell what each source of a tenant did lately, by source uuid."""
        entries = list(self._entries.values())
        return {
            entry.source.uuid: entry.live.report()
            for entry in entries
            if entry.source.tenant_uuid == tenant_uuid
        }

    def every_report(self) -> list[tuple[Source, SourceReport]]:
        """Tell what each source of every tenant did lately."""
        return [(entry.source, entry.live.report()) for entry in list(self._entries.values())]

    def close(self) -> None:
        """Close every source; lookups that wait for one end at once."""
        with self._lock:
            lives = [entry.live for entry in self._entries.values()]
            for live, timer in self._retired.items():
                timer.cancel()
                lives.append(live)
            self._entries.clear()
            self._retired.clear()
        for live in lives:
            live.close()

    def _retire(self, live: LiveSource) -> None:
        timer = threading.Timer(RETIREMENT_SECONDS, self._end, [live])
        timer.daemon = True
        self._retired[live] = timer
        timer.start()

    def _end(self, live: LiveSource) -> None:
        with self._lock:
            self._retired.pop(live, None)
        live.close()

    def check(self, source: Source) -> None:
        """Make the backend of `source` and close it again. Raises `InvalidSource` when its options can't work."""
        self._backend(source).close()

    def _make(self, source: Source) -> LiveSource:
        opening = Opening(lambda: self._open(source))
        identity = (source.tenant_uuid, source.name, source.backend)
        count = self._count_for(*identity) if self._count_for is not None else None
        return LiveSource(source.name, source.backend, opening, self._limits, count)

    def _backend(self, source: Source) -> Backend[SourceOptions]:
        installed = self._backends.get(source.backend)
        if installed is None:
            raise InvalidSource(f"no backend {source.backend!r} is installed and enabled")
        options = _options(installed.backend, source)
        environment = Environment(
            source.uuid,
            source.tenant_uuid,
            installed.settings,
            self._folder(source),
            self._contacts,
            lambda: self._country_of(source.tenant_uuid),
        )
        return installed.backend(options, environment)

    def _folder(self, source: Source) -> Path:
        return self._state_directory / source.uuid

    def _open(self, source: Source) -> Opened:
        backend = self._backend(source)
        columns = backend.options.format_columns
        contact_format = ContactFormat(
            source.name, source.backend, backend.unique_column, columns, backend.is_personal
        )
        if isinstance(backend, QueryBackend):
            waits = backend.waits
            directory = _cached(QueryDirectory(backend), backend.options, backend.same_for_all)
            return Opened(directory, contact_format, lambda: waits, lambda: None, backend.close)
        if isinstance(backend, SnapshotBackend):
            return _opened_snapshot(Snapshot(backend, self._folder(source)), contact_format)
        raise InvalidSource(f"the backend {source.backend!r} is neither a SnapshotBackend nor a QueryBackend")


def _cached(directory: Directory, options: SourceOptions, same_for_all: bool) -> Directory:
    """Have the answers kept where the source wants that."""
    if isinstance(options, CachedOptions) and (options.cache_seconds or options.cache_nothing_seconds):
        return CachedDirectory(directory, options, same_for_all=same_for_all)
    return directory


def _opened_snapshot(snapshot: Snapshot[SourceOptions], contact_format: ContactFormat) -> Opened:
    snapshot.warm()
    return Opened(snapshot, contact_format, lambda: not snapshot.ready, snapshot.state, snapshot.close)


def _options(backend: BackendClass, source: Source) -> SourceOptions:
    try:
        return backend.Options.model_validate({**source.options, "name": source.name})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise InvalidSource(f"option {key}: {first['msg']}") from error
