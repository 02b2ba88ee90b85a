"""Errors as text for the log and the status, without the data that caused them.

The texts of libraries' errors quote values: options with passwords, whole contacts, what was searched for. Of an error
that is not one of the daemon's own only the type, the rule and the place are shown, and what names no data.
"""

import re
import traceback
from collections.abc import Iterator

from pydantic import ValidationError

from xivo_dird.exceptions.base import DirdError
from xivo_dird.exceptions.sources import SourceError

MAX_MESSAGE_CHARACTERS = 4000
"""Maximum length of a message that is shown; the error of a library or a plugin may quote any amount of data."""

_ERRORS_WITHOUT_DATA = (AttributeError, ImportError, NameError, OSError, TypeError)
"""Errors that quote the names of files, modules, attributes and types only."""

_DATABASE_MODULES = frozenset(("psycopg", "sqlalchemy", "sqlite3"))
_CLASSES_WITHOUT_DATA = frozenset(("08", "23", "40", "42", "53", "55", "57", "58"))
"""Classes of PostgreSQL's errors whose first line quotes the names of tables, columns and constraints only."""

MIN_ASKED_CHARACTERS = 3
"""Length from which a term can stand for a person; shorter ones occur in any text."""

_QUOTED = re.compile(r"""(?<!\w)[bru]{0,2}(['"]).*?(?:(?<!\\)\1(?!\w)|$)""", re.DOTALL | re.IGNORECASE)
_CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"


def describe_error(error: BaseException) -> str:
    """Return the type and the message of an error, for the administrator; of an error of a source, the message only."""
    message = error_message(error)
    if message and isinstance(error, SourceError):
        return message
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def error_message(error: BaseException) -> str:
    """Return the message of an error, without the data that it quotes."""
    if isinstance(error, ValidationError):
        details = error.errors(include_url=False, include_context=False, include_input=False)
        problems = [
            f"{'.'.join(map(str, detail['loc'])) or error.title}: {detail['msg']}" for detail in details
        ]
        return "; ".join(problems)
    if isinstance(error, (DirdError, *_ERRORS_WITHOUT_DATA)):
        return _text(error)
    message = _text(error)
    if type(error).__module__.partition(".")[0] in _DATABASE_MODULES:
        message = message.partition("\n")[0]  # the next lines have the row or the parameters
        if _is_without_data(error):
            return message
    return without_quoted_data(message)


def without_quoted_data(text: str) -> str:
    """Return a text with an ellipsis instead of all that it quotes."""
    return _QUOTED.sub(r"\1…\1", text)


def traceback_text(error: BaseException) -> str:
    """Return the traceback of an error and of its causes, each with its `error_message`."""
    return "".join(_traceback(error, set())).rstrip("\n")


def without_question(text: str, *asked: str) -> str:
    """Return the text of an error without what was asked: a backend may quote it."""
    parts = sorted((part for part in asked if len(part) >= MIN_ASKED_CHARACTERS), key=len, reverse=True)
    return re.sub("|".join(map(re.escape, parts)), "…", text, flags=re.IGNORECASE) if parts else text


def _text(error: BaseException) -> str:
    try:
        text = str(error)
    except BaseException as raised:  # noqa: BLE001 - plugin boundary: an error of a plugin may have any method
        return f"its text can't be had: {type(raised).__name__}"
    return text[:MAX_MESSAGE_CHARACTERS]


def _is_without_data(error: BaseException) -> bool:
    """Return whether an error of PostgreSQL is of a class without data, or comes from the driver itself."""
    sqlstate = getattr(getattr(error, "orig", error), "sqlstate", "")
    return sqlstate is None or sqlstate[:2] in _CLASSES_WITHOUT_DATA


def _traceback(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    cause, context = error.__cause__, error.__context__
    if cause is not None and id(cause) not in seen:
        yield from (*_traceback(cause, seen), _CAUSE)
    elif context is not None and not error.__suppress_context__ and id(context) not in seen:
        yield from (*_traceback(context, seen), _CONTEXT)
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    kind, message = type(error), error_message(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    yield f"{name}: {message}\n" if message else f"{name}\n"
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _traceback(inner, seen)
