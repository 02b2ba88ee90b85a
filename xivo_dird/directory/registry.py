"""The registry of open sources: one `DirectorySource` per configured source, replaced when its source is edited."""

import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

from xivo_dird.blocking import notify_blocking
from xivo_dird.directory.opening import SourceOpener
from xivo_dird.directory.outcome import SourceReport
from xivo_dird.directory.source import DirectorySource, SourceLimits
from xivo_dird.exceptions import InvalidSource, describe_error
from xivo_dird.loader import run_with_timeout
from xivo_dird.prometheus import OutcomeCounter
from xivo_dird.sources.model import Source

RETIREMENT_SECONDS = 10.0
"""Seconds until a replaced or removed source is closed; requests that still use it have ended then."""


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
    ) -> None:
        """Create an empty registry.

        Args:
            opener: Opens the sources.
            limits: The limits of each source.
            count_for: Returns the function that counts the outcomes of a source, given the uuid of its tenant, its
                name and its backend.
        """
        self._opener = opener
        self._limits = limits
        self._count_for = count_for
        self._lock = threading.Lock()
        self._registered: dict[str, _Registered] = {}
        self._retired: dict[DirectorySource, threading.Timer] = {}

    def get(self, source: Source) -> DirectorySource:
        """Return the `DirectorySource` of `source`; if it was edited, replace it and close the old one later."""
        registered = self._registered.get(source.uuid)
        if registered is not None and registered.source is source:
            return registered.directory_source
        with self._lock:
            registered = self._registered.get(source.uuid)
            if registered is not None and registered.source == source:
                # the next call finds the source by identity, without the lock
                self._registered[source.uuid] = _Registered(source, registered.directory_source)
                return registered.directory_source
            directory_source = self._create(source)
            self._registered[source.uuid] = _Registered(source, directory_source)
            if registered is not None:
                self._retire(registered.directory_source)
            return directory_source

    def retain_only(self, sources: Iterable[Source]) -> None:
        """Remove every source that is not among `sources`."""
        retained = {source.uuid for source in sources}
        with self._lock:
            for uuid in [uuid for uuid in self._registered if uuid not in retained]:
                self._retire(self._registered.pop(uuid).directory_source)

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
        try:
            run_with_timeout(f"check {source.name}", lambda: self._opener.create_backend(source).close())
        except InvalidSource:
            raise
        except Exception as error:  # noqa: BLE001 - plugin boundary
            return describe_error(error)
        return None

    def close(self) -> None:
        """Close every source; lookups that wait for one end at once."""
        with self._lock:
            opened = [registered.directory_source for registered in self._registered.values()]
            for directory_source, timer in self._retired.items():
                timer.cancel()
                opened.append(directory_source)
            self._registered.clear()
            self._retired.clear()
        for directory_source in opened:
            directory_source.close()

    def _retire(self, directory_source: DirectorySource) -> None:
        timer = threading.Timer(RETIREMENT_SECONDS, self._close_retired, [directory_source])
        timer.daemon = True
        self._retired[directory_source] = timer
        timer.start()

    def _close_retired(self, directory_source: DirectorySource) -> None:
        with self._lock:
            self._retired.pop(directory_source, None)
        directory_source.close()

    def _create(self, source: Source) -> DirectorySource:
        identity = (source.tenant_uuid, source.name, source.backend)
        count = self._count_for(*identity) if self._count_for is not None else None
        return DirectorySource(
            source.name, source.backend, partial(self._opener.open, source), self._limits, count
        )
