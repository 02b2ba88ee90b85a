"""The indexes of the users of one source, for a backend that is `per_user`."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from xivo_dird.backend import Caller, QuestionRefused, SourceUnavailable
from xivo_dird.index.directory_data import DirectoryData
from xivo_dird.index.limits import DEFAULT_INDEX_LIMITS, DEFAULT_LIMITS, IndexLimits, SnapshotLimits
from xivo_dird.index.reader import IndexReader
from xivo_dird.index.shared_folder import SharedFolder
from xivo_dird.index.snapshot import AnswerT, Snapshot
from xivo_dird.index.snapshot_threads import SnapshotThreads
from xivo_dird.index.state import SnapshotState, state_of_users
from xivo_dird.sync import user_folder
from xivo_dird.threads.deadline import Deadline

MAX_IDLE_SECONDS = 600.0
"""Seconds after its last question in which the index of a user stays open and current."""

SWEEP_SECONDS = 60.0
"""Seconds between two searches for indexes that nobody has used for long."""


class _User:
    """The index of one user, and who uses it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.in_use = 0
        self.used_at = time.monotonic()


class UserSnapshots:
    """An index per user. The least recently used ones are closed; their files are removed when they are old."""

    def __init__(
        self,
        data: DirectoryData,
        folder: SharedFolder,
        threads: SnapshotThreads,
        limits: SnapshotLimits = DEFAULT_LIMITS,
        index_limits: IndexLimits = DEFAULT_INDEX_LIMITS,
        max_idle_seconds: float = MAX_IDLE_SECONDS,
    ) -> None:
        """Open nothing yet.

        Args:
            data: The entries of every user.
            folder: The folder of the source; each user has a folder in it.
            threads: The threads of all indexes.
            limits: How long questions and retries wait.
            index_limits: The limits of the indexes.
            max_idle_seconds: Seconds after its last question in which an index stays open.
        """
        self._data = data
        self._folder = folder
        self._threads = threads
        self._limits = limits
        self._index_limits = index_limits
        self._max_idle_seconds = max_idle_seconds
        self._lock = threading.Lock()
        self._users: OrderedDict[Path, _User] = OrderedDict()
        self._is_retired = False
        self._is_sweep_scheduled = False

    def ask(
        self, read: Callable[[IndexReader], AnswerT], caller: Caller, deadline: Deadline
    ) -> AnswerT | None:
        """Return what `read` finds in the index of the caller, None while the directory is missing.

        Raises:
            QuestionRefused: The caller has no user.
            SourceUnavailable: There are no data at the deadline, or the source was edited or removed.
            Exception: Whatever `read` raises.
        """
        with self._snapshot_of(caller) as snapshot:
            return snapshot.ask(read, caller, deadline)

    def state(self) -> SnapshotState:
        """Return the state of all open indexes together."""
        with self._lock:
            snapshots = [user.snapshot for user in self._users.values()]
        return state_of_users([snapshot.state() for snapshot in snapshots])

    def retire(self) -> None:
        """Open no further index, and stop refreshing; what is loaded can still be read."""
        with self._lock:
            self._is_retired = True
            users = list(self._users.values())
        for user in users:
            user.snapshot.retire()

    def close(self) -> None:
        """Close all indexes, without waiting for calls that hang."""
        self.retire()
        with self._lock:
            users = list(self._users.values())
            self._users.clear()
        for user in users:
            user.snapshot.close()

    @contextmanager
    def _snapshot_of(self, caller: Caller) -> Iterator[Snapshot]:
        """Yield the index of the caller, which stays open during the context.

        Raises:
            QuestionRefused: The caller has no user.
            SourceUnavailable: The source was edited or removed.
            Exception: Whatever the backend raises if the caller may not read the entries of the user.
        """
        if not caller.user_uuid:
            raise QuestionRefused("each user has entries of their own here, and the token has no user")
        if caller.is_other_user:
            self._data.authorize(caller)
        path = user_folder(self._folder.path, caller.tenant_uuid, caller.user_uuid)
        with self._lock:
            user = self._users.get(path) or self._open(path)
            self._users.move_to_end(path)
            user.in_use += 1
            surplus = self._remove_unused(len(self._users) - self._index_limits.max_open_users)
        for closed in surplus:
            closed.snapshot.close()
        try:
            yield user.snapshot
        finally:
            with self._lock:
                user.in_use -= 1
                user.used_at = time.monotonic()

    def _open(self, path: Path) -> _User:
        if self._is_retired:
            raise SourceUnavailable("the source was edited or removed")
        folder = SharedFolder(path, parent=self._folder)
        user = _User(Snapshot(self._data, folder, self._threads, self._limits, self._index_limits))
        self._users[path] = user
        if not self._is_sweep_scheduled:
            self._schedule_sweep()
        return user

    def _remove_unused(self, count: int, used_before: float = float("inf")) -> list[_User]:
        """Remove the `count` least recently used indexes of which no question is in progress; return them."""
        unused = [
            path for path, user in self._users.items() if not user.in_use and user.used_at < used_before
        ]
        return [self._users.pop(path) for path in unused[: max(0, count)]]

    def _schedule_sweep(self) -> None:
        self._is_sweep_scheduled = True
        self._threads.schedule.call_after(min(SWEEP_SECONDS, self._max_idle_seconds), self._sweep)

    def _sweep(self) -> None:
        """Close the indexes that nobody has used for long, so that nobody's data are read for nothing."""
        with self._lock:
            removed = self._remove_unused(len(self._users), time.monotonic() - self._max_idle_seconds)
            self._is_sweep_scheduled = False
            if self._users and not self._is_retired:
                self._schedule_sweep()
        for user in removed:
            user.snapshot.close()
