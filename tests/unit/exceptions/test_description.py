"""Errors as text for the log and the status: their type and place, and nothing of the data that they quote."""

import sqlite3

import psycopg.errors
import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from xivo_dird.exceptions import (
    Conflict,
    SourceUnavailable,
    describe_error,
    error_message,
    traceback_text,
    without_question,
)
from xivo_dird.exceptions.description import MAX_MESSAGE_CHARACTERS

CANARY = "Ada O'Canary"
ROW = f'new row for relation "favorite" violates check "c"\nDETAIL:  Failing row contains (1, {CANARY}).'


def test_what_a_source_says_is_shown_as_it_is_without_the_type():
    assert describe_error(SourceUnavailable("the file 'x' is empty")) == "the file 'x' is empty"
    assert describe_error(SourceUnavailable("")) == "SourceUnavailable"


@pytest.mark.parametrize(
    ("error", "described"),
    [
        (KeyError("canary"), "KeyError: '…'"),
        (
            ValueError(f"could not convert string to float: {CANARY!r}"),
            'could not convert string to float: "…"',
        ),
        (ValueError(f"no person {CANARY.encode()!r}, or {['canary']}"), "no person \"…\", or ['…']"),
        (LookupError("an unclosed 'canary and the rest"), "an unclosed '…'"),
        (RuntimeError({"name": CANARY, "number": "canary"}), "{'…': \"…\", '…': '…'}"),
        (RuntimeError("the users' list can't be read, isn't it"), "the users' list can't be read, isn't it"),
        (FileNotFoundError(2, "No such file", "/etc/x.yml"), "[Errno 2] No such file: '/etc/x.yml'"),
        (ModuleNotFoundError("No module named 'x'"), "No module named 'x'"),
    ],
)
def test_what_other_errors_quote_is_left_out(error, described):
    assert error_message(error) == described.removeprefix(f"{type(error).__name__}: ")
    assert describe_error(error).startswith(f"{type(error).__name__}: ")


@pytest.mark.parametrize(
    ("cause", "shown"),
    [
        (psycopg.errors.CheckViolation(ROW), 'new row for relation "favorite" violates check "c"'),
        (psycopg.errors.InvalidTextRepresentation(f'invalid input: "{CANARY}"'), 'invalid input: "…"'),
        (
            psycopg.OperationalError('connection to "db.example.org" failed'),
            'connection to "db.example.org" failed',
        ),
        (sqlite3.IntegrityError("UNIQUE constraint failed: t.x"), "UNIQUE constraint failed: t.x"),
        (sqlite3.OperationalError('fts5: syntax error near "canary"'), 'fts5: syntax error near "…"'),
    ],
)
@pytest.mark.parametrize("kind", [IntegrityError, OperationalError])
def test_errors_of_the_database_name_constraints_but_no_rows(cause, shown, kind):
    assert error_message(cause) == shown
    wrapped = kind("INSERT INTO t VALUES (%s)", {"x": CANARY}, cause)
    assert error_message(wrapped).endswith(shown)
    assert "anary" not in describe_error(wrapped)


def test_a_huge_message_is_cut_before_it_is_read():
    assert len(error_message(ValueError("x" * 10**6))) == MAX_MESSAGE_CHARACTERS
    assert error_message(ValueError("'" * 10**6)).count("…") <= MAX_MESSAGE_CHARACTERS


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    with pytest.raises(type(error)) as caught:
        raise error from cause
    return caught.value


def test_a_traceback_has_all_causes_and_their_places_without_data():
    inner = raised(psycopg.errors.CheckViolation(ROW))
    middle = raised(KeyError(CANARY), inner)
    text = traceback_text(raised(Conflict("taken"), middle))
    assert "anary" not in text
    assert text.count("Traceback (most recent call last)") == 3
    assert text.count("direct cause") == 2
    assert text.endswith("xivo_dird.exceptions.refusals.Conflict: taken")
    assert 'violates check "c"' in text
    assert "in raised" in text


def test_a_traceback_has_the_context_unless_it_is_suppressed():
    error = ValueError("outer")
    error.__context__ = KeyError("inner")
    assert "During handling" in traceback_text(error)
    assert "During handling" not in traceback_text(raised(ValueError("outer")))
    error.__suppress_context__ = True
    assert "During handling" not in traceback_text(error)


def test_a_traceback_has_the_errors_of_a_group():
    text = traceback_text(ExceptionGroup("several", [KeyError(CANARY), OSError("disk full")]))
    assert "anary" not in text
    assert "OSError: disk full" in text


def test_errors_that_cause_each_other_end():
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    assert traceback_text(first).count("ValueError: ") == 2


@pytest.mark.parametrize("asked", ["Stern", "STERN", "+49 30"])
def test_the_question_is_left_out_of_an_error(asked):
    assert without_question("no person stern, nor +49 30", "Stern", "+49 30") == "no person …, nor …"
    assert asked.casefold() not in without_question(f"about {asked}", asked).casefold()


def test_a_short_term_stays_since_it_is_part_of_any_text():
    assert without_question("timed out", "ti", "") == "timed out"
