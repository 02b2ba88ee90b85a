"""The record of a source: its last state, its counts, and the lines of the log about its changes."""

import logging
import time

import pytest

from waiting import TIMEOUT
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.outcome import (
    Outcome,
    SourceRecord,
    SourceReport,
    Status,
    log_outcomes,
    too_late,
)
from xivo_dird.threads.deadline import Deadline

OK = Outcome("crew", Status.OK, 0.5)
FAILED = Outcome("crew", Status.FAILED, 1.5, error="no line")
SKIPPED = Outcome("crew", Status.SKIPPED, 0.0, error="skipped")


@pytest.fixture
def record():
    return SourceRecord("crew", "ldap")


def lines(caplog):
    return [(record.levelname, record.getMessage()) for record in caplog.records]


def test_a_source_that_was_never_asked_is_unused(record):
    assert record.report(False, None) == SourceReport(
        name="crew",
        backend="ldap",
        status="unused",
        answered_at=None,
        failed_at=None,
        seconds=None,
        counts={},
        breaker="closed",
        snapshot=None,
        error=None,
    )


def test_the_last_outcome_is_reported_with_all_counts(record):
    for outcome in (OK, FAILED, FAILED):
        record.count(outcome)
    report = record.report(True, None)
    assert (report.status, report.seconds, report.error, report.breaker) == ("failed", 1.5, "no line", "open")
    assert report.counts == {"ok": 1, "failed": 2}
    now = pytest.approx(time.time(), abs=TIMEOUT)
    assert (report.answered_at, report.failed_at) == (now, now)


def test_an_answer_ends_the_error(record):
    record.count(FAILED)
    assert record.report(False, None).answered_at is None
    record.update(OK)
    report = record.report(False, None)
    assert (report.status, report.error, report.counts) == ("ok", None, {"failed": 1})


def test_a_skipped_question_does_not_replace_a_failure(record):
    record.count(SKIPPED)
    assert record.report(False, None).status == "skipped"
    record.update(OK)
    assert record.report(False, None).failed_at is not None
    record.count(FAILED)
    record.count(SKIPPED)
    report = record.report(False, None)
    assert (report.status, report.error, report.seconds) == ("failed", "no line", 1.5)
    assert report.counts == {"failed": 1, "skipped": 2}


def test_changes_are_logged_once(record, caplog):
    caplog.set_level(logging.INFO)
    for outcome in (OK, OK, FAILED, FAILED, OK, OK):
        record.count(outcome)
    assert lines(caplog) == [
        ("WARNING", "source 'crew' (ldap) failed: no line"),
        ("INFO", "source 'crew' (ldap) answers again"),
    ]


def test_ten_changes_of_a_source_are_logged_in_a_minute(caplog):
    caplog.set_level(logging.INFO)
    now = [1000.0]
    record = SourceRecord("crew", "ldap", lambda: now[0])
    record.count(OK)  # what a source is at first is not logged, but counts
    logged = []
    for seconds in (0, 30, 29.9, 0.1, 30, 30):
        now[0] += seconds
        caplog.clear()
        for outcome in [FAILED, OK] * 4:
            record.count(outcome)
        logged.append(len(lines(caplog)))
    assert logged == [8, 1, 0, 8, 2, 8]


def test_contacts_that_are_too_many_are_left_out():
    contacts = (Contact({}, "crew", "ldap", None),) * 3
    late = too_late(OK._replace(contacts=contacts), Deadline.after(2.5))
    assert late == Outcome("crew", Status.LATE, 0.5, (), "3 contacts are too many to be sorted within 2.5 s")


def test_the_outcome_of_each_source_is_logged_for_debugging(caplog):
    contacts = (Contact({"name": "Ada"}, "crew", "ldap", None),)
    log_outcomes([OK._replace(contacts=contacts)])
    assert lines(caplog) == []
    caplog.set_level(logging.DEBUG)
    log_outcomes([OK._replace(contacts=contacts), FAILED])
    log_outcomes([])
    assert lines(caplog) == [
        ("DEBUG", "Asked 2 sources: crew ok 0.5000 s 1, crew failed 1.5000 s 0"),
        ("DEBUG", "Asked 0 sources: none"),
    ]
