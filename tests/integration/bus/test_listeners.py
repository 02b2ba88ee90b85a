"""Incoming events: the built-in listeners, and messages that can't be handled."""

import json

import pytest

from api.conftest import OTHER, TENANT, USER, Daemon, configuration
from api.events import feed
from api.favorites import favorite, favorites
from api.rest import create, names
from waiting import wait_until

NEW_TENANT = "99999999-9999-4999-8999-999999999999"
AS_OTHER_TENANT = {"token": "other-tenant"}


@pytest.fixture
def listening_daemon(bus_daemon):
    """Wait until the daemon consumes: a message that is published before its queue exists is dropped."""
    wait_until(lambda: bus_daemon.get("/status").json["bus_consumer"]["status"] == "ok")
    return bus_daemon


def dead_letter_queue_length(bus, bus_settings):
    return bus.length(f"{bus_settings['queue_name']}.dead")


def dead_letters(daemon):
    return daemon.get("/status").json["outbox"]["set_aside"]


def test_a_new_tenant_gets_sources_a_display_and_a_profile(listening_daemon, bus):
    bus.publish("auth_tenant_added", {"uuid": OTHER, "name": "acme", "slug": "x"})
    wait_until(lambda: listening_daemon.get("/profiles", **AS_OTHER_TENANT).json["total"])
    assert names(listening_daemon.get("/sources", **AS_OTHER_TENANT)) == [
        "auto_conference_acme",
        "auto_google_acme",
        "auto_office365_acme",
        "auto_wazo_acme",
        "personal",
    ]
    (display,) = listening_daemon.get("/displays", **AS_OTHER_TENANT).json["items"]
    assert display["name"] == "auto_acme"
    assert [column["title"] for column in display["columns"]] == [
        "Nom",
        "Prénom",
        "Nom de famille",
        "Numéro",
        "Mobile",
        "Boîte vocale",
        "Favoris",
        "E-mail",
    ]
    (profile,) = listening_daemon.get("/profiles", **AS_OTHER_TENANT).json["items"]
    assert (profile["name"], profile["display"]) == ("default", {"uuid": display["uuid"]})
    assert {name: len(service["sources"]) for name, service in profile["services"].items()} == {
        "lookup": 5,
        "favorites": 5,
        "reverse": 5,
    }
    assert profile["services"]["reverse"]["options"] == {"timeout": 0.5}


def test_created_sources_have_exactly_the_options_of_the_contract(listening_daemon, bus):
    bus.publish("auth_tenant_added", {"uuid": OTHER, "name": "acme"})
    wait_until(lambda: listening_daemon.get("/profiles", **AS_OTHER_TENANT).json["total"])
    auth = {"host": "localhost", "port": 9497, "prefix": None, "https": False, "version": "0.1"}
    (google,) = listening_daemon.get("/backends/google/sources", **AS_OTHER_TENANT).json["items"]
    assert google["auth"] == auth
    assert google["format_columns"]["phone"] == "{numbers_except_label[mobile][0]}"
    (wazo,) = listening_daemon.get("/backends/wazo/sources", **AS_OTHER_TENANT).json["items"]
    keys = "/var/lib/wazo-auth-keys/wazo-dird-wazo-backend-key.yml"
    assert wazo["auth"] == {**auth, "key_file": keys}
    assert wazo["confd"] == {**auth, "port": 9486, "version": "1.1"}
    (office,) = listening_daemon.get("/backends/office365/sources", **AS_OTHER_TENANT).json["items"]
    assert office["endpoint"] == "https://graph.microsoft.com/v1.0/me/contacts"
    assert "key_file" not in office["auth"]


def test_a_repeated_event_changes_nothing(listening_daemon, bus):
    for _ in range(2):
        bus.publish("auth_tenant_added", {"uuid": OTHER, "name": "acme"})
    bus.publish("localization_edited", {"tenant_uuid": OTHER, "country": "FR"})
    wait_until(lambda: listening_daemon.controller._services.tenants.dial_plan(OTHER).country == "FR")
    assert listening_daemon.get("/displays", **AS_OTHER_TENANT).json["total"] == 1
    assert listening_daemon.get("/profiles", **AS_OTHER_TENANT).json["total"] == 1
    assert listening_daemon.get("/sources", **AS_OTHER_TENANT).json["total"] == 5


def test_a_failed_step_does_not_prevent_the_others(listening_daemon, bus):
    create(listening_daemon, "/profiles", {"name": "default", "services": {}}, **AS_OTHER_TENANT)
    create(
        listening_daemon,
        "/backends/csv/sources",
        {"name": "auto_google_acme", "file": "x.csv"},
        **AS_OTHER_TENANT,
    )
    bus.publish("auth_tenant_added", {"uuid": OTHER, "name": "acme"})
    wait_until(lambda: listening_daemon.get("/displays", **AS_OTHER_TENANT).json["total"])
    assert listening_daemon.get("/sources", **AS_OTHER_TENANT).json["total"] == 5
    assert listening_daemon.get("/backends/google/sources", **AS_OTHER_TENANT).json["total"] == 0
    assert listening_daemon.get("/profiles", **AS_OTHER_TENANT).json["items"][0]["services"] == {}


