"""The orders of the entries of the indexes of one source: each is a file, built when it is first wanted.

An order is removed with its index. A large one is built in a process of its own.
"""

import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from filelock import Timeout

from xivo_dird.backend import SourceUnavailable
from xivo_dird.index.build_process import BuildProcess, NoProcess
from xivo_dird.index.build_request import OrderRequest
from xivo_dird.index.limits import IndexLimits
from xivo_dird.index.open_file import PASSING_CODES, PRIMARY_CODE, IndexLost
from xivo_dird.index.order_builder import build_order
from xivo_dird.index.order_file import OrderFile
from xivo_dird.index.order_format import EntryKeys
from xivo_dird.index.order_names import (
    new_part,
    order_lock,
    order_path,
    remove_least_used,
    remove_parts,
    staging_file,
)
from xivo_dird.index.reader import IndexReader
from xivo_dird.sync import MAX_SMALL_ENTRIES
from xivo_dird.threads.deadline import Deadline, DeadlinePassed

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
"""Maximum number of times that an order is read while it turns out to be damaged or removed."""

ReadT = TypeVar("ReadT")


class IndexOrders:
    """The orders of one source, shared by threads."""

    def __init__(self, limits: IndexLimits, max_small_entries: int = MAX_SMALL_ENTRIES) -> None:
        """Build nothing yet.

        Args:
            limits: The limits of an order, which are those of an index.
            max_small_entries: Maximum number of entries of an order that is built in the calling thread.
        """
        self._limits = limits
        self._max_small_entries = max_small_entries
        self._lock = threading.Lock()
        self._processes: set[BuildProcess] = set()
        self._closing = threading.Event()

    def read(
        self, reader: IndexReader, keys: EntryKeys, read: Callable[[OrderFile], ReadT], deadline: Deadline
    ) -> ReadT:
        """Return what `read` finds in an order of the entries of an index; build it first if it is missing.

        A build that has begun goes on after the deadline of those who wait for it.

        Raises:
            DeadlinePassed: Another thread or process has not finished building it at the deadline.
            IndexLost: The index was removed, since there is a newer one.
            IndexUnreadable: The index can't be read, perhaps since it is damaged.
            SourceUnavailable: The order can't be built, is damaged again and again, or can't be read at present.
        """
        path = order_path(reader.file.path, keys)
        for _ in range(MAX_ATTEMPTS):
            if not path.exists():
                self._build(path, reader, keys, deadline)
            try:
                found = read(OrderFile(path))
            except sqlite3.Error as error:
                _discard(path, error)
                continue
            with suppress(OSError):  # it may be gone
                os.utime(path)
            return found
        raise SourceUnavailable("the order of its entries is damaged again and again")

    def close(self) -> None:
        """End all builds, and let no other one begin."""
        self._closing.set()
        with self._lock:
            processes = list(self._processes)
        for process in processes:
            process.abort()

    def _build(self, path: Path, reader: IndexReader, keys: EntryKeys, deadline: Deadline) -> None:
        """Build an order unless it was built meanwhile."""
        _check_index(reader)
        try:
            with self._locked(path.parent, deadline):
                if not path.exists():
                    self._write(path, reader, keys)
                    remove_least_used(path)
        except OSError as error:
            raise SourceUnavailable(
                f"can't write the order of its entries in {path.parent}: {error}"
            ) from error

    def _write(self, path: Path, reader: IndexReader, keys: EntryKeys) -> None:
        remove_parts(path.parent)
        part = new_part(path)
        request = OrderRequest(reader.file.path, part, keys, self._limits)
        try:
            if not (reader.facts.entries > self._max_small_entries and self._has_built_in_process(request)):
                build_order(request, self._closing.is_set)
            part.rename(path)
        except SourceUnavailable:
            _check_index(reader)
            raise
        finally:
            for file in (part, staging_file(part)):
                file.unlink(missing_ok=True)
        try:
            _check_index(reader)
        except IndexLost:
            path.unlink(missing_ok=True)  # it may have been missed when the index was removed
            raise

    def _has_built_in_process(self, request: OrderRequest) -> bool:
        """Build an order in a new process; return False if it has to be built here."""
        try:
            with self._process() as process, process.built(request):
                return True
        except NoProcess as error:
            logger.warning("%s is sorted in the process that answers: %s", request.index, error)
            return False

    @contextmanager
    def _process(self) -> Iterator[BuildProcess]:
        """Yield a process that `close` ends. Those of several users may build at the same time."""
        process = BuildProcess()
        with self._lock:
            self._processes.add(process)
        if self._closing.is_set():
            process.abort()
        try:
            yield process
        finally:
            with self._lock:
                self._processes.discard(process)

    @contextmanager
    def _locked(self, folder: Path, deadline: Deadline) -> Iterator[None]:
        """Hold the lock for building orders in a folder."""
        lock = order_lock(folder)
        try:
            lock.acquire(timeout=deadline.remaining(), cancel_check=self._closing.is_set)
        except Timeout as error:
            raise DeadlinePassed("its entries are still being sorted") from error
        try:
            yield
        finally:
            lock.release()


def _check_index(reader: IndexReader) -> None:
    """Raise `IndexLost` if the file of an index is no longer at its path: its orders are removed with it."""
    if not reader.file.is_at_path():
        raise IndexLost("the index was removed while its entries were sorted")


def _discard(path: Path, error: sqlite3.Error) -> None:
    """Remove a damaged order.

    Raises:
        SourceUnavailable: It can't be read at present for want of memory, descriptors or rights, or can't be removed.
    """
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & PRIMARY_CODE
    if code in PASSING_CODES and path.exists():
        raise SourceUnavailable(f"the order of its entries can't be read at present: {error}") from error
    if not path.exists():
        return
    logger.warning("%s is damaged, and is built again: %s", path, error)
    try:
        path.unlink(missing_ok=True)
    except OSError as failure:
        raise SourceUnavailable(f"{path} is damaged, and can't be removed: {failure}") from failure
