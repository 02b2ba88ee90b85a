"""The revision: a counter in the database that says "tenants, sources, displays or profiles were changed".

Every process keeps what it read until the counter moves. A change made here is seen at once, one made by
another process within `POLL_SECONDS`.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from xivo_dird.database.base import Base
from xivo_dird.database.engine import Database
from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.threads.background import Background

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5


class RevisionRow(Base):
    """The one row of the counter."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int]


class Revision:
    """The counter as this process knows it."""

    def __init__(self, database: Database) -> None:
        """Know nothing yet; `start` watches the database."""
        self._database = database
        self._listeners: list[Callable[[], None]] = []
        self._told = 0
        self._background = Background("revision", self._watch)
        self.value = 0

    def start(self) -> None:
        """Read the counter, then watch it in a thread."""
        self.read()
        self._told = self.value
        self._background.start()

    def stop(self) -> None:
        """Stop watching."""
        self._background.stop()

    def read(self) -> None:
        """Take over the counter of the database."""
        with self._database.reading() as session:
            value = session.scalars(select(RevisionRow.value)).one()
        self._seen(value)

    def on_move(self, listener: Callable[[], None]) -> None:
        """Have `listener` called, outside any request, soon after each change made here or elsewhere."""
        self._listeners.append(listener)

    @contextmanager
    def changing(self) -> Iterator[Session]:
        """Open a transaction that changes sources, displays or profiles; this process knows once it is committed.

        Over all processes one such transaction runs at a time, so that what it checked stays true.
        """
        with self._database.changing() as session:
            changed = _count(session)
            yield session
        self._seen(changed)

    def _seen(self, value: int) -> None:
        """Never go back: a value that was read may be older than one that was committed here meanwhile."""
        self.value = max(self.value, value)
        if self.value != self._told:
            self._background.wake()

    def _watch(self) -> None:
        reachable = True
        while not self._background.wait(POLL_SECONDS):
            try:
                self._look()
            except StoreUnavailable as error:
                if reachable:
                    logger.warning("changes made elsewhere are not seen meanwhile: %s", error)
                reachable = False
            else:
                reachable = True

    def _look(self) -> None:
        self.read()
        value = self.value
        if value == self._told or self._background.is_stopping():
            return
        for listener in self._listeners:
            listener()
        self._told = value


def _count(session: Session) -> int:
    """Count one more change; from now on to the end of the transaction nobody else can."""
    session.execute(update(RevisionRow).values(value=RevisionRow.value + 1))
    return session.scalars(select(RevisionRow.value)).one()
