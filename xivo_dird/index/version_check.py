"""Reads a directory's version in a separate thread, so that a call that hangs blocks no request."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from xivo_dird.backend import Caller, SourceUnavailable
from xivo_dird.blocking import notify_blocking
from xivo_dird.threads.tasks import TaskThreads

MAX_CHECK_SECONDS = 0.5
"""Seconds that a question waits for a check; no question waits for a check that has lasted longer."""


class VersionCheckTimeout(SourceUnavailable):
    """A check took longer than a question could wait."""


class _Check:
    """One question's request for the version; the backend is called after the request is made."""

    def __init__(self, caller: Caller | None) -> None:
        self.caller = caller
        self.version = ""
        self.error: Exception | None = None
        self.done = threading.Lock()
        self.done.acquire()


class VersionChecker:
    """Reads versions for many threads. Requests made during a check share the next one, which sees later changes.

    Uses bare locks: an `Event` or a `Future` would cost several times as much, and this is part of every lookup.
    """

    def __init__(
        self,
        read_version: Callable[[Caller | None], str],
        threads: TaskThreads,
        max_check_seconds: float = MAX_CHECK_SECONDS,
    ) -> None:
        """Start nothing yet.

        Args:
            read_version: Returns the version, given the caller on whose behalf it is read; may hang.
            threads: The threads for the checks; this object uses at most one of them at a time.
            max_check_seconds: Seconds after which a running check is considered hanging.
        """
        self._read_version = read_version
        self._threads = threads
        self._max_check_seconds = max_check_seconds
        self._lock = threading.Lock()
        self._waiting: list[_Check] = []
        self._is_queued = False
        self._started_at: float | None = None

    def version(self, caller: Caller | None, timeout: float) -> str:
        """Return the current version.

        Args:
            caller: The caller on whose behalf the backend is called, if it has an index per user.
            timeout: Seconds to wait at most.

        Raises:
            VersionCheckTimeout: The version is unknown after `timeout`.
            SourceUnavailable: A check hangs, or the source is being closed; raised without waiting.
            Exception: Whatever the backend raises.
        """
        if self._is_hanging():
            raise SourceUnavailable("to look whether its data changed takes too long")
        if self._threads.is_closed:
            raise SourceUnavailable("the source is being closed")
        check = _Check(caller)
        with self._lock:
            if not self._is_queued:
                self._threads.run(self._run)
                self._is_queued = True
            self._waiting.append(check)
        notify_blocking()
        if not check.done.acquire(timeout=max(0.0, timeout)):
            self._forget(check)
            raise VersionCheckTimeout("it is not known yet whether its data changed")
        if check.error is not None:
            raise check.error
        return check.version

    def _forget(self, check: _Check) -> None:
        """Remove a check that nobody waits for any more; its thread may never be free."""
        with self._lock, suppress(ValueError):  # it has been begun
            self._waiting.remove(check)

    def _is_hanging(self) -> bool:
        started_at = self._started_at
        return started_at is not None and time.monotonic() - started_at > self._max_check_seconds

    def _run(self) -> None:
        while checks := self._take_waiting():
            self._complete(checks)

    def _take_waiting(self) -> list[_Check]:
        with self._lock:
            checks, self._waiting = self._waiting, []
            self._is_queued = bool(checks)
            return checks

    def _complete(self, checks: list[_Check]) -> None:
        """Read the version once, and complete all checks with it."""
        version, error = "", None
        self._started_at = time.monotonic()
        try:
            version = self._read_version(checks[-1].caller)
        except Exception as raised:  # noqa: BLE001 - raised again in the waiting threads
            error = raised
        self._started_at = None
        for check in checks:
            check.version, check.error = version, error
            check.done.release()
