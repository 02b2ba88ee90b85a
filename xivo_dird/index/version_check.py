"""Looks at a directory's version in a thread of its own, so that a look that hangs keeps nobody else waiting."""

import threading
import time
from queue import SimpleQueue

from xivo_dird.backend import Caller, SnapshotBackend, SourceOptions, SourceUnavailable
from xivo_dird.blocking import notify_blocking
from xivo_dird.threads.background import Background

MAX_CHECK_SECONDS = 0.5
"""Seconds that a question waits for a look; no question waits for one that has lasted longer."""


class VersionCheckLate(SourceUnavailable):
    """The asker could wait no longer for a look."""


class _Check:
    """What one asker waits for: the version as it is after it asked."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.version = ""
        self.error: Exception | None = None
        self.done = threading.Lock()
        self.done.acquire()


class VersionChecker:
    """Shared by threads. Those that ask while a look lasts share the next one: it shows what changed before.

    Bare locks and a queue: an `Event` or a `Future` would cost several times as much, and that at every lookup.
    """

    def __init__(self, backend: SnapshotBackend[SourceOptions]) -> None:
        """Start nothing; the first look starts the thread."""
        self._version = backend.version
        self._asked: SimpleQueue[_Check | None] = SimpleQueue()
        self._background = Background(f"version {backend.options.name}", self._run)
        self._began: float | None = None

    def version(self, caller: Caller, timeout: float) -> str:
        """Answer the version of this moment, within `timeout` seconds.

        Raises what the backend raises, `VersionCheckLate` after the timeout, and `SourceUnavailable` at once while a
        check hangs.
        """
        if not self._background.is_started:
            self._background.start()
        if self._hangs():
            raise SourceUnavailable("to look whether its data changed takes too long")
        look = _Check(caller)
        self._asked.put(look)
        notify_blocking()
        if not look.done.acquire(timeout=max(0.0, timeout)):
            raise VersionCheckLate("it is not known yet whether its data changed")
        if look.error is not None:
            raise look.error
        return look.version

    def close(self) -> None:
        """Let the thread go; one that hangs is not waited for."""
        self._asked.put(None)

    def _hangs(self) -> bool:
        began = self._began
        return began is not None and time.monotonic() - began > MAX_CHECK_SECONDS

    def _run(self) -> None:
        while True:
            asked = [self._asked.get()]
            while not self._asked.empty():
                asked.append(self._asked.get())
            looks = [look for look in asked if look is not None]
            if looks:
                self._look(looks)
            if len(looks) < len(asked):
                return

    def _look(self, looks: list[_Check]) -> None:
        version, error = "", None
        self._began = time.monotonic()
        try:
            version = self._version(looks[-1].caller)
        except Exception as raised:  # noqa: BLE001 - handed to the threads that wait
            error = raised
        except BaseException as raised:  # noqa: BLE001 - plugin border: it ends no thread of ours
            error = SourceUnavailable(f"to look whether its data changed raised {type(raised).__name__}")
        self._began = None
        for look in looks:
            look.version, look.error = version, error
            look.done.release()
