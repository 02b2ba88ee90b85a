"""Closes sources that were replaced or removed, without a thread for each of them, whatever their backends do."""

import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from xivo_dird.directory.source import DirectorySource
from xivo_dird.exceptions import SourceUnavailable, describe_error
from xivo_dird.threads.deadline import Deadline
from xivo_dird.threads.schedule import Schedule, ScheduledCall
from xivo_dird.threads.tasks import TaskThreads

logger = logging.getLogger(__name__)

GRACE_SECONDS = 2.0
"""Seconds until a source is closed that nobody uses; a request that has got it before has asked it by then."""

MAX_GRACE_SECONDS = 10.0
"""Seconds until a source is closed that still works; requests that still use it have ended then."""

MAX_OPEN = 4
"""Maximum number of retired instances of a source that are kept open although nobody uses them."""

MAX_BUSY = 8
"""Maximum number of retired instances of a source that hang; until one of them ends, the source is not opened again."""

MAX_RETIRED = 64
"""The same for all retired instances of a source, also those that wait to be closed."""

TEND_SECONDS = 0.25
"""Seconds between two looks at retired instances, while there are any."""


@dataclass
class _Retired:
    """A retired instance: open, then being closed, then removed when its last thread has ended."""

    configuration: object
    instance: DirectorySource
    grace: Deadline
    max_grace: Deadline
    is_closing: bool = False
    is_closed: bool = False

    @property
    def has_ended(self) -> bool:
        """Return True if it is closed and nothing runs or hangs any more."""
        return self.is_closed and not self.instance.is_busy


class Retirement:
    """The retired instances of all sources."""

    def __init__(
        self,
        schedule: Schedule,
        on_ended: Callable[[str], None],
        grace_seconds: float = GRACE_SECONDS,
        max_grace_seconds: float = MAX_GRACE_SECONDS,
    ) -> None:
        """Create an empty retirement.

        Args:
            schedule: Calls when something is due.
            on_ended: Called with the uuid of a source when its last retired instance has ended; must be quick.
            grace_seconds: Seconds until a source is closed that nobody uses.
            max_grace_seconds: Seconds until a source is closed that still works.
        """
        self._grace_seconds = grace_seconds
        self._max_grace_seconds = max_grace_seconds
        self._schedule = schedule
        self._on_ended = on_ended
        self._lock = threading.Lock()
        self._retired: dict[str, list[_Retired]] = {}
        self._closers: dict[str, TaskThreads] = {}
        self._next: ScheduledCall | None = None

    def add(self, source_uuid: str, configuration: object, instance: DirectorySource) -> None:
        """Close an instance of a source soon; until then it still answers, and `find` finds its configuration."""
        instance.retire()
        grace, max_grace = Deadline.after(self._grace_seconds), Deadline.after(self._max_grace_seconds)
        retired = _Retired(configuration, instance, grace, max_grace)
        with self._lock:
            self._retired.setdefault(source_uuid, []).append(retired)
            if len(self._retired[source_uuid]) > MAX_OPEN:
                self._tend_after(0.0)
            elif self._next is None:
                self._tend_after(TEND_SECONDS)

    def find(self, source_uuid: str, configuration: object) -> DirectorySource | None:
        """Return a retired instance of a source that still answers and has exactly this configuration.

        It has another grace, and is the last one to be closed if there are too many.
        """
        with self._lock:
            found = self._retired.get(source_uuid, [])
            for retired in found:
                is_wanted = not retired.is_closing and retired.configuration == configuration
                if is_wanted and retired.instance.still_answers:
                    retired.grace = Deadline.after(self._grace_seconds)
                    found.remove(retired)
                    found.append(retired)
                    return retired.instance
        return None

    def is_busy(self, source_uuid: str) -> bool:
        """Return whether a retired instance of a source still works or hangs."""
        with self._lock:
            return any(retired.instance.is_busy for retired in self._retired.get(source_uuid, ()))

    def is_full(self, source_uuid: str) -> bool:
        """Return whether too many retired instances of a source hang, or wait to be closed."""
        with self._lock:
            found = self._retired.get(source_uuid, ())
            return len(found) >= MAX_RETIRED or sum(one.instance.is_busy for one in found) >= MAX_BUSY

    def stop(self) -> list[DirectorySource]:
        """End all waiting calls of the retired instances; return those that are to be closed."""
        with self._lock:
            found = [retired for all_ in self._retired.values() for retired in all_ if not retired.is_closing]
            self._retired.clear()
            for closer in self._closers.values():
                closer.end_idle()
        for retired in found:
            retired.instance.stop()
        return [retired.instance for retired in found]

    def _tend_after(self, seconds: float) -> None:
        if self._next is not None:
            self._next.cancel()
        self._next = self._schedule.call_after(seconds, self._tend)

    def _tend(self) -> None:
        """Close what is due and forget what has ended, without waiting for anything."""
        with self._lock:
            self._next = None
            for source_uuid, found in self._retired.items():
                for retired in _due(found):
                    self._start_closing(source_uuid, retired)
            ended = self._remove_ended()
            if self._retired:
                self._tend_after(TEND_SECONDS)
        for source_uuid in ended:
            self._on_ended(source_uuid)

    def _start_closing(self, source_uuid: str, retired: _Retired) -> None:
        """Close an instance in the one thread that closes instances of its source; a close may hang."""
        closer = self._closers.setdefault(source_uuid, TaskThreads(f"close {retired.instance.name}", 1))
        with suppress(SourceUnavailable):  # no thread can be started
            closer.run(lambda: self._close(source_uuid, retired))
            retired.is_closing = True

    def _close(self, source_uuid: str, retired: _Retired) -> None:
        close_logging_errors(retired.instance)
        retired.is_closed = True
        with self._lock:
            if all(other.has_ended for other in self._retired.get(source_uuid, ())):
                self._tend_after(0.0)  # not only at the next look

    def _remove_ended(self) -> list[str]:
        """Remove the instances that have ended; return the sources of which none is left."""
        for source_uuid, found in self._retired.items():
            self._retired[source_uuid] = [retired for retired in found if not retired.has_ended]
        ended = [source_uuid for source_uuid, found in self._retired.items() if not found]
        for source_uuid in ended:
            del self._retired[source_uuid]
            self._closers.pop(source_uuid).end_idle()
        return ended


def close_logging_errors(instance: DirectorySource) -> None:
    """Close an instance of a source; log what its backend raises."""
    try:
        instance.close()
    except Exception as error:  # noqa: BLE001 - plugin boundary: it is closed, whatever the backend says
        logger.warning("Source %r: closing its backend failed: %s", instance.name, describe_error(error))


def _due(retired: Iterable[_Retired]) -> list[_Retired]:
    """Return the instances of a source that are to be closed now: the first ones if there are too many."""
    still_open = [instance for instance in retired if not instance.is_closing]
    surplus = len(still_open) - MAX_OPEN
    return [
        one
        for position, one in enumerate(still_open)
        if one.max_grace.is_expired
        or (not one.instance.is_busy and (position < surplus or one.grace.is_expired))
    ]
