"""GET /0.1/events: which events are shown, the cursor, and waiting."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api.conftest import CHILD, OTHER, TENANT, Daemon, configuration
from api.events import cursor, feed
from api.favorites import favorite
from api.rest import check_error, create
from stored import DATABASE_LIMITS
from waiting import assert_prompt
from xivo_dird.authenticator import hash_token
from xivo_dird.database.engine import Database
from xivo_dird.events.service import EventService

LISTENER = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def limited_daemon(tmp_path, db_uri):
    """Run a daemon with tokens that may read only the events of their user."""
    config = configuration(tmp_path, db_uri=db_uri)
    token = {"tenant_uuid": TENANT, "acl": ["dird.events.read", "dird.personal.#"]}
    config["auth"]["tokens"] += [
        {**token, "hash": hash_token("own-events"), "user_uuid": LISTENER},
        {**token, "hash": hash_token("own-events-userless")},
    ]
    with Daemon(config) as daemon:
        yield daemon


def names(page):
    return [event["name"] for event in page["items"]]


def test_a_user_sees_only_own_events(limited_daemon):
    create(limited_daemon, "/personal", {"firstname": "Ada"})
    create(limited_daemon, "/personal", {"firstname": "Eva"}, token="own-events")
    (event,) = feed(limited_daemon, token="own-events")["items"]
    assert event["data"]["contact"]["firstname"] == "Eva"
    assert feed(limited_daemon, token="own-events-userless")["items"] == []


def test_the_right_for_a_tenant_shows_all_its_events_and_no_others(daemon):
    create(daemon, "/personal", {"firstname": "Ada"}, token="second")
    assert "personal_contact_created" in names(feed(daemon))
    assert feed(daemon, token="other-tenant")["items"] == []
    assert feed(daemon, headers={"Wazo-Tenant": CHILD}, token="userless")["items"] == []
    assert daemon.get("/events", headers={"Wazo-Tenant": OTHER}).status_code == 401
    assert daemon.get("/events", token="no-rights").status_code == 401


def test_a_cursor_yields_every_event_once(daemon):
    before = cursor(daemon)
    for number in range(5):
        create(daemon, "/personal", {"id": str(number), "number": str(number)})
    seen, after = [], before
    while (page := feed(daemon, after, limit=2))["items"]:
        seen += [event["data"]["contact"]["id"] for event in page["items"]]
        after = page["next"]
    assert seen == ["0", "1", "2", "3", "4"]
    assert after == cursor(daemon)


def test_sequences_have_no_gap(daemon):
    create(daemon, "/personal", {"id": "a"})
    assert daemon.request("POST", "/0.1/personal", json={"id": "a"}).status_code == 409
    favorite(daemon, "PUT", "crew/17")
    sequences = [event["sequence"] for event in feed(daemon)["items"]]
    assert sequences == list(range(1, len(sequences) + 1))


def test_only_requested_names_are_shown_and_the_cursor_skips_others(daemon):
    before = cursor(daemon)
    favorite(daemon, "PUT", "crew/17")
    create(daemon, "/personal", {"id": "a"})
    requested = "favorite_added,favorite_deleted"
    page = feed(daemon, before, names=requested)
    assert names(page) == ["favorite_added"]
    assert feed(daemon, page["next"], names=requested) == {
        "items": [],
        "next": page["next"],
        "expired": False,
    }
    assert page["next"] == cursor(daemon)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("after", "-1"),
        ("after", "soon"),
        ("after", str(2**64)),
        ("limit", "0"),
        ("limit", "1001"),
        ("wait", "31"),
        ("wait", "-1"),
        ("wait", "nan"),
    ],
)
def test_a_wrong_parameter_is_a_400_that_names_it(daemon, parameter, value):
    details = check_error(daemon.get("/events", **{parameter: value}), 400, "invalid-data")
    assert parameter in details


def test_a_cursor_of_another_database_is_a_400_not_an_endless_wait(daemon):
    assert "after" in check_error(daemon.get("/events", after=10_000), 400, "invalid-data")


def test_a_held_request_is_answered_as_soon_as_something_happens(daemon):
    with ThreadPoolExecutor(1) as threads, assert_prompt():
        held = threads.submit(feed, daemon, cursor(daemon), wait=30)
        create(daemon, "/personal", {"id": "a"}, token="second")
        assert names(held.result()) == ["personal_contact_created"]


def test_events_the_reader_may_not_see_do_not_end_the_wait(limited_daemon):
    start = cursor(limited_daemon)
    with ThreadPoolExecutor(1) as threads, assert_prompt():
        held = threads.submit(feed, limited_daemon, start, token="own-events", wait=30)
        create(limited_daemon, "/personal", {"id": "a"})
        create(limited_daemon, "/personal", {"id": "b"}, token="own-events")
        assert [event["data"]["contact"]["id"] for event in held.result()["items"]] == ["b"]


def test_a_wait_ends_without_any_event(daemon):
    start = cursor(daemon)
    assert feed(daemon, start, wait=0.05) == {"items": [], "next": start, "expired": False}


def test_without_a_free_slot_the_response_is_a_503_unless_there_are_events(tmp_path, db_uri):
    with Daemon(configuration(tmp_path, db_uri=db_uri, events={"max_waiting": 0})) as daemon:
        assert names(feed(daemon, wait=30))
        start = cursor(daemon)
        response = daemon.get("/events", after=start, wait=30)
        check_error(response, 503, "too-busy")
        assert response.headers["Retry-After"] == "5"
        assert feed(daemon, start)["items"] == []


def test_a_stopping_daemon_answers_held_requests(tmp_path, db_uri):
    with Daemon(configuration(tmp_path, db_uri=db_uri)) as daemon, assert_prompt():
        start = cursor(daemon)
        with ThreadPoolExecutor(1) as threads:
            held = threads.submit(daemon.get, "/events", after=start, wait=30)
            daemon.controller.stop()
            assert held.result().status_code in {200, 503}


def test_events_of_another_process_are_seen_without_a_restart(tmp_path, db_uri):
    config = configuration(tmp_path, db_uri=db_uri)
    elsewhere = {**config, "state_directory": tmp_path / "elsewhere"}
    with (
        Daemon(config) as first,
        Daemon(elsewhere) as second,
        ThreadPoolExecutor(1) as threads,
        assert_prompt(),
    ):
        held = threads.submit(feed, second, cursor(second), wait=30)
        create(first, "/personal", {"id": "a"})
        assert names(held.result()) == ["personal_contact_created"]


def test_old_events_are_removed_and_reported_as_expired_to_the_reader(tmp_path, db_uri):
    database = Database(db_uri, DATABASE_LIMITS)
    with Daemon(configuration(tmp_path, db_uri=db_uri)) as daemon:
        create(daemon, "/personal", {"id": "a"})
        events = EventService(database)
        recorded = events.counters().recorded
        assert events.remove_old(max_age=3600, keep_unpublished=False) == 0
        assert events.remove_old(max_age=-1, keep_unpublished=True) == 0
        assert events.remove_old(max_age=-1, keep_unpublished=False) == recorded
        page = feed(daemon)
        assert page == {"items": [], "next": recorded, "expired": True}
        favorite(daemon, "PUT", "crew/17")
        page = feed(daemon, page["next"])
        assert (names(page), page["expired"]) == (["favorite_added"], False)
    database.close()


def test_a_user_without_events_and_hostile_names_find_nothing(daemon):
    for hostile in ("%", "'; DROP TABLE event; --", "x" * 5000, "\u202e"):
        assert feed(daemon, names=hostile)["items"] == []
    check_error(daemon.get("/events", names="\x00"), 400, "invalid-data")
    assert feed(daemon, token="userless", names=",,,")["expired"] is False
