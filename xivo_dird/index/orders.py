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

from filelock import FileLock, Timeout

from xivo_dird.backend import SourceUnavailable
from xivo_dird.index.build_process import BuildProcess, NoProcess
from xivo_dird.index.build_request import OrderRequest
from xivo_dird.index.limits import IndexLimits
from xivo_dird.index.order_builder import build_order
from xivo_dird.index.order_file import OrderFile
from xivo_dird.index.order_format import EntryKeys
from xivo_dird.index.order_names import PART_SUFFIX, order_path, remove_least_used, remove_parts
from xivo_dird.index.reader import IndexReader
from xivo_dird.sync import MAX_SMALL_ENTRIES
from xivo_dird.threads.deadline import Deadline, DeadlinePassed

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 2
"""Maximum number of times that an order is read while it turns out to be damaged."""

ReadT = TypeVar("ReadT")


class IndexOrders:
    """The orders of one source, shared by threads."""

    def __init__(self, limits: IndexLimits) -> None:
        """Build nothing yet.

        Args:
            limits: The limits of an order, which are those of an index.
        """
        self._limits = limits
        self._lock = threading.Lock()
        self._process = BuildProcess()

    def read(
        self, reader: IndexReader, keys: EntryKeys, read: Callable[[OrderFile], ReadT], deadline: Deadline
    ) -> ReadT:
        """Return what `read` finds in an order of the entries of an index; build it first if it is missing.

        A build that has begun goes on after the deadline of those who wait for it.

        Raises:
            DeadlinePassed: Another thread or process has not finished building it at the deadline.
            SourceUnavailable: It can't be built, or is damaged again and again.
            IndexDamaged: The index is damaged; other errors of its reader, too.
        """
        path = order_path(reader.file.path, keys)
        for _ in range(MAX_ATTEMPTS):
            if not path.exists():
                self._build(path, reader, keys, deadline)
            try:
                found = read(OrderFile(path))
            except sqlite3.Error:
                path.unlink(missing_ok=True)
                continue
            with suppress(OSError):  # it may be gone
                os.utime(path)
            return found
        raise SourceUnavailable("the order of its entries is damaged again and again")

    def close(self) -> None:
        """End a process that builds an order, and let no other one begin."""
        self._process.abort()

    def _build(self, path: Path, reader: IndexReader, keys: EntryKeys, deadline: Deadline) -> None:
        """Build an order unless it was built meanwhile."""
        try:
            with self._locked(path.parent, deadline):
                if not path.exists():
                    self._write(path, reader, keys)
                    remove_least_used(path)
        except (OSError, sqlite3.Error) as error:
            raise SourceUnavailable(
                f"can't write the order of its entries in {path.parent}: {error}"
            ) from error

    def _write(self, path: Path, reader: IndexReader, keys: EntryKeys) -> None:
        remove_parts(path.parent)
        part = path.with_suffix(PART_SUFFIX)
        try:
            if not (reader.facts.entries > MAX_SMALL_ENTRIES and self._write_in_process(part, reader, keys)):
                with reader.file.connection() as connection:
                    build_order(part, connection, keys, self._limits)
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)

    def _write_in_process(self, part: Path, reader: IndexReader, keys: EntryKeys) -> bool:
        """Return whether a process has written a file."""
        try:
            with self._process.built(OrderRequest(reader.file.path, part, keys, self._limits)):
                return True
        except NoProcess as error:
            logger.warning("%s is sorted in the process that answers: %s", reader.file.path, error)
            return False

    @contextmanager
    def _locked(self, folder: Path, deadline: Deadline) -> Iterator[None]:
        """Hold the lock for building orders in a folder, which other processes respect, too."""
        passed = DeadlinePassed("its entries are still being sorted")
        if not self._lock.acquire(timeout=min(deadline.remaining(), threading.TIMEOUT_MAX)):
            raise passed
        try:
            lock = FileLock(folder / "order.lock", mode=0o600, fallback_to_soft=False)
            try:
                lock.acquire(timeout=deadline.remaining())
            except Timeout as error:
                raise passed from error
            try:
                yield
            finally:
                lock.release()
        finally:
            self._lock.release()
