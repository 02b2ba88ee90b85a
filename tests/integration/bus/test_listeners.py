"""Events come in to listeners: the built-in ones, and those that nothing can handle."""

import json

import pytest

from api.conftest import OTHER, TENANT, USER, Daemon, configuration
from api.events import feed
from api.favorites import favorite, favorites
from api.rest import created, names
from waiting import wait_until

NEW = "99999999-9999-4999-8999-999999999999"
STRANGER = {"token": "stranger"}


@pytest.fixture
def wired(on_the_bus):
    """Wait until the daemon listens: what is published before its queue exists is for nobody."""
    wait_until(lambda: on_the_bus.get("/status").json["bus_consumer"]["status"] == "ok")
    return on_the_bus


def dead(bus, bus_settings):
    return bus.length(f"{bus_settings['queue_name']}.dead")


def set_aside(daemon):
    return daemon.get("/status").json["outbox"]["set_aside"]


def test_a_new_tenant_gets_sources_a_display_and_a_profile(wired, bus):
    bus.publish("auth_tenant_added", {"uuid": OTHER, "name": "acme", "slug": "x"})
    wait_until(lambda: wired.get("/profiles", **STRANGER).json["total"])
    assert names(wired.get("/sources", **STRANGER)) == [
        "auto_conference_acme",
        "auto_google_acme",
        "auto_office365_acme",
        "auto_wazo_acme",
        "personal",
    ]
    (display,) = wired.get("/displays", **STRANGER).json["items"]
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
    (profile,) = wired.get("/profiles", **STRANGER).json["items"]
    assert (profile["name"], profile["display"]) == ("default", {"uuid": display["uuid"]})
    assert {name: len(service["sources"]) for name, service in profile["services"].items()} == {
        "lookup": 5,
        "favorites": 5,
        "reverse": 5,
    }
    assert profile["services"]["reverse"]["options"] == {"timeout": 0.5}


def test_the_made_sources_show_exactly_the_keys_of_the_contract(wired, bus):
    bus.publish("auth_tenant_added", {"uuid": OTHER, "name": "acme"})
    wait_until(lambda: wired.get("/profiles", **STRANGER).json["total"])
    auth = {"host": "localhost", "port": 9497, "prefix": None, "https": False, "version": "0.1"}
    (google,) = wired.get("/backends/google/sources", **STRANGER).json["items"]
    assert google["auth"] == auth
    assert google["format_columns"]["phone"] == "{numbers_except_label[mobile][0]}"
    (wazo,) = wired.get("/backends/wazo/sources", **STRANGER).json["items"]
    keys = "/var/lib/wazo-auth-keys/wazo-dird-wazo-backend-key.yml"
    assert wazo["auth"] == {**auth, "key_file": keys}
    assert wazo["confd"] == {**auth, "port": 9486, "version": "1.1"}
    (office,) = wired.get("/backends/office365/sources", **STRANGER).json["items"]
    assert office["endpoint"] == "https://graph.microsoft.com/v1.0/me/contacts"
    assert "key_file" not in office["auth"]


def test_a_repeated_event_changes_nothing(wired, bus):
    for _ in range(2):
        bus.publish("auth_tenant_added", {"uuid": OTHER, "name": "acme"})
    bus.publish("localization_edited", {"tenant_uuid": OTHER, "country": "FR"})
    wait_until(lambda: wired.controller._services.tenants.country(OTHER) == "FR")
    assert wired.get("/displays", **STRANGER).json["total"] == 1
    assert wired.get("/profiles", **STRANGER).json["total"] == 1
    assert wired.get("/sources", **STRANGER).json["total"] == 5


