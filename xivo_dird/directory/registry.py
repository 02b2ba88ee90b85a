"""The registry: one source at work per configured source, opened when first asked, replaced when edited."""

import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

from xivo_dird.directory.opening import SourceOpener
from xivo_dird.directory.outcome import SourceReport
from xivo_dird.directory.source import DirectorySource, SourceLimits
from xivo_dird.prometheus import Count
from xivo_dird.sources.model import Source

RETIREMENT_SECONDS = 10.0
"""How long a replaced or removed source goes on: by then nobody can be asking it any more."""


class _Entry(NamedTuple):
    source: Source
    live: DirectorySource


class Registry:
    """Keeps the sources at work of the process, by source uuid."""

    def __init__(
        self,
        opener: SourceOpener,
        limits: SourceLimits,
        count_for: Callable[[str, str, str], Count] | None = None,
    ) -> None:
        """Open nothing yet.

        Args:
            opener: Makes what each source asks.
            limits: What each source may use.
            count_for: Returns what counts the outcomes of a source: by its tenant's uuid, its name, its backend.
        """
        self._opener = opener
        self._limits = limits
        self._count_for = count_for
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}
        self._retired: dict[DirectorySource, threading.Timer] = {}

    def live(self, source: Source) -> DirectorySource:
        """Return the source at work of `source`; an edited one is replaced, the old one ends a little later."""
        entry = self._entries.get(source.uuid)
        if entry is not None and entry.source is source:
            return entry.live
        with self._lock:
            entry = self._entries.get(source.uuid)
            if entry is not None and entry.source == source:
                # the next one to ask is found by identity
                self._entries[source.uuid] = _Entry(source, entry.live)
                return entry.live
            live = self._make(source)
            self._entries[source.uuid] = _Entry(source, live)
            if entry is not None:
                self._retire(entry.live)
            return live

    def retain_only(self, sources: Iterable[Source]) -> None:
        """Let go of every source that is not among `sources`, the deleted ones."""
        wanted = {source.uuid for source in sources}
        with self._lock:
            for uuid in [uuid for uuid in self._entries if uuid not in wanted]:
                self._retire(self._entries.pop(uuid).live)

    def reports(self, tenant_uuid: str) -> dict[str, SourceReport]:
        """Return what each source of a tenant did lately, by source uuid."""
        entries = list(self._entries.values())
        return {
            entry.source.uuid: entry.live.report()
            for entry in entries
            if entry.source.tenant_uuid == tenant_uuid
        }

    def all_reports(self) -> list[tuple[Source, SourceReport]]:
        """Return what each source of every tenant did lately."""
        return [(entry.source, entry.live.report()) for entry in list(self._entries.values())]

    def check(self, source: Source) -> None:
        """Make the backend of `source` and close it again. Raises `InvalidSource` when its options can't work."""
        self._opener.make_backend(source).close()

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

    def _retire(self, live: DirectorySource) -> None:
        timer = threading.Timer(RETIREMENT_SECONDS, self._end, [live])
        timer.daemon = True
        self._retired[live] = timer
        timer.start()

    def _end(self, live: DirectorySource) -> None:
        with self._lock:
            self._retired.pop(live, None)
        live.close()

    def _make(self, source: Source) -> DirectorySource:
        identity = (source.tenant_uuid, source.name, source.backend)
        count = self._count_for(*identity) if self._count_for is not None else None
        return DirectorySource(
            source.name, source.backend, partial(self._opener.open, source), self._limits, count
        )
