"""The removal of old events: none disappears silently, and no wrong clock stops it or removes too much."""

import pytest
from sqlalchemy import event as sqlalchemy_event

from api.conftest import TENANT, USER
from stored import DATABASE_LIMITS
from xivo_dird.database.engine import Database
from xivo_dird.events.model import ALL_TENANTS, EventFilter
from xivo_dird.events.service import EventService
from xivo_dird.personal.notifier import PersonalContactsPurged

YEAR = 365 * 86400.0
WEEK = 7 * 86400.0
EVERYTHING = EventFilter(0, 1000)


class Clock:
    """A clock that can be set."""

    def __init__(self) -> None:
        self.now = 2_000_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def database(db_uri):
    database = Database(db_uri, DATABASE_LIMITS)
    yield database
    database.close()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def events(database, clock):
    return EventService(database, clock=clock)


def sequences(page):
    return [event.sequence for event in page.items]


def test_events_removed_while_a_page_is_read_are_reported(database, db_uri):
    """Remove all events after the first statement of the reader, and after none but this."""
    elsewhere = Database(db_uri, DATABASE_LIMITS)
    remover = EventService(elsewhere)
    for _ in range(3):
        remover.publish("change", {}, TENANT)
    removed: list[int] = []

    def remove(*_arguments):
        if not removed:
            removed.append(remover.remove_old(-1, keep_unpublished=False))

    sqlalchemy_event.listen(database.engine, "after_cursor_execute", remove)
    page = EventService(database).find(ALL_TENANTS, EVERYTHING)
    assert removed == [3]
    assert page.expired or sequences(page) == [1, 2, 3]
    assert EventService(elsewhere).find(ALL_TENANTS, EVERYTHING).expired
    elsewhere.close()


def test_an_event_of_a_clock_that_was_ahead_does_not_stop_removal(events, clock):
    for offset in (0, YEAR, 0, 2 * YEAR):
        clock.now += offset
        events.publish("change", {}, TENANT)
        clock.now -= offset
    clock.now += 2 * WEEK
    events.publish("fresh", {}, TENANT)
    assert events.remove_old(WEEK, keep_unpublished=False) == 3
    assert sequences(events.find(ALL_TENANTS, EVERYTHING)) == [4, 5]
    clock.now += 2 * WEEK
    events.publish("fresh", {}, TENANT)
    assert events.remove_old(WEEK, keep_unpublished=False) == 2


def test_thousands_of_events_of_a_wrong_clock_do_not_stop_removal(database, events, clock):
    clock.now += YEAR
    with database.changing() as session:
        events.record(session, *[PersonalContactsPurged(TENANT, USER, number) for number in range(5001)])
    clock.now -= YEAR
    events.publish("old", {}, TENANT)
    assert events.remove_old(WEEK, keep_unpublished=False) == 0
    clock.now += 2 * WEEK
    assert events.remove_old(WEEK, keep_unpublished=True) == 0
    assert events.remove_old(WEEK, keep_unpublished=False) == 5002


def test_an_event_of_a_clock_that_was_behind_removes_none_before_it(events, clock):
    events.publish("fresh", {}, TENANT)
    clock.now -= YEAR
    events.publish("behind", {}, TENANT)
    clock.now += YEAR
    assert events.remove_old(WEEK, keep_unpublished=False) == 0
    assert sequences(events.find(ALL_TENANTS, EVERYTHING)) == [1, 2]


def test_the_age_of_the_backlog_is_not_hidden_by_a_wrong_clock(events, clock):
    assert events.backlog().seconds == 0
    for offset in (YEAR, 0):
        clock.now += offset
        events.publish("change", {}, TENANT)
        clock.now -= offset
    clock.now += 100
    assert (events.backlog().waiting, events.backlog().seconds) == (2, 100)
