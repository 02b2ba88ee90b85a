"""Events go to the broker: as the contract says, in order, none lost, and no request ever waits for it."""

import pytest

from api.conftest import TENANT, USER, Daemon, configuration
from api.favorites import favorite
from api.rest import created
from waiting import promptly, wait_until


def write(daemon, *ids):
    for each in ids:
        created(daemon, "/personal", {"id": each, "number": each})


def ids(events):
    return [event["data"]["contact"]["id"] for event in events]


def outbox(daemon):
    return daemon.get("/status").json["outbox"]


def publisher(daemon):
    return daemon.get("/status").json["bus_publisher"]


def test_a_favorite_is_published_as_the_contract_says(on_the_bus, bus):
    favorite(on_the_bus, "PUT", "crew/17")
    favorite(on_the_bus, "DELETE", "crew/17")
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


def test_the_status_tells_that_all_is_sent(on_the_bus, bus):
    write(on_the_bus, "a")
    bus.events(1)
    wait_until(lambda: outbox(on_the_bus)["waiting"] == 0)
    assert outbox(on_the_bus)["sent_by"] == "this process"
    wait_until(lambda: on_the_bus.get("/status").json["bus_consumer"]["status"] == "ok")
    assert publisher(on_the_bus)["status"] == "ok"


def test_what_interests_nobody_is_counted_and_is_no_error(tmp_path, db_uri, rabbit, bus_settings):
    settings = {**bus_settings, "exchange_name": f"lonely-{bus_settings['queue_name']}"}
    with Daemon(configuration(tmp_path, db_uri=db_uri, bus=settings)) as daemon:
        write(daemon, "a")
        wait_until(lambda: outbox(daemon)["waiting"] == 0)
        assert outbox(daemon)["unroutable"] == 6


def test_with_a_broker_that_restarts_all_comes_in_order(on_the_bus, bus, rabbit):
    write(on_the_bus, "a", "b")
    rabbit.stop()
    write(on_the_bus, "c", "d")
    rabbit.start()
    write(on_the_bus, "e")
    assert ids(bus.events(5)) == ["a", "b", "c", "d", "e"]
    wait_until(lambda: publisher(on_the_bus)["status"] == "ok")


def test_a_broker_that_is_absent_at_start_gets_everything_later(tmp_path, db_uri, bus, bus_settings, rabbit):
    rabbit.stop()
    with Daemon(configuration(tmp_path, db_uri=db_uri, bus=bus_settings)) as daemon:
        with promptly():
            write(daemon, "a", "b")
            wait_until(lambda: "broker" in (publisher(daemon)["error"] or ""))
        assert publisher(daemon)["status"] == daemon.get("/status").json["bus_consumer"]["status"] == "fail"
        assert (outbox(daemon)["status"], outbox(daemon)["waiting"]) == ("ok", 7)
        rabbit.start()
        assert ids(bus.events(7)[5:]) == ["a", "b"]


def test_a_broker_with_an_alarm_delays_events_and_no_request(on_the_bus, bus, rabbit):
    rabbit.block()
    try:
        with promptly():
            write(on_the_bus, "a", "b")
        wait_until(lambda: "alarm" in (publisher(on_the_bus)["error"] or ""))
        assert outbox(on_the_bus)["waiting"] == 2
    finally:
        rabbit.unblock()
    assert ids(bus.events(2)) == ["a", "b"]
    wait_until(lambda: publisher(on_the_bus)["status"] == "ok")


def test_a_broker_that_freezes_holds_up_no_request(on_the_bus, bus, rabbit):
    rabbit.pause()
    try:
        with promptly():
            write(on_the_bus, "a", "b")
            assert on_the_bus.get("/status").status_code == 200
    finally:
        rabbit.resume()
    assert ids(bus.events(2)) == ["a", "b"]


def test_what_waits_when_the_daemon_ends_is_sent_by_the_next(tmp_path, db_uri, bus, bus_settings, rabbit):
    config = configuration(tmp_path, db_uri=db_uri, bus=bus_settings)
    rabbit.stop()
    with Daemon(config) as daemon:
        write(daemon, "a", "b")
    rabbit.start()
    with Daemon(config) as daemon:
        write(daemon, "c")
        assert ids(bus.events(8)[5:]) == ["a", "b", "c"]


def test_one_of_two_processes_sends_and_the_other_takes_over(tmp_path, db_uri, bus, bus_settings):
    config = configuration(tmp_path, db_uri=db_uri, bus=bus_settings)
    with Daemon(config) as first:
        bus.events(5)
        with Daemon({**config, "state_directory": tmp_path / "elsewhere"}) as second:
            write(second, "a")
            assert ids(bus.events(1)) == ["a"]
            wait_until(lambda: outbox(second)["sent_by"] == "another process")
            assert publisher(second)["status"] == "ok"
            first.controller.stop()
            write(second, "b")
            assert ids(bus.events(1)) == ["b"]
            assert outbox(second)["sent_by"] == "this process"
    assert bus.duplicates == 0


def test_amqps_with_the_right_authority_works(tmp_path, db_uri, bus, bus_settings, rabbit, authority):
    settings = {**bus_settings, "port": rabbit.tls_port, "ssl": True, "ssl_ca": authority}
    with Daemon(configuration(tmp_path, db_uri=db_uri, bus=settings)) as daemon:
        write(daemon, "a")
        assert ids(bus.events(6)[5:]) == ["a"]


@pytest.mark.parametrize("changes", [{"ssl_ca": None}, {"host": "127.0.0.1"}])
def test_a_broker_whose_certificate_is_not_for_it_gets_nothing(
    tmp_path, bus_settings, rabbit, authority, changes
):
    settings = {**bus_settings, "port": rabbit.tls_port, "ssl": True, "ssl_ca": authority, **changes}
    with Daemon(configuration(tmp_path, bus=settings)) as daemon:
        wait_until(lambda: "CERTIFICATE_VERIFY_FAILED" in (publisher(daemon)["error"] or ""))
        assert outbox(daemon)["waiting"] == 5


def test_a_wrong_password_is_told_without_it(tmp_path, bus_settings):
    settings = {**bus_settings, "password": "wr0ng-s3cret"}
    with Daemon(configuration(tmp_path, bus=settings)) as daemon:
        wait_until(lambda: publisher(daemon)["error"] not in (None, "it has not connected yet"))
        told = daemon.get("/status").text
        assert "ACCESS_REFUSED" in told
        assert "wr0ng-s3cret" not in told
