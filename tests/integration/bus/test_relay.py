"""Published events: as the contract says, in order, none lost; and no request waits for the broker."""

import pytest

from api.conftest import TENANT, USER, Daemon, configuration
from api.favorites import favorite
from api.rest import create
from waiting import assert_prompt, wait_until


def add_contacts(daemon, *contact_ids):
    for contact_id in contact_ids:
        create(daemon, "/personal", {"id": contact_id, "number": contact_id})


def contact_ids(events):
    return [event["data"]["contact"]["id"] for event in events]


def outbox(daemon):
    return daemon.get("/status").json["outbox"]


def publisher(daemon):
    return daemon.get("/status").json["bus_publisher"]


def test_a_favorite_is_published_as_the_contract_says(bus_daemon, bus):
    favorite(bus_daemon, "PUT", "crew/17")
    favorite(bus_daemon, "DELETE", "crew/17")
    added, deleted = bus.messages(2)
    assert (added.headers["name"], deleted.headers["name"]) == ("favorite_added", "favorite_deleted")
    assert added.delivery_info["routing_key"] == f"directory.{USER}.favorite.created"
    assert deleted.delivery_info["routing_key"] == f"directory.{USER}.favorite.deleted"
    assert added.headers[f"user_uuid:{USER}"] is True
    assert added.headers["required_access"] == "event.favorite_added"
    assert added.headers["tenant_uuid"] == TENANT
    body = added.payload
    assert {**added.headers, "data": body["data"]} == body
    assert body["data"] == {
        "xivo_uuid": None,
        "user_uuid": USER,
        "source": "crew",
        "source_entry_id": "17",
    }
    assert added.properties["message_id"] == body["id"]
    assert added.properties["delivery_mode"] == 2
    assert added.content_type == "application/json"


def test_the_status_shows_that_all_events_are_sent(bus_daemon, bus):
    add_contacts(bus_daemon, "a")
    bus.events(1)
    wait_until(lambda: outbox(bus_daemon)["waiting"] == 0)
    assert outbox(bus_daemon)["sent_by"] == "this process"
    wait_until(lambda: bus_daemon.get("/status").json["bus_consumer"]["status"] == "ok")
    assert publisher(bus_daemon)["status"] == "ok"


def test_unroutable_events_are_counted_and_not_an_error(tmp_path, db_uri, rabbit, bus_settings):
    settings = {**bus_settings, "exchange_name": f"unbound-{bus_settings['queue_name']}"}
    with Daemon(configuration(tmp_path, db_uri=db_uri, bus=settings)) as daemon:
        add_contacts(daemon, "a")
        wait_until(lambda: outbox(daemon)["waiting"] == 0)
        assert outbox(daemon)["unroutable"] == 6


def test_events_arrive_in_order_when_the_broker_restarts(bus_daemon, bus, rabbit):
    add_contacts(bus_daemon, "a", "b")
    rabbit.stop()
    add_contacts(bus_daemon, "c", "d")
    rabbit.start()
    add_contacts(bus_daemon, "e")
    assert contact_ids(bus.events(5)) == ["a", "b", "c", "d", "e"]
    wait_until(lambda: publisher(bus_daemon)["status"] == "ok")


def test_events_are_sent_later_when_the_broker_is_down_at_start(tmp_path, db_uri, bus, bus_settings, rabbit):
    rabbit.stop()
    with Daemon(configuration(tmp_path, db_uri=db_uri, bus=bus_settings)) as daemon:
        with assert_prompt():
            add_contacts(daemon, "a", "b")
            wait_until(lambda: "broker" in (publisher(daemon).get("error") or ""))
        assert publisher(daemon)["status"] == daemon.get("/status").json["bus_consumer"]["status"] == "fail"
        assert (outbox(daemon)["status"], outbox(daemon)["waiting"]) == ("ok", 7)
        rabbit.start()
        assert contact_ids(bus.events(7)[5:]) == ["a", "b"]


def test_a_broker_with_an_alarm_delays_events_but_no_request(bus_daemon, bus, rabbit):
    rabbit.block()
    try:
        with assert_prompt():
            add_contacts(bus_daemon, "a", "b")
        wait_until(lambda: "alarm" in (publisher(bus_daemon).get("error") or ""))
        assert outbox(bus_daemon)["waiting"] == 2
    finally:
        rabbit.unblock()
    assert contact_ids(bus.events(2)) == ["a", "b"]
    wait_until(lambda: publisher(bus_daemon)["status"] == "ok")


def test_a_broker_that_freezes_delays_no_request(bus_daemon, bus, rabbit):
    rabbit.pause()
    try:
        with assert_prompt():
            add_contacts(bus_daemon, "a", "b")
            assert bus_daemon.get("/status").status_code == 200
    finally:
        rabbit.resume()
    assert contact_ids(bus.events(2)) == ["a", "b"]


def test_events_that_wait_when_the_daemon_stops_are_sent_by_the_next(
    tmp_path, db_uri, bus, bus_settings, rabbit
):
    config = configuration(tmp_path, db_uri=db_uri, bus=bus_settings)
    rabbit.stop()
    with Daemon(config) as daemon:
        add_contacts(daemon, "a", "b")
    rabbit.start()
    with Daemon(config) as daemon:
        add_contacts(daemon, "c")
        assert contact_ids(bus.events(8)[5:]) == ["a", "b", "c"]


def test_one_of_two_processes_sends_until_the_other_takes_over(tmp_path, db_uri, bus, bus_settings):
    config = configuration(tmp_path, db_uri=db_uri, bus=bus_settings)
    with Daemon(config) as first:
        bus.events(5)
        with Daemon({**config, "state_directory": tmp_path / "second"}) as second:
            add_contacts(second, "a")
            assert contact_ids(bus.events(1)) == ["a"]
            wait_until(lambda: outbox(second)["sent_by"] == "another process")
            assert publisher(second)["status"] == "ok"
            first.controller.stop()
            add_contacts(second, "b")
            assert contact_ids(bus.events(1)) == ["b"]
            assert outbox(second)["sent_by"] == "this process"
    assert bus.duplicates == 0


def test_amqps_works_with_the_right_ca(tmp_path, db_uri, bus, bus_settings, rabbit, ca_file):
    settings = {**bus_settings, "port": rabbit.tls_port, "ssl": True, "ssl_ca": ca_file}
    with Daemon(configuration(tmp_path, db_uri=db_uri, bus=settings)) as daemon:
        add_contacts(daemon, "a")
        assert contact_ids(bus.events(6)[5:]) == ["a"]


@pytest.mark.parametrize("changes", [{"ssl_ca": None}, {"host": "127.0.0.1"}])
def test_nothing_is_sent_to_a_broker_with_a_wrong_certificate(
    tmp_path, bus_settings, rabbit, ca_file, changes
):
    settings = {**bus_settings, "port": rabbit.tls_port, "ssl": True, "ssl_ca": ca_file, **changes}
    with Daemon(configuration(tmp_path, bus=settings)) as daemon:
        wait_until(lambda: "CERTIFICATE_VERIFY_FAILED" in (publisher(daemon).get("error") or ""))
        assert outbox(daemon)["waiting"] == 5


def test_the_status_reports_a_wrong_password_without_showing_it(tmp_path, bus_settings):
    settings = {**bus_settings, "password": "wr0ng-s3cret"}
    with Daemon(configuration(tmp_path, bus=settings)) as daemon:
        wait_until(lambda: publisher(daemon).get("error") not in (None, "it has not connected yet"))
        status = daemon.get("/status").text
        assert "ACCESS_REFUSED" in status
        assert "wr0ng-s3cret" not in status
