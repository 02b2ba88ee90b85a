"""Reads a directory's version in a separate thread, so that a call that hangs blocks no request."""

import threading
import time
from queue import SimpleQueue

from xivo_dird.backend import Caller, SnapshotBackend, SourceOptions, SourceUnavailable
from xivo_dird.blocking import notify_blocking
from xivo_dird.threads.background import Background

MAX_CHECK_SECONDS = 0.5
"""Seconds that a question waits for a check; no question waits for a check that has lasted longer."""


class VersionCheckTimeout(SourceUnavailable):
    """A check took longer than a question could wait."""


class _Check:
    """One question's request for the version; the backend is called after the request is made."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.version = ""
        self.error: Exception | None = None
        self.done = threading.Lock()
        self.done.acquire()


class VersionChecker:
    """Reads versions for many threads. Requests made during a check share the next one, which sees later changes.

    Uses bare locks and a queue: an `Event` or a `Future` would cost several times as much, and this is part of every
    lookup.
    """

    def __init__(
        self, backend: SnapshotBackend[SourceOptions], max_check_seconds: float = MAX_CHECK_SECONDS
    ) -> None:
        """Start nothing yet; the first check starts the thread.

        Args:
            backend: Knows the version.
            max_check_seconds: Seconds after which a running check is considered hanging.
        """
        self._read_version = backend.version
        self._max_check_seconds = max_check_seconds
        self._queue: SimpleQueue[_Check | None] = SimpleQueue()
        self._background = Background(f"version {backend.options.name}", self._run)
        self._started_at: float | None = None

    def version(self, caller: Caller, timeout: float) -> str:
        """Return the current version.

        Args:
            caller: The caller on whose behalf the backend is called.
            timeout: Seconds to wait at most.

        Raises:
            VersionCheckTimeout: The version is unknown after `timeout`.
            SourceUnavailable: A check hangs (raised without waiting), or the backend raised an error that is not an
                `Exception`, such as `SystemExit`.
            Exception: Whatever the backend raises.
        """
        if not self._background.is_started:
            self._background.start()
        if self._is_hanging():
            raise SourceUnavailable("to look whether its data changed takes too long")
        check = _Check(caller)
        self._queue.put(check)
        notify_blocking()
        if not check.done.acquire(timeout=max(0.0, timeout)):
            raise VersionCheckTimeout("it is not known yet whether its data changed")
        if check.error is not None:
            raise check.error
        return check.version

    def close(self) -> None:
        """Stop the thread, without waiting for a check that hangs."""
        self._queue.put(None)

    def _is_hanging(self) -> bool:
        started_at = self._started_at
        return started_at is not None and time.monotonic() - started_at > self._max_check_seconds

    def _run(self) -> None:
        while True:
            items = [self._queue.get()]
            while not self._queue.empty():
                items.append(self._queue.get())
            checks = [item for item in items if item is not None]
            if checks:
                self._complete(checks)
            if len(checks) < len(items):
                return

    def _complete(self, checks: list[_Check]) -> None:
        """Read the version once, and complete all checks with it."""
        version, error = "", None
        self._started_at = time.monotonic()
        try:
            version = self._read_version(checks[-1].caller)
        except Exception as raised:  # noqa: BLE001 - raised again in the waiting threads
            error = raised
        except BaseException as raised:  # noqa: BLE001 - plugin boundary: a plugin must not end our thread
            error = SourceUnavailable(f"to look whether its data changed raised {type(raised).__name__}")
        self._started_at = None
        for check in checks:
            check.version, check.error = version, error
            check.done.release()
