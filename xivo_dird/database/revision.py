"""The revision: a database counter that changes of tenants, sources, displays and profiles increment.

A process caches what it read until the counter changes. It notices the changes of all worker processes of the daemon
immediately, because they publish the counter in shared memory, and those of other processes within `POLL_SECONDS`.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import case, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from xivo_dird.database.base import Base
from xivo_dird.database.engine import Database
from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.shared_counters import REVISION, SharedCounters
from xivo_dird.threads.background import Background

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5
"""Seconds between two reads of the counter."""


class RevisionRow(Base):
    """The only row of the table, which holds the counter."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int]


class Revision:
    """The counter as this process knows it, and the thread that polls it."""

    def __init__(
        self,
        database: Database,
        counters: SharedCounters | None = None,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        """Create a revision with the value 0; `start` reads the counter.

        Args:
            database: The database with the counter.
            counters: Where the worker processes publish the counter; None: there are none.
            poll_seconds: Seconds between two reads of the counter.
        """
        self._database = database
        self._counters = counters or SharedCounters()
        self._poll_seconds = poll_seconds
        self._listeners: list[Callable[[], object]] = []
        self._notify_lock = threading.Lock()
        self._notified_value = 0
        self._background = Background("revision", self._watch)

    @property
    def value(self) -> int:
        """Return the counter as far as any worker process knows it."""
        return self._counters.latest(REVISION)

    def start(self) -> None:
        """Read the counter, then start the thread that polls it."""
        self.read()
        self._notified_value = self.value
        self._background.start()

    def stop(self) -> None:
        """Stop the thread."""
        self._background.stop()

    def read(self) -> None:
        """Read the counter from the database.

        If it is lower than before, an older database has been restored: the counter is raised above all values that
        any process knows, so that each drops what it has read from the former one.
        """
        known = self.value
        with self._database.reading() as session:
            value = session.scalars(select(RevisionRow.value)).one()
        if value < known:
            with self.changing():
                return
        self._advance_to(value)

    def add_listener(self, listener: Callable[[], object]) -> None:
        """Call `listener` in the polling thread soon after each change, also of other processes; ignore its result."""
        self._listeners.append(listener)

    def notify_listeners(self) -> None:
        """Call the listeners now, unless they have been called since the last change.

        Raises:
            StoreUnavailable: A listener needs the database, which does not answer.
        """
        with self._notify_lock:
            value = self.value
            if value == self._notified_value or self._background.is_stopping():
                return
            for listener in self._listeners:
                listener()
            self._notified_value = value

    @contextmanager
    def changing(self) -> Iterator[Session]:
        """Open a transaction that changes sources, displays or profiles, and increment the counter in it.

        Only one such transaction of all processes runs at a time, so what it has checked stays true until it ends.
        `value` is updated once it is committed.
        """
        with self._database.changing() as session:
            value = _increment(session, self.value)
            yield session
        self._advance_to(value)

    def _advance_to(self, value: int) -> None:
        """Publish a newer value; a value that was read may be older than one that has been committed since."""
        self._counters.publish(REVISION, value)
        if self.value != self._notified_value:
            self._background.wake()

    def _watch(self) -> None:
        is_reachable = True
        while not self._background.wait(self._poll_seconds):
            try:
                self._poll()
            except StoreUnavailable as error:
                if is_reachable:
                    logger.warning("Changes by other processes are not noticed for now: %s", error)
                is_reachable = False
            else:
                is_reachable = True

    def _poll(self) -> None:
        self.read()
        self.notify_listeners()


def _increment(session: Session, known: int) -> int:
    """Increment the counter to a value above `known` and return it; the row stays locked until the transaction ends."""
    base = case((RevisionRow.value < known, known), else_=RevisionRow.value)
    session.execute(update(RevisionRow).values(value=base + 1))
    return session.scalars(select(RevisionRow.value)).one()