def test_the_data_of_a_deleted_user_is_removed_and_recorded_as_events(listening_daemon, bus):
    create(listening_daemon, "/personal", {"id": "a"})
    create(listening_daemon, "/personal", {"id": "b"}, token="second")
    favorite(listening_daemon, "PUT", "crew/17")
    bus.publish("user_deleted", {"uuid": "nobody"})
    bus.publish("user_deleted", {"uuid": USER})
    wait_until(lambda: favorites(listening_daemon) == [])
    assert listening_daemon.get("/personal").json["items"] == []
    assert len(listening_daemon.get("/personal", token="second").json["items"]) == 1
    event_names = [event["name"] for event in feed(listening_daemon)["items"]][-2:]
    assert event_names == ["personal_contacts_purged", "favorite_deleted"]


def test_the_event_name_may_be_in_the_headers_alone(listening_daemon, bus):
    body = {"data": {"tenant_uuid": NEW_TENANT, "country": "de"}}
    bus.publish_raw(json.dumps(body).encode(), {"name": "localization_edited"})
    wait_until(lambda: listening_daemon.controller._services.tenants.dial_plan(NEW_TENANT).country == "DE")


MALFORMED_BODIES = {
    "not JSON": b"\xff{",
    "a list": b"[1]",
    "data of a wrong type": b'{"data": 5}',
    "no data": b"{}",
    "a field of a wrong type": b'{"data": {"uuid": 5}}',
    "no uuid": b'{"data": {"uuid": ""}}',
    "NUL": b'{"data": {"uuid": "a\\u0000b"}}',
    "deep": b"[" * 100_000,
    "10 MB": b'{"data": {"uuid": "' + b"x" * 10_000_000 + b'"}}',
}


def test_malformed_messages_are_dead_lettered_and_later_ones_handled(
    listening_daemon, bus, bus_settings, caplog
):
    for body in MALFORMED_BODIES.values():
        bus.publish_raw(body, {"name": "user_deleted"})
    create(listening_daemon, "/personal", {"id": "a"})
    bus.publish("user_deleted", {"uuid": USER})
    wait_until(lambda: listening_daemon.get("/personal").json["items"] == [])
    assert (
        dead_letter_queue_length(bus, bus_settings) == dead_letters(listening_daemon) == len(MALFORMED_BODIES)
    )
    lines = [r.getMessage() for r in caplog.records if "dead-letter queue" in r.getMessage()]
    assert len(lines) == len(MALFORMED_BODIES)
    assert all("user_deleted" in line and len(line) < 400 for line in lines)
    assert listening_daemon.get("/status").json["bus_consumer"]["status"] == "ok"


def test_messages_wait_while_no_daemon_runs(tmp_path, db_uri, bus, bus_settings):
    config = configuration(tmp_path, db_uri=db_uri, bus=bus_settings)
    with Daemon(config) as daemon:
        wait_until(lambda: daemon.get("/status").json["bus_consumer"]["status"] == "ok")
        create(daemon, "/personal", {"id": "a"})
    bus.publish("user_deleted", {"uuid": USER})
    with Daemon(config) as daemon:
        wait_until(lambda: daemon.get("/personal").json["items"] == [])


def test_with_two_replicas_each_event_is_handled_once(tmp_path, db_uri, bus, bus_settings):
    config = configuration(tmp_path, db_uri=db_uri, bus=bus_settings)
    with Daemon(config) as first, Daemon({**config, "state_directory": tmp_path / "second"}) as second:
        for daemon in (first, second):
            wait_until(lambda: daemon.get("/status").json["bus_consumer"]["status"] == "ok")  # noqa: B023
        for _ in range(3):
            bus.publish("auth_tenant_added", {"uuid": OTHER, "name": "acme"})
        wait_until(lambda: first.get("/profiles", **AS_OTHER_TENANT).json["total"])
        wait_until(lambda: bus.length(bus_settings["queue_name"]) == 0)
        assert first.get("/displays", **AS_OTHER_TENANT).json["total"] == 1


def test_localization_edited_sets_the_country_of_a_tenant(listening_daemon, bus):
    create(listening_daemon, "/personal", {"id": "a", "number": "+33 1 44 55 66 77"})
    bus.publish("localization_edited", {"tenant_uuid": TENANT, "country": "FR"})
    wait_until(lambda: listening_daemon.controller._services.tenants.dial_plan(TENANT).country == "FR")
