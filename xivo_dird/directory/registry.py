"""The registry of open sources: one `DirectorySource` per configured source, replaced when its source is edited."""

import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from xivo_dird.blocking import notify_blocking
from xivo_dird.directory.opening import OpenedSource, SourceOpener
from xivo_dird.directory.outcome import SourceReport
from xivo_dird.directory.retirement import GRACE_SECONDS, Retirement, close_logging_errors
from xivo_dird.directory.source import DirectorySource
from xivo_dird.directory.source_calls import SourceLimits
from xivo_dird.exceptions import InvalidSource, PluginBoundary, SourceUnavailable, describe_error
from xivo_dird.loader import PLUGIN_TIMEOUT_SECONDS
from xivo_dird.prometheus import OutcomeCounter
from xivo_dird.sources.model import Source
from xivo_dird.threads.bulkhead import Bulkhead
from xivo_dird.threads.deadline import Deadline
from xivo_dird.threads.schedule import Schedule
from xivo_dird.threads.tasks import TaskThreads

MAX_CHECKS_AT_ONCE = 4
"""Maximum number of sources of a backend that are checked at the same time, before they are stored."""

MAX_QUEUED_CHECKS = 64
"""Maximum number of sources of a backend that wait to be checked."""

MAX_CLOSING = 16
"""Maximum number of sources that are closed at the same time when all are."""

CLOSE_SECONDS = 2.0
"""Seconds that `close` waits for all backends together."""

CLEAN_SECONDS = 300.0
"""Seconds between two searches for folders that are no longer needed."""


class _Registered(NamedTuple):
    source: Source
    directory_source: DirectorySource


