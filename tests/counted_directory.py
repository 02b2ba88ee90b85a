"""A directory of any size that can also be created in another process; its entries say which process listed them."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from waiting import wait_until
from xivo_dird.backend import (
    BackendSettings,
    Caller,
    Entry,
    Environment,
    SnapshotBackend,
    SourceDataMissing,
    SourceOptions,
    SyncPage,
    SyncState,
    Throttled,
)

logger = logging.getLogger(__name__)


class CountedOptions(SourceOptions):
    """The options of the directory.

    Attributes:
        count: The number of entries.
        is_copied: Whether they are copied; then a run that is not full changes the first one.
        gate: A file for whose removal the list waits.
        error: How the list fails after its last entry: `missing`, `throttled`, `killed`, `hangs` or `bug`.
        printed: A text that is printed after the last entry.
        logs_lock: Whether a record with a lock, which can't be pickled, is logged after the last entry.
    """

    count: int
    is_copied: bool = False
    gate: str | None = None
    error: str | None = None
    printed: str = ""
    logs_lock: bool = False


class CountedDirectory(SnapshotBackend[CountedOptions]):
    """Lists as many entries as its options say."""

    Options = CountedOptions
    unique_column = "id"

    def version(self, caller: Caller | None) -> str:
        return str(self.options.count)

    def entries(self, caller: Caller | None) -> Iterable[Entry]:
        gate = self.options.gate
        if gate is not None:
            wait_until(lambda: not Path(gate).exists())
        if self.options.is_copied:
            return SyncState(self.environment.state_directory, "").synchronized(self._pages)
        return self._all()

    def _all(self) -> Iterator[Entry]:
        yield from map(_entry, range(self.options.count))
        sys.stdout.write(self.options.printed)
        if self.options.logs_lock:
            logger.warning("locked", extra={"lock": threading.Lock()})
        match self.options.error:
            case "missing":
                raise SourceDataMissing("the directory is gone")
            case "throttled":
                client = self.environment.outgoing.http_client({"url": "http://127.0.0.1/"})
                client.throttle.pause(1234.0)
                raise Throttled("slow down")
            case "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            case "hangs":
                threading.Event().wait()
            case "bug":
                raise ZeroDivisionError("a bug")

    def _pages(self, cursor: str | None) -> Iterator[SyncPage]:
        numbers = range(self.options.count) if cursor is None else range(1)
        yield SyncPage([(str(number), _entry(number)) for number in numbers], "cursor")


def _entry(number: int) -> Entry:
    return {"id": str(number), "name": f"Ada {number}", "pid": os.getpid()}


def new_directory(options: CountedOptions, folder: Path) -> CountedDirectory:
    """Return the directory, whose copy is in this folder."""
    return CountedDirectory(options, Environment("source", "tenant", BackendSettings(), folder))
