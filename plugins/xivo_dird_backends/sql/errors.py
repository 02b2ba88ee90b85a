"""What the errors of databases mean, in plain words, without a password, a row or a term.

The text of an error is shown only if it can quote nothing but the statement and names that the options have.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from xivo_dird.backend import QuestionRefused, SourceUnavailable, printable_excerpt

SILENT = "no answer in time"
WRITES = "it changes data, and sources only read"

_FATAL = re.compile(r"(?:FATAL|ERROR):\s+(?P<text>[^\n]+)")
_SAYS_NOTHING = re.compile(r"timeout|timed out|no answer", re.IGNORECASE)
_POSTGRESQL = {
    "25006": WRITES,
    "55P03": "another transaction locks the table",
    "57014": SILENT,
    "53300": "the server has too many connections",
    "57P03": "the server is starting or stopping",
}
_SQLITE = {
    sqlite3.SQLITE_INTERRUPT: SILENT,
    sqlite3.SQLITE_BUSY: "another program locks the file",
    sqlite3.SQLITE_LOCKED: "another program locks the file",
    sqlite3.SQLITE_READONLY: WRITES,
    sqlite3.SQLITE_AUTH: f"{WRITES}: no changes, ATTACH or PRAGMA",
    sqlite3.SQLITE_CANTOPEN: "the file can't be opened",
    sqlite3.SQLITE_NOTADB: "the file is no SQLite database",
    sqlite3.SQLITE_CORRUPT: "the file is damaged",
    sqlite3.SQLITE_TOOBIG: "a value or a row is too large",
}
_MYSQL = {
    1044: "the user may not use the database",
    1045: "the server refuses the user or the password",
    1049: "there is no such database",
    1054: "there is no such column",
    1064: "it is no valid statement",
    1142: "the user may not read the table",
    1143: "the user may not read a column",
    1146: "there is no such table",
    1205: "another transaction locks the table",
    1792: WRITES,
    1969: SILENT,
    2003: "the server can't be reached",
    2006: "the server closed the connection",
    2013: "no answer in time, or the connection broke",
    3024: SILENT,
}
"""What drivers of MySQL and MariaDB have as the first argument; their texts quote the values of a statement."""

_SQLITE_STATEMENT = re.compile(
    r"no such (?:table|column|function)|near |ambiguous column|wrong number of arg"
    r"|not authorized|vtable constructor failed"
)


_FUNCTION_FAILED = "user-defined function raised exception"
"""What SQLite says of a function of ours, which fails at the deadline only."""

_LONG_PATTERN = "LIKE or GLOB pattern too complex"
"""What SQLite says of a pattern that is too long, such as one of a long term."""


class UnreadableValue(QuestionRefused):
    """A term, number or id can't be a value of this database, or of the column that it is compared with."""


@contextmanager
def translated_errors(database: str, option: str) -> Iterator[None]:
    """Raise what a driver raises as an error for the administrator.

    Args:
        database: The database, without a password.
        option: The option with the statement.

    Raises:
        UnreadableValue: A value of the question is the cause.
        SourceUnavailable: Something else is.
    """
    try:
        yield
    except (SQLAlchemyError, psycopg.Error, sqlite3.Error, OSError, ValueError) as error:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
        if _is_about_a_value(cause):
            raise UnreadableValue(f"{database}: {option}: it can't be compared with this text") from None
        raise SourceUnavailable(f"{database}: {option}: {_reason(cause)}") from None


def _is_about_a_value(cause: BaseException) -> bool:
    if isinstance(cause, sqlite3.Error):
        return str(cause) == _LONG_PATTERN
    return isinstance(cause, psycopg.DataError | UnicodeError) or (
        isinstance(cause, psycopg.Error) and (cause.sqlstate or "").startswith("22")
    )


def _reason(cause: BaseException) -> str:
    if isinstance(cause, PoolTimeout):
        return "all connections are busy"
    if isinstance(cause, psycopg.Error):
        return _postgresql_reason(cause)
    if isinstance(cause, sqlite3.Error):
        return _sqlite_reason(cause)
    if isinstance(cause, TimeoutError):
        return SILENT
    if isinstance(cause, OSError) and cause.strerror:
        return printable_excerpt(cause.strerror)
    code = cause.args[0] if cause.args else None
    return _MYSQL.get(code, f"error {code}") if isinstance(code, int) else type(cause).__name__


def _postgresql_reason(cause: psycopg.Error) -> str:
    """Return what PostgreSQL says of the statement (class 42) or of the connection, never of a value."""
    state = cause.sqlstate or ""
    if state in _POSTGRESQL:
        return _POSTGRESQL[state]
    if state.startswith(("42", "28", "3D", "0A")):
        return printable_excerpt(cause.diag.message_primary or str(cause))
    if state.startswith(("08", "57")):
        return "the server closed the connection"
    return f"PostgreSQL reports the error {state}" if state else _connection_reason(cause)


def _connection_reason(cause: psycopg.Error) -> str:
    """Return why there is no connection, or not any more."""
    text = str(cause)
    fatal = _FATAL.search(text)
    if fatal is not None:
        return printable_excerpt(fatal["text"])
    if _SAYS_NOTHING.search(text):
        return SILENT
    if isinstance(cause, psycopg.OperationalError):
        return printable_excerpt(text.partition("\n")[0].rpartition(": ")[2]) or "the connection broke"
    return type(cause).__name__


def _sqlite_reason(cause: sqlite3.Error) -> str:
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code in _SQLITE:
        return _SQLITE[code]
    text = str(cause)
    if text == _FUNCTION_FAILED:
        return SILENT
    if _SQLITE_STATEMENT.match(text):
        return printable_excerpt(text)
    return getattr(cause, "sqlite_errorname", "") or type(cause).__name__
