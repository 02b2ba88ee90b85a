"""Checks of the whole store, for the status and before messages of the bus are taken."""

import os
from functools import partial

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from xivo_dird.database.base import Base
from xivo_dird.database.errors import (
    DAMAGED,
    FAILING_DISK,
    FORBIDDEN,
    FULL,
    INCOMPLETE,
    READ_ONLY,
    SILENT,
    STANDBY,
    store_error,
)
from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.threads.deadline import Deadline

REMEMBERED_SECONDS = 30.0
"""Seconds for which a problem is reported, unless a change works: what `check_store` tries may work beside it."""

_REMEMBERED_OF_READING = {problem.message for problem in (DAMAGED, FAILING_DISK, FORBIDDEN, FULL)}
"""The problems that `check_store` does not see."""


def check_store(session: Session, file: str | None) -> None:
    """Check that no table is missing, and that the store accepts changes as far as can be seen without one.

    Args:
        session: A transaction that reads.
        file: The file of an SQLite database; None: the database is on a server.

    Raises:
        StoreUnavailable: Something is wrong.
    """
    connection = session.connection()
    missing = sorted(Base.metadata.tables.keys() - inspect(connection).get_table_names())
    if missing:
        raise store_error(INCOMPLETE, f"no {missing[0]}", file)
    if file is not None and not os.access(file, os.W_OK):
        raise store_error(READ_ONLY, "", file)
    if file is None and connection.scalar(text("SELECT current_setting('transaction_read_only')")) == "on":
        raise store_error(STANDBY, "it is in recovery, or default_transaction_read_only is set", None)


class StoreProblems:
    """The last problem of reading and of changes; a database that is only silent is none. Threads may share it."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._of_changes: _Problem | None = None
        self._of_reading: _Problem | None = None

    @property
    def has_failed_change(self) -> bool:
        """Return whether the last change showed a problem."""
        return self._of_changes is not None

    def add(self, error: StoreUnavailable, is_change: bool) -> None:
        """Remember the error of a transaction."""
        if is_change and error.message != SILENT.message:
            self._of_changes = _Problem(error)
        elif error.message in _REMEMBERED_OF_READING:
            self._of_reading = _Problem(error)

    def forget(self) -> None:
        """Forget all: the store is another one."""
        self._of_changes = self._of_reading = None

    def change_worked(self) -> None:
        """Forget the problem of changes."""
        self._of_changes = None

    def raise_remembered(self) -> None:
        """Raise the last problem if it is not long ago.

        Raises:
            StoreUnavailable: There was one.
        """
        for problem in (self._of_changes, self._of_reading):
            if problem is not None and not problem.expires.is_expired:
                raise problem.new_error()


class _Problem:
    """What an error said; the error itself would keep its frames alive, and so the connection and its locks."""

    def __init__(self, error: StoreUnavailable) -> None:
        self.new_error = partial(type(error), str(error), error.message)
        self.expires = Deadline.after(REMEMBERED_SECONDS)