def test_a_step_that_fails_costs_only_itself(wired, bus):
    created(wired, "/profiles", {"name": "default", "services": {}}, **STRANGER)
    created(wired, "/backends/csv/sources", {"name": "auto_google_acme", "file": "x.csv"}, **STRANGER)
    bus.publish("auth_tenant_added", {"uuid": OTHER, "name": "acme"})
    wait_until(lambda: wired.get("/displays", **STRANGER).json["total"])
    assert wired.get("/sources", **STRANGER).json["total"] == 5
    assert wired.get("/backends/google/sources", **STRANGER).json["total"] == 0
    assert wired.get("/profiles", **STRANGER).json["items"][0]["services"] == {}


def test_a_deleted_user_leaves_nothing_and_that_is_told(wired, bus):
    created(wired, "/personal", {"id": "a"})
    created(wired, "/personal", {"id": "b"}, token="second")
    favorite(wired, "PUT", "crew/17")
    bus.publish("user_deleted", {"uuid": "nobody"})
    bus.publish("user_deleted", {"uuid": USER})
    wait_until(lambda: favorites(wired) == [])
    assert wired.get("/personal").json["items"] == []
    assert len(wired.get("/personal", token="second").json["items"]) == 1
    told = [event["name"] for event in feed(wired)["items"]][-2:]
    assert told == ["personal_contacts_purged", "favorite_deleted"]


def test_the_name_may_be_in_the_body_alone_is_not_routed_and_data_alone_is_enough(wired, bus):
    data = {"data": {"tenant_uuid": NEW, "country": "de"}}
    bus.publish_raw(json.dumps(data).encode(), {"name": "localization_edited"})
    wait_until(lambda: wired.controller._services.tenants.country(NEW) == "DE")


MALFORMED = {
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


def test_malformed_messages_are_set_aside_and_later_ones_are_handled(wired, bus, bus_settings, caplog):
    for body in MALFORMED.values():
        bus.publish_raw(body, {"name": "user_deleted"})
    created(wired, "/personal", {"id": "a"})
    bus.publish("user_deleted", {"uuid": USER})
    wait_until(lambda: wired.get("/personal").json["items"] == [])
    assert dead(bus, bus_settings) == set_aside(wired) == len(MALFORMED)
    told = [record.getMessage() for record in caplog.records if "set aside" in record.getMessage()]
    assert len(told) == len(MALFORMED)
    assert all("user_deleted" in line and len(line) < 400 for line in told)
    assert wired.get("/status").json["bus_consumer"]["status"] == "ok"


def test_messages_wait_for_a_daemon_that_is_away(tmp_path, db_uri, bus, bus_settings):
    config = configuration(tmp_path, db_uri=db_uri, bus=bus_settings)
    with Daemon(config) as daemon:
        wait_until(lambda: daemon.get("/status").json["bus_consumer"]["status"] == "ok")
        created(daemon, "/personal", {"id": "a"})
    bus.publish("user_deleted", {"uuid": USER})
    with Daemon(config) as daemon:
        wait_until(lambda: daemon.get("/personal").json["items"] == [])


def test_with_two_replicas_each_event_is_handled_once(tmp_path, db_uri, bus, bus_settings):
    config = configuration(tmp_path, db_uri=db_uri, bus=bus_settings)
    with Daemon(config) as one, Daemon({**config, "state_directory": tmp_path / "elsewhere"}) as other:
        for daemon in (one, other):
            wait_until(lambda: daemon.get("/status").json["bus_consumer"]["status"] == "ok")  # noqa: B023
        for _ in range(3):
            bus.publish("auth_tenant_added", {"uuid": OTHER, "name": "acme"})
        wait_until(lambda: one.get("/profiles", **STRANGER).json["total"])
        wait_until(lambda: bus.length(bus_settings["queue_name"]) == 0)
        assert one.get("/displays", **STRANGER).json["total"] == 1


def test_the_country_of_a_tenant_is_the_region_of_its_numbers(wired, bus):
    created(wired, "/personal", {"id": "a", "number": "+33 1 44 55 66 77"})
    bus.publish("localization_edited", {"tenant_uuid": TENANT, "country": "FR"})
    wait_until(lambda: wired.controller._services.tenants.country(TENANT) == "FR")
