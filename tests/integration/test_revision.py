"""The revision: the counter of changes in the database."""

import threading
from collections.abc import Iterator

import pytest

from waiting import LONG_TIMEOUT, TIMEOUT
from xivo_dird.database.engine import Database
from xivo_dird.database.revision import POLL_SECONDS, Revision
from xivo_dird.shared_counters import SharedCounters


@pytest.fixture
def revision(database: Database) -> Iterator[Revision]:
    revision = Revision(database)
    yield revision
    revision.stop()


def test_a_change_is_known_here_at_once_and_elsewhere_after_a_read(
    database: Database, revision: Revision
) -> None:
    other = Revision(database)
    other.read()
    before = other.value
    with revision.changing():
        pass
    assert (revision.value, other.value) == (before + 1, before)
    other.read()
    assert other.value == before + 1


def test_a_change_is_known_to_all_workers_at_once(database: Database) -> None:
    counters = SharedCounters()
    changing, other = Revision(database, counters), Revision(database, counters)
    changing.read()
    before = other.value
    with changing.changing():
        assert other.value == before
    assert other.value == before + 1


def test_listeners_can_be_called_without_waiting_for_the_poll(database: Database) -> None:
    counters = SharedCounters()
    revision = Revision(database, counters, poll_seconds=LONG_TIMEOUT)
    called: list[int] = []
    revision.add_listener(lambda: called.append(revision.value))
    revision.read()
    revision.notify_listeners()
    with Revision(database, counters).changing():
        pass
    revision.notify_listeners()
    revision.notify_listeners()
    assert called == [revision.value - 1, revision.value]


def test_a_change_that_fails_is_not_counted(revision: Revision) -> None:
    revision.read()
    before = revision.value
    with pytest.raises(LookupError), revision.changing():
        raise LookupError
    revision.read()
    assert revision.value == before


def test_an_older_value_read_late_does_not_replace_a_newer_one(revision: Revision) -> None:
    revision.read()
    with revision.changing():
        newer = revision.value + 1
        revision.read()  # as the polling thread may do just before the commit
    assert revision.value == newer


def test_listeners_are_called_after_a_change_by_another_process(
    database: Database, revision: Revision
) -> None:
    called = threading.Event()
    revision.add_listener(called.set)
    revision.start()
    with Revision(database).changing():
        pass
    assert called.wait(TIMEOUT)


def test_the_counter_is_polled_twice_a_second() -> None:
    assert POLL_SECONDS == 0.5


def test_listeners_are_called_after_an_own_change_without_polling(database: Database) -> None:
    revision = Revision(database, poll_seconds=LONG_TIMEOUT)
    called = threading.Event()
    revision.add_listener(called.set)
    revision.start()
    try:
        with revision.changing():
            pass
        assert called.wait(TIMEOUT)
    finally:
        revision.stop()
