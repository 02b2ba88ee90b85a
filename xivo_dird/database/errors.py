"""What an error of the database says: the store can't be used now, or the program is wrong.

Only errors about the state of the store become `StoreUnavailable`, a 503. All others stay what they are: a statement
that is wrong, or a violated constraint that no dao translates, is a defect of the daemon, a 500.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import psycopg
from sqlalchemy.exc import DBAPIError, IntegrityError, NoResultFound
from sqlalchemy.exc import TimeoutError as PoolTimeout

from xivo_dird.exceptions import StoreUnavailable, StoreUnusable, TooBusy, error_message


class StoreProblem(NamedTuple):
    """A state of the store in which it can't be used.

    Attributes:
        message: What clients see.
        advice: What an administrator can do; None: nothing.
        is_lasting: Whether it does not end before that, so that starting the daemon again is no use.
    """

    message: str
    advice: str | None = None
    is_lasting: bool = False


SILENT = StoreProblem("the database does not answer")
FULL = StoreProblem("the disk of the database is full")
FAILING_DISK = StoreProblem("the database can't read or write its files")
STANDBY = StoreProblem("the database is read-only")
READ_ONLY = StoreProblem(
    "the database is read-only",
    "let the user of the daemon write the file, those beside it and their folder",
    is_lasting=True,
)
UNOPENABLE = StoreProblem(
    "the database can't be opened",
    "let the user of the daemon read and write the file and its folder",
    is_lasting=True,
)
FORBIDDEN = StoreProblem(
    "the database refuses the daemon a permission", "grant it to the user that db_uri names"
)
DAMAGED = StoreProblem("the database is damaged", "stop the daemon and restore a backup", is_lasting=True)
NO_DATABASE = StoreProblem(
    "the database is damaged", "restore a backup, or name the right file in the key db_uri", is_lasting=True
)
INCOMPLETE = StoreProblem(
    "the database lacks a table or a row", "wait for the end of its restoration, or restore a backup"
)

PRIMARY_CODE = 0xFF
"""The bits of SQLite's extended error codes that have the primary one."""

_SQLITE_PROBLEMS = {
    sqlite3.SQLITE_AUTH: UNOPENABLE,
    sqlite3.SQLITE_BUSY: SILENT,
    sqlite3.SQLITE_CANTOPEN: UNOPENABLE,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_INTERRUPT: SILENT,
    sqlite3.SQLITE_IOERR: FAILING_DISK,
    sqlite3.SQLITE_LOCKED: SILENT,
    sqlite3.SQLITE_NOMEM: SILENT,
    sqlite3.SQLITE_NOTADB: NO_DATABASE,
    sqlite3.SQLITE_PERM: UNOPENABLE,
    sqlite3.SQLITE_PROTOCOL: SILENT,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_SCHEMA: SILENT,
}

_MISSING_IN_SQLITE = ("no such table", "no such column", "has no column named", "vtable constructor failed")
"""Beginnings or parts of messages of the code SQLITE_ERROR, which wrong statements have, too."""

_DAMAGED_IN_SQLITE = ("SQL logic error", "unsupported file format", "Could not decode to UTF-8")
"""What SQLite and its driver say when the content of a page makes no sense."""

_POSTGRESQL_PROBLEMS = {
    "25006": STANDBY,  # read_only_sql_transaction
    "3F000": INCOMPLETE,  # invalid_schema_name
    "42501": FORBIDDEN,  # insufficient_privilege
    "42703": INCOMPLETE,  # undefined_column
    "42704": INCOMPLETE,  # undefined_object
    "42883": INCOMPLETE,  # undefined_function: an extension is missing
    "42P01": INCOMPLETE,  # undefined_table
    "53100": FULL,  # disk_full
    "XX000": SILENT,  # internal_error: a table was dropped during the statement
    "XX001": DAMAGED,  # data_corrupted
    "XX002": DAMAGED,  # index_corrupted
}

_POSTGRESQL_CLASSES = {"08": SILENT, "53": SILENT, "57": SILENT, "58": FAILING_DISK}


@contextmanager
def translated_errors(place: str | None) -> Iterator[None]:
    """Raise errors about the state of the store as `StoreUnavailable`.

    Args:
        place: The file of the database, for the log; None: the messages of the driver name the server.

    Raises:
        StoreUnavailable: The store can't be used now.
    """
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, PoolTimeout, TooBusy, NoResultFound) as error:
        problem = problem_of(error)
        if problem is None:
            raise
        raise store_error(problem, _reason(error), place) from error


def store_error(problem: StoreProblem, reason: str, place: str | None) -> StoreUnavailable:
    """Return the error for a problem; see `translated_errors`."""
    cause = ": ".join(filter(None, (problem.message, place, reason)))
    if problem.advice is not None:
        cause = f"{cause}; {problem.advice}"
    return (StoreUnusable if problem.is_lasting else StoreUnavailable)(cause, problem.message)


def problem_of(error: Exception) -> StoreProblem | None:
    """Return the state of the store that an error shows; None if it is a defect of the program."""
    if isinstance(error, PoolTimeout | TooBusy):
        return SILENT
    if isinstance(error, NoResultFound):  # the daos use it for rows that migrations create
        return INCOMPLETE
    cause = error.orig if isinstance(error, DBAPIError) else error
    problem: StoreProblem | None = None
    if isinstance(cause, sqlite3.Error):
        problem = _problem_in_sqlite(cause)
    elif isinstance(cause, psycopg.Error):
        problem = _problem_in_postgresql(cause)
    if problem is None and isinstance(error, DBAPIError) and error.connection_invalidated:
        return SILENT
    return problem


def stored_json(text: str | bytes) -> object:
    """Return the value of a JSON column of SQLite.

    Raises:
        StoreUnusable: It is not JSON, which no daemon has stored.
    """
    try:
        return json.loads(text)
    except ValueError as error:
        raise store_error(DAMAGED, "a value is not the JSON that it was", None) from error


def _problem_in_sqlite(error: sqlite3.Error) -> StoreProblem | None:
    message = str(error)
    if any(text in message for text in _DAMAGED_IN_SQLITE):
        return DAMAGED
    if any(text in message for text in _MISSING_IN_SQLITE):
        return INCOMPLETE
    return _SQLITE_PROBLEMS.get(getattr(error, "sqlite_errorcode", 0) & PRIMARY_CODE)


def _problem_in_postgresql(error: psycopg.Error) -> StoreProblem | None:
    state = error.sqlstate or ""
    problem = _POSTGRESQL_PROBLEMS.get(state) or _POSTGRESQL_CLASSES.get(state[:2])
    if problem is None and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return SILENT
    return problem


def _reason(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return error_message(cause).strip().partition("\n")[0]