class Registry:
    """The open sources of the process, by source uuid."""

    def __init__(
        self,
        opener: SourceOpener,
        limits: SourceLimits,
        count_for: Callable[[str, str, str], OutcomeCounter] | None = None,
        max_check_seconds: float = PLUGIN_TIMEOUT_SECONDS,
        grace_seconds: float = GRACE_SECONDS,
        clean_seconds: float = CLEAN_SECONDS,
    ) -> None:
        """Create an empty registry.

        Args:
            opener: Opens the sources.
            limits: The limits of each source.
            count_for: Returns the function that counts the outcomes of a source, given the uuid of its tenant, its
                name and its backend.
            max_check_seconds: Seconds that `check` waits for a backend.
            grace_seconds: Seconds until a replaced or removed source is closed that nobody uses.
            clean_seconds: Seconds between two searches for folders that are no longer needed.
        """
        self._opener = opener
        self._limits = limits
        self._count_for = count_for
        self._max_check_seconds = max_check_seconds
        self._clean_seconds = clean_seconds
        self._lock = threading.Lock()
        self._registered: dict[str, _Registered] = {}
        self._existing: frozenset[str] | None = None
        self._is_closed = False
        self._checks: dict[str, Bulkhead[str]] = {}
        self._schedule = Schedule("sources")
        self._retirement = Retirement(self._schedule, self._handle_end, grace_seconds)
        self._cleaning = TaskThreads("index cleanup", 1)

    def get(self, source: Source) -> DirectorySource:
        """Return the `DirectorySource` of `source`; if it was edited, replace it and close the old one later.

        A request that began before the edit gets the old one.
        """
        known = self._registered.get(source.uuid)
        if known is not None and known.source is source:  # fast path
            return known.directory_source
        with self._lock:
            registered = self._registered.get(source.uuid)
            if registered is not None and registered.source == source:
                # the next call finds the source by identity, without the lock
                self._registered[source.uuid] = _Registered(source, registered.directory_source)
                return registered.directory_source
            return self._retirement.find(source.uuid, source) or self._replace(source)

    def update(self, sources: Collection[Source], is_current: Callable[[], bool] = lambda: True) -> None:
        """Close what is not among `sources`, start opening new and edited ones, and clean the folder of the indexes.

        Args:
            sources: All sources of the database.
            is_current: Returns False if a source may have been edited since they were read: then nothing is done, for
                a request may have opened the edited one.
        """
        existing = frozenset(source.uuid for source in sources)
        with self._lock:
            if self._is_closed or not is_current():
                return
            for uuid in self._registered.keys() - existing:
                self._retirement.add(uuid, *self._registered.pop(uuid))
            for source in sources:
                registered = self._registered.get(source.uuid)
                if registered is None or registered.source != source:
                    self._replace(source)
            is_first, self._existing = self._existing is None, existing
        for source in sources:
            self._warm(source.uuid)
        if is_first:
            self._clean()

    def reports(self, tenant_uuid: str) -> dict[str, SourceReport]:
        """Return the recent state of each source of a tenant, by source uuid."""
        return {
            registered.source.uuid: registered.directory_source.report()
            for registered in list(self._registered.values())
            if registered.source.tenant_uuid == tenant_uuid
        }

    def all_reports(self) -> list[tuple[Source, SourceReport]]:
        """Return the recent state of each source of every tenant."""
        return [
            (registered.source, registered.directory_source.report())
            for registered in list(self._registered.values())
        ]

    def check(self, source: Source) -> str | None:
        """Create the backend instance of `source` and close it again.

        Returns:
            Why it can't be created at present, which may be temporary; None if it can.

        Raises:
            InvalidSource: The options are invalid, or the backend is not installed and enabled.
        """
        notify_blocking()
        with self._lock:
            bulkhead = self._checks.setdefault(
                source.backend, Bulkhead(f"check {source.backend}", MAX_CHECKS_AT_ONCE, MAX_QUEUED_CHECKS)
            )
        try:
            call = bulkhead.submit(object(), lambda: self._create_and_close(source))
            return call.future.result(self._max_check_seconds) or None
        except SourceUnavailable as error:  # all threads hang in earlier checks
            return f"it can't be checked: {error}"
        except TimeoutError:
            call.release()
            return f"check {source.name} did not end within {self._max_check_seconds:g} s"

    def close(self) -> None:
        """Close every source; lookups that wait for one end at once. A backend that hangs costs `CLOSE_SECONDS`."""
        with self._lock:
            opened = [registered.directory_source for registered in self._registered.values()]
            self._registered.clear()
            self._is_closed = True
            checks = list(self._checks.values())
        opened += self._retirement.stop()
        self._schedule.stop()
        self._cleaning.close()
        for bulkhead in checks:
            bulkhead.close()
        for directory_source in opened:
            directory_source.stop()
        _close_all(opened)

    def index_bytes(self) -> int:
        """Return the size of all index files on the disk, a few seconds old."""
        return self._opener.folders.byte_count()

    def _replace(self, source: Source) -> DirectorySource:
        """Register a new instance of a source, and retire the old one; nothing is opened yet."""
        registered = self._registered.get(source.uuid)
        directory_source = self._create(source)
        self._registered[source.uuid] = _Registered(source, directory_source)
        if registered is not None:
            self._retirement.add(source.uuid, *registered)
        return directory_source

    def _warm(self, source_uuid: str) -> None:
        """Start opening a source, unless earlier instances of it still work: only the last of many edits is opened."""
        registered = self._registered.get(source_uuid)
        if registered is not None and not self._retirement.is_busy(source_uuid):
            registered.directory_source.warm()

    def _handle_end(self, source_uuid: str) -> None:
        """Open the source now, whose earlier instances have ended; if it was removed, remove its folder."""
        self._warm(source_uuid)
        if self._existing is not None and source_uuid not in self._existing:
            with suppress(SourceUnavailable):  # the registry is being closed
                self._cleaning.run(lambda: self._opener.folders.remove(source_uuid))

    def _clean(self) -> None:
        """Remove what is no longer needed from the disk, now and from time to time."""
        with suppress(SourceUnavailable):  # the registry is being closed
            self._cleaning.run(lambda: self._opener.folders.clean(self._needed_uuids()))
        self._schedule.call_after(self._clean_seconds, self._clean)

    def _needed_uuids(self) -> set[str]:
        with self._lock:
            return {*(self._existing or ()), *self._registered}

    def _open(self, source: Source) -> OpenedSource:
        if self._is_closed:
            raise SourceUnavailable("the source is being closed")
        if self._retirement.is_full(source.uuid):
            raise SourceUnavailable("too many earlier versions of it have not ended yet")
        return self._opener.open(source, self._schedule)

    def _create_and_close(self, source: Source) -> str:
        """Create the backend instance of a source and close it; return why that fails, "" if it works.

        Raises:
            InvalidSource: The source can't work.
        """
        try:
            with PluginBoundary(f"check {source.name}"):
                self._opener.create_backend(source).close()
        except InvalidSource:
            raise
        except Exception as error:  # noqa: BLE001 - plugin boundary: it may be temporary
            return describe_error(error)
        return ""

    def _create(self, source: Source) -> DirectorySource:
        identity = (source.tenant_uuid, source.name, source.backend)
        count = self._count_for(*identity) if self._count_for is not None else None
        return DirectorySource(source.name, source.backend, partial(self._open, source), self._limits, count)


def _close_all(opened: Sequence[DirectorySource]) -> None:
    """Close instances that are stopped, and wait `CLOSE_SECONDS` for all of them: a backend may hang."""
    threads, deadline = TaskThreads("close sources", MAX_CLOSING), Deadline.after(CLOSE_SECONDS)
    done = threading.Semaphore(0)

    def close(instance: DirectorySource) -> None:
        close_logging_errors(instance)
        done.release()

    with suppress(SourceUnavailable):  # no thread can be started
        for instance in opened:
            threads.run(partial(close, instance))
        for _ in opened:
            done.acquire(timeout=deadline.remaining())
    threads.end_idle()
