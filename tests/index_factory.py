"""Builds search indexes for tests, and opens snapshots."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

from xivo_dird.backend import Entry, SnapshotBackend, SourceOptions
from xivo_dird.index.directory_data import DirectoryData
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.format import IndexShape
from xivo_dird.index.limits import DEFAULT_INDEX_LIMITS, DEFAULT_LIMITS, IndexLimits, SnapshotLimits
from xivo_dird.index.reader import IndexReader
from xivo_dird.index.shared_folder import SharedFolder
from xivo_dird.index.snapshot import Snapshot
from xivo_dird.index.snapshot_threads import SnapshotThreads
from xivo_dird.threads.schedule import Schedule


@contextmanager
def index_factory(folder: Path) -> Iterator[Callable[[Sequence[Entry], IndexShape], IndexReader]]:
    """Yield a function that builds the index of entries below `folder`; close all indexes at the end."""
    numbers = count()

    def build(entries: Sequence[Entry], shape: IndexShape) -> IndexReader:
        files = IndexFiles(SharedFolder(folder / str(next(numbers))), shape, threading.Event())
        reader = files.open_or_build("1", lambda: entries)
        readers.callback(reader.close)
        return reader

    with ExitStack() as readers:
        yield build


class StandaloneSnapshot(Snapshot):
    """A snapshot with threads of its own; `close` closes these and the backend, too."""

    def __init__(
        self,
        backend: SnapshotBackend[SourceOptions],
        folder: Path,
        limits: SnapshotLimits = DEFAULT_LIMITS,
        index_limits: IndexLimits = DEFAULT_INDEX_LIMITS,
    ) -> None:
        self._own_backend = backend
        self.threads = SnapshotThreads.create(backend.options.name, Schedule("tested snapshot"))
        super().__init__(DirectoryData(backend), SharedFolder(folder), self.threads, limits, index_limits)

    def close(self) -> None:
        super().close()
        self.threads.close()
        self.threads.schedule.stop()
        self._own_backend.close()
