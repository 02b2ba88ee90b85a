"""GET /0.1/events: whose events are shown, the cursor, and waiting."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api.conftest import CHILD, OTHER, TENANT, Daemon, configuration
from api.events import cursor, feed
from api.favorites import favorite
from api.rest import created, refused
from waiting import promptly
from xivo_dird.authenticator import hash_token
from xivo_dird.database.engine import Database
from xivo_dird.events.service import EventService

LISTENER = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def modest(tmp_path, db_uri):
    """A daemon with tokens that may read only the events of their user."""
    config = configuration(tmp_path, db_uri=db_uri, events={"max_waiting": 1})
    own = {"tenant_uuid": TENANT, "acl": ["dird.events.read", "dird.personal.#"]}
    config["auth"]["tokens"] += [
        {**own, "hash": hash_token("modest"), "user_uuid": LISTENER},
        {**own, "hash": hash_token("faceless")},
    ]
    with Daemon(config) as daemon:
        yield daemon


def names(page):
    return [event["name"] for event in page["items"]]


def test_a_user_sees_own_events_and_no_other(modest):
    created(modest, "/personal", {"firstname": "Ada"})
    created(modest, "/personal", {"firstname": "Eva"}, token="modest")
    (event,) = feed(modest, token="modest")["items"]
    assert event["data"]["contact"]["firstname"] == "Eva"
    assert feed(modest, token="faceless")["items"] == []


def test_with_the_right_for_the_tenant_all_of_it_is_seen_and_no_other_tenant(daemon):
    created(daemon, "/personal", {"firstname": "Ada"}, token="second")
    assert "personal_contact_created" in names(feed(daemon))
    assert feed(daemon, token="stranger")["items"] == []
    assert feed(daemon, headers={"Wazo-Tenant": CHILD}, token="nobody")["items"] == []
    assert daemon.get("/events", headers={"Wazo-Tenant": OTHER}).status_code == 401
    assert daemon.get("/events", token="empty-handed").status_code == 401


def test_a_cursor_leads_through_all_events_once(daemon):
    before = cursor(daemon)
    for number in range(5):
        created(daemon, "/personal", {"id": str(number), "number": str(number)})
    seen, after = [], before
    while (page := feed(daemon, after, limit=2))["items"]:
        seen += [event["data"]["contact"]["id"] for event in page["items"]]
        after = page["next"]
    assert seen == ["0", "1", "2", "3", "4"]
    assert after == cursor(daemon)


def test_sequences_have_no_gap(daemon):
    created(daemon, "/personal", {"id": "a"})
    assert daemon.request("POST", "/0.1/personal", json={"id": "a"}).status_code == 409
    favorite(daemon, "PUT", "crew/17")
    sequences = [event["sequence"] for event in feed(daemon)["items"]]
    assert sequences == list(range(1, len(sequences) + 1))


def test_only_wanted_names_are_shown_and_the_cursor_passes_over_the_others(daemon):
    before = cursor(daemon)
    favorite(daemon, "PUT", "crew/17")
    created(daemon, "/personal", {"id": "a"})
    wanted = "favorite_added,favorite_deleted"
    page = feed(daemon, before, names=wanted)
    assert names(page) == ["favorite_added"]
    assert feed(daemon, page["next"], names=wanted) == {
        "items": [],
        "next": page["next"],
        "expired": False,
    }
    assert page["next"] == cursor(daemon)


@pytest.mark.parametrize(
    ("argument", "value"),
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
def test_a_wrong_argument_is_a_400_that_names_it(daemon, argument, value):
    details = refused(daemon.get("/events", **{argument: value}), 400, "invalid-data")
    assert argument in details


def test_a_cursor_of_another_database_is_a_400_not_an_endless_wait(daemon):
    assert "after" in refused(daemon.get("/events", after=10_000), 400, "invalid-data")


def test_a_held_request_is_answered_as_soon_as_something_happens(daemon):
    with ThreadPoolExecutor(1) as threads, promptly():
        held = threads.submit(feed, daemon, cursor(daemon), wait=30)
        created(daemon, "/personal", {"id": "a"}, token="second")
        assert names(held.result()) == ["personal_contact_created"]


def test_what_is_not_for_the_reader_does_not_end_the_wait(modest):
    start = cursor(modest)
    with ThreadPoolExecutor(1) as threads, promptly():
        held = threads.submit(feed, modest, start, token="modest", wait=30)
        created(modest, "/personal", {"id": "a"})
        created(modest, "/personal", {"id": "b"}, token="modest")
        assert [event["data"]["contact"]["id"] for event in held.result()["items"]] == ["b"]


def test_a_wait_ends_without_any_event(daemon):
    start = cursor(daemon)
    assert feed(daemon, start, wait=0.05) == {"items": [], "next": start, "expired": False}


def test_no_more_requests_are_held_than_the_configuration_allows(modest):
    start = cursor(modest)

    def hold():
        while not (page := feed(modest, start, wait=30))["items"]:  # somebody else had the only seat
            continue
        return page

    with ThreadPoolExecutor(1) as threads:
        held = threads.submit(hold)
        answers = [feed(modest, start, wait=0.05)["next"] for _ in range(3)]
        created(modest, "/personal", {"id": "a"})
        assert names(held.result()) == ["personal_contact_created"]
    assert answers == [start] * 3


def test_a_stopping_daemon_lets_held_requests_go(tmp_path, db_uri):
    with Daemon(configuration(tmp_path, db_uri=db_uri)) as daemon, promptly():
        start = cursor(daemon)
        with ThreadPoolExecutor(1) as threads:
            held = threads.submit(daemon.get, "/events", after=start, wait=30)
            daemon.controller.stop()
            assert held.result().status_code in {200, 503}


def test_events_of_another_process_are_seen_without_a_restart(tmp_path, db_uri):
    config = configuration(tmp_path, db_uri=db_uri)
    elsewhere = {**config, "state_directory": tmp_path / "elsewhere"}
    with Daemon(config) as here, Daemon(elsewhere) as there, ThreadPoolExecutor(1) as threads, promptly():
        held = threads.submit(feed, there, cursor(there), wait=30)
        created(here, "/personal", {"id": "a"})
        assert names(held.result()) == ["personal_contact_created"]


def test_old_events_are_removed_and_a_reader_who_missed_them_is_told(tmp_path, db_uri):
    database = Database(db_uri)
    with Daemon(configuration(tmp_path, db_uri=db_uri)) as daemon:
        created(daemon, "/personal", {"id": "a"})
        events = EventService(database)
        recorded = events.counters().recorded
        assert events.remove_old(keep_seconds=3600, keep_unpublished=False) == 0
        assert events.remove_old(keep_seconds=-1, keep_unpublished=True) == 0
        assert events.remove_old(keep_seconds=-1, keep_unpublished=False) == recorded
        page = feed(daemon)
        assert page == {"items": [], "next": recorded, "expired": True}
        favorite(daemon, "PUT", "crew/17")
        page = feed(daemon, page["next"])
        assert (names(page), page["expired"]) == (["favorite_added"], False)
    database.close()


def test_a_user_without_events_and_hostile_names_find_nothing(daemon):
    for hostile in ("%", "'; DROP TABLE event; --", "x" * 5000, "\u202e"):
        assert feed(daemon, names=hostile)["items"] == []
    refused(daemon.get("/events", names="\x00"), 400, "invalid-data")
    assert feed(daemon, token="nobody", names=",,,")["expired"] is False
