"""The event feed: readers that wait cost others nothing, pages and events are bounded."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.pool import QueuePool

from api.conftest import OTHER, TENANT, USER, Daemon, configuration
from api.events import cursor, feed
from api.rest import check_error, create
from stored import DATABASE_LIMITS
from waiting import LONG_TIMEOUT, assert_prompt, wait_until
from xivo_dird.contacts.model import StoredContact
from xivo_dird.database.engine import Database
from xivo_dird.events.model import ALL_TENANTS, EventFilter, EventLimits, EventScope
from xivo_dird.events.service import EventService
from xivo_dird.exceptions import TooBusy
from xivo_dird.personal.notifier import (
    PersonalContactCreated,
    PersonalContactDeleted,
    PersonalContactUpdated,
)

READERS = 20
EVERYTHING = EventFilter(0, 1000)


@pytest.fixture
def database(db_uri):
    database = Database(db_uri, DATABASE_LIMITS)
    yield database
    database.close()


@pytest.fixture
def daemon(tmp_path, db_uri):
    """Run a daemon with three slots for held requests, of which a user can have two."""
    slots = {"max_waiting": 3, "max_waiting_per_user": 2}
    with Daemon(configuration(tmp_path, db_uri=db_uri, events=slots)) as daemon:
        yield daemon


def sequences(page):
    return [event.sequence for event in page.items]


@contextmanager
def counted_statements(database):
    """Yield a list to which every statement on the database is added."""
    statements: list[str] = []

    def add(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    sqlalchemy_event.listen(database.engine, "before_cursor_execute", add)
    yield statements
    sqlalchemy_event.remove(database.engine, "before_cursor_execute", add)


@contextmanager
def waiting_readers(events, scope):
    """Start `READERS` readers that wait for events in a scope, in all slots; yield the futures of their pages."""

    def read(number):
        while True:  # `has_no_slot` may have occupied the last one
            with suppress(TooBusy):
                return events.find_or_wait(scope, EVERYTHING, LONG_TIMEOUT, f"reader {number}")

    def has_no_slot():
        with suppress(TooBusy):
            events.find_or_wait(scope, EVERYTHING, 0.001, "one more")
            return False
        return True

    with ThreadPoolExecutor(READERS) as threads:
        pages = [threads.submit(read, number) for number in range(READERS)]
        try:
            wait_until(has_no_slot)
            yield pages
        finally:
            events.watch.stop()


def test_readers_of_another_tenant_cost_a_change_nothing(database):
    events = EventService(database, limits=EventLimits(waiting=READERS))
    events.watch.start()
    with waiting_readers(events, EventScope(USER, TENANT)), counted_statements(database) as statements:
        for _ in range(50):
            events.publish("change", {}, OTHER)
        of_one_change = len(statements) / 50
    assert of_one_change < READERS / 2


def test_waiting_readers_hold_no_connection(database):
    events = EventService(database, limits=EventLimits(waiting=READERS))
    pool = database.engine.pool
    assert isinstance(pool, QueuePool)
    with waiting_readers(events, EventScope(USER, TENANT)):
        assert pool.checkedout() == 0


def test_an_event_is_seen_by_every_reader_that_it_concerns(database, db_uri):
    events = EventService(database, limits=EventLimits(waiting=READERS))
    events.watch.start()
    elsewhere = Database(db_uri, DATABASE_LIMITS)
    with assert_prompt(), waiting_readers(events, EventScope(USER, TENANT)) as pages:
        EventService(elsewhere).publish("change", {}, TENANT)
        assert [sequences(page.result()) for page in pages] == [[1]] * READERS
    elsewhere.close()


def hold(daemon, token, start):
    """Return the answer to a request that waits for an event; repeat it until it has a slot."""
    while (response := daemon.get("/events", token=token, after=start, wait=30)).status_code != 200:
        assert response.status_code in {429, 503}
    return response


def check_refusal(response, status, error_id):
    check_error(response, status, error_id)
    assert int(response.headers["Retry-After"]) >= 1


def test_one_user_can_not_occupy_all_slots(daemon):
    start = cursor(daemon)
    with assert_prompt(), ThreadPoolExecutor(3) as threads:
        futures = [threads.submit(hold, daemon, "admin", start) for _ in range(2)]
        wait_until(lambda: daemon.get("/events", after=start, wait=0.01).status_code == 429)
        check_refusal(daemon.get("/events", after=start, wait=30), 429, "too-many-requests")
        futures.append(threads.submit(hold, daemon, "second", start))
        wait_until(lambda: daemon.get("/events", "userless", after=start, wait=0.01).status_code == 503)
        check_refusal(daemon.get("/events", "userless", after=start, wait=30), 503, "too-busy")
        assert daemon.get("/events", after=start).json["items"] == []
        create(daemon, "/personal", {"id": "a"})
        assert [len(future.result().json["items"]) for future in futures] == [1, 1, 1]
        assert len(feed(daemon, start, wait=30)["items"]) == 1


def test_a_slot_is_free_again_when_its_request_ends(daemon):
    start = cursor(daemon)
    for _ in range(10):
        assert feed(daemon, start, wait=0.01)["items"] == []


def test_a_page_of_large_events_is_bounded_and_the_next_continues(daemon):
    start, text = cursor(daemon), "x" * 900_000
    for number in range(12):
        daemon.controller._services.events.publish(f"large-{number}", {"text": text}, TENANT)
    seen, sizes, after = [], [], start
    while items := (response := daemon.get("/events", after=after, limit=1000)).json["items"]:
        seen += [event["name"] for event in items]
        sizes.append(len(response.data))
        after = response.json["next"]
    assert seen == [f"large-{number}" for number in range(12)]
    assert 1_000_000 < max(sizes) < 5_000_000
    assert after == cursor(daemon)


def test_an_event_larger_than_a_page_is_a_page_of_its_own(database):
    events = EventService(database, limits=EventLimits(page_bytes=100))
    for size in (10, 1000, 10):
        events.publish("change", {"text": "x" * size}, TENANT)
    pages, after = [], 0
    while (page := events.find(ALL_TENANTS, EventFilter(after, 10))).items:
        pages.append(sequences(page))
        after = page.next
    assert pages == [[1], [2], [3]]


def test_a_batch_for_the_broker_is_limited_in_bytes(database):
    events = EventService(database, limits=EventLimits(page_bytes=2500))
    for _ in range(5):
        events.publish("change", {"text": "x" * 1000}, TENANT)
    batch, has_more = events.find_unpublished(500)
    assert ([event.sequence for event in batch], has_more) == ([1, 2], True)


def test_an_event_that_is_stored_too_large_is_read_without_its_data(database):
    EventService(database, limits=EventLimits(event_bytes=10**9)).publish("old", {"text": "é" * 600}, TENANT)
    events = EventService(database, limits=EventLimits(event_bytes=1000))
    events.publish("new", {"text": "é" * 400}, TENANT)
    old, new = events.find(ALL_TENANTS, EVERYTHING).items
    assert events.to_envelope(old)["data"] == {"incomplete": True}
    assert new.data == f'{{"text":"{"é" * 400}"}}'


@pytest.mark.parametrize("kind", [PersonalContactCreated, PersonalContactUpdated, PersonalContactDeleted])
def test_a_change_of_a_huge_resource_is_an_event_that_names_it(database, caplog, kind):
    events = EventService(database, limits=EventLimits(event_bytes=1000))
    with database.changing() as session:
        events.record(session, kind(TENANT, USER, StoredContact("17", {"note": "x" * 2000})))
    (recorded,) = events.find(ALL_TENANTS, EVERYTHING).items
    assert recorded.data == f'{{"user_uuid":"{USER}","contact":{{"id":"17"}},"incomplete":true}}'
    (line,) = [record.getMessage() for record in caplog.records]
    assert kind.name in line
    assert TENANT in line


@pytest.mark.parametrize(("count", "status"), [(100, 200), (101, 400), (20_000, 400)])
def test_the_number_of_names_is_limited(daemon, count, status):
    response = daemon.get("/events", names=",".join(f"n{number}" for number in range(count)))
    assert response.status_code == status, response.text
    assert status == 200 or "names" in response.json["details"]
