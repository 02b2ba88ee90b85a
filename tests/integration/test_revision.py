"""The counter of changes, on a store of its own."""

import threading
from collections.abc import Iterator

import pytest

from waiting import FOREVER, TIMEOUT
from xivo_dird.database.engine import Database
from xivo_dird.database.revision import POLL_SECONDS, Revision


@pytest.fixture
def revision(database: Database) -> Iterator[Revision]:
    revision = Revision(database)
    yield revision
    revision.stop()


def test_a_change_is_known_here_at_once_and_elsewhere_when_it_looks(
    database: Database, revision: Revision
) -> None:
    elsewhere = Revision(database)
    elsewhere.read()
    before = elsewhere.value
    with revision.changing():
        pass
    assert (revision.value, elsewhere.value) == (before + 1, before)
    elsewhere.read()
    assert elsewhere.value == before + 1


def test_a_change_that_fails_is_not_counted(revision: Revision) -> None:
    revision.read()
    before = revision.value
    with pytest.raises(LookupError), revision.changing():
        raise LookupError
    revision.read()
    assert revision.value == before


def test_an_older_value_that_was_read_late_does_not_hide_a_newer_one(revision: Revision) -> None:
    revision.read()
    with revision.changing():
        newer = revision.value + 1
        revision.read()  # as a watcher does that looked just before the commit
    assert revision.value == newer


def test_listeners_are_told_of_changes_made_elsewhere(database: Database, revision: Revision) -> None:
    moved = threading.Event()
    revision.on_move(moved.set)
    revision.start()
    with Revision(database).changing():
        pass
    assert moved.wait(TIMEOUT)


def test_changes_made_elsewhere_are_looked_for_twice_a_second() -> None:
    assert POLL_SECONDS == 0.5


def test_a_change_made_here_is_told_without_waiting_for_the_next_look(
    revision: Revision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xivo_dird.database.revision.POLL_SECONDS", FOREVER)
    moved = threading.Event()
    revision.on_move(moved.set)
    revision.start()
    with revision.changing():
        pass
    assert moved.wait(TIMEOUT)
