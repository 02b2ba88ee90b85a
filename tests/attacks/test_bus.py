"""The bus: no event and no message stops the others or fills the memory, and what is refused is visible."""

import bz2
import logging
import lzma
import re
import zlib
from uuid import uuid4

import pytest
from kombu import Connection, Exchange, Queue

from api.conftest import TENANT, USER, Daemon, configuration
from api.rest import create
from servers.bus_client import EXCHANGE, BusClient
from servers.rabbitmq import RabbitMq
from stored import DATABASE_LIMITS
from waiting import assert_prompt, wait_until
from xivo_dird.database.engine import Database
from xivo_dird.events.model import EventLimits
from xivo_dird.events.service import EventService

MAX_MESSAGE_SIZE = 50_000
"""The limit of the broker of these tests, in bytes."""

TOO_LARGE = "x" * (MAX_MESSAGE_SIZE + 10_000)


@pytest.fixture(scope="module")
def rabbit():
    with RabbitMq(max_message_size=MAX_MESSAGE_SIZE) as rabbit:
        yield rabbit


@pytest.fixture
def bus(rabbit):
    with BusClient(rabbit.port) as bus:
        yield bus


@pytest.fixture
def settings(rabbit):
    return {"port": rabbit.port, "queue_name": f"dird-{uuid4()}", "max_message_size": 20_000}


@pytest.fixture
def daemon(tmp_path, db_uri, bus, settings):
    """Run a daemon that publishes and consumes; the events about its declared resources have been read."""
    with Daemon(configuration(tmp_path, db_uri=db_uri, bus=settings)) as daemon:
        bus.events(5)
        yield daemon


@pytest.fixture
def listening_daemon(tmp_path, bus, settings):
    """Run a daemon that consumes; the kind of its store does not matter."""
    with Daemon(configuration(tmp_path, bus=settings)) as daemon:
        wait_until(lambda: status(daemon)["bus_consumer"]["status"] == "ok")
        yield daemon


@pytest.fixture
def elsewhere(db_uri):
    """Return a function that records an event of any size, as a release without a limit did."""
    database = Database(db_uri, DATABASE_LIMITS)
    events = EventService(database, limits=EventLimits(event_bytes=10**9))

    def record(name, text):
        events.publish(name, {"text": text}, TENANT)

    yield record
    database.close()


def status(daemon):
    return daemon.get("/status").json


def outbox(daemon):
    return status(daemon)["outbox"]


def dead_letters(daemon, direction):
    metrics = daemon.get("/metrics").text
    counts = re.findall(
        rf'^dird_bus_dead_letters_total{{direction="{direction}"}} (\S+)', metrics, re.MULTILINE
    )
    return float(counts[0]) if counts else 0.0


def names(events):
    return [event["name"] for event in events]


def test_an_event_that_the_broker_refuses_stops_no_other(daemon, bus, elsewhere, caplog):
    for name, text in (("a", ""), ("b", TOO_LARGE), ("c", ""), ("d", ""), ("e", TOO_LARGE), ("f", "")):
        elsewhere(name, text)
    with assert_prompt():
        assert names(bus.events(4)) == ["a", "c", "d", "f"]
        wait_until(lambda: outbox(daemon)["waiting"] == 0)
    assert outbox(daemon)["refused"] == 2
    assert status(daemon)["bus_publisher"]["status"] == "ok"
    assert dead_letters(daemon, "publisher") == 2
    lines = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(lines) == 2
    assert ["'b'" in lines[0], "'e'" in lines[1]] == [True, True]
    assert all("PRECONDITION_FAILED" in line and len(line) < 400 for line in lines)


def test_many_refused_events_are_given_up_one_after_the_other(daemon, bus, elsewhere):
    for number in range(20):
        elsewhere(f"refused-{number}", TOO_LARGE)
    elsewhere("last", "")
    with assert_prompt():
        assert names(bus.events(1)) == ["last"]
    wait_until(lambda: outbox(daemon)["refused"] == 20)


def test_a_refused_event_is_still_in_the_feed(daemon, bus, elsewhere):
    elsewhere("refused", TOO_LARGE)
    wait_until(lambda: outbox(daemon)["refused"] == 1)
    event = daemon.get("/events", names="refused").json["items"][0]
    assert event["data"] == {"text": TOO_LARGE}


def test_an_event_that_is_stored_too_large_is_published_without_its_data(daemon, bus, elsewhere, caplog):
    for name, text in (("a", ""), ("large", "x" * 3_000_000), ("b", "")):
        elsewhere(name, text)
    events = bus.events(3)
    assert names(events) == ["a", "large", "b"]
    assert events[1]["data"] == {"incomplete": True}
    wait_until(lambda: any("max_event_size" in record.getMessage() for record in caplog.records))
    assert outbox(daemon)["refused"] == 0


def test_an_exchange_of_another_type_refuses_no_event(tmp_path, rabbit, settings):
    exchange = Exchange(f"other-{uuid4()}", "fanout", durable=True)
    with Connection("amqp://guest:guest@127.0.0.1", port=rabbit.port) as connection:
        exchange(connection.channel()).declare()
    bus = {**settings, "exchange_name": exchange.name}
    with Daemon(configuration(tmp_path, bus=bus)) as daemon:
        wait_until(lambda: "PRECONDITION_FAILED" in (status(daemon)["bus_publisher"].get("error") or ""))
        assert (outbox(daemon)["waiting"], outbox(daemon)["refused"]) == (5, 0)


def test_a_full_queue_delays_events_and_loses_none(daemon, bus, rabbit):
    arguments = {"x-max-length": 1, "x-overflow": "reject-publish"}
    queue = Queue(
        f"full-{uuid4()}",
        EXCHANGE,
        durable=True,
        queue_arguments=arguments,
        binding_arguments={"x-match": "all", "tenant_uuid": TENANT},
    )
    with Connection("amqp://guest:guest@127.0.0.1", port=rabbit.port) as connection:
        bound = queue(connection.channel())
        bound.declare()
        try:
            for number in range(30):
                create(daemon, "/personal", {"id": str(number), "number": str(number)})
            wait_until(lambda: "full" in (status(daemon)["bus_publisher"].get("error") or ""))
            assert outbox(daemon)["waiting"]
        finally:
            bound.delete()
    contacts = [event["data"]["contact"]["id"] for event in bus.events(30)]
    assert contacts == [str(number) for number in range(30)]
    wait_until(lambda: outbox(daemon)["waiting"] == 0)
    assert outbox(daemon)["refused"] == 0


JSON = b'{"data": {"uuid": "nobody"}}'
ZEROS = b"0" * 10_000_000
NAMED = {"name": "user_deleted"}


def nested(depth):
    """Return a header that is `depth` levels deep."""
    value: dict[str, object] = {}
    for _ in range(depth):
        value = {"a": value}
    return value


RUBBISH: dict[str, dict[str, object]] = {
    "a bomb of zlib": {
        "body": zlib.compress(ZEROS),
        "headers": {**NAMED, "compression": "application/x-gzip"},
    },
    "a bomb of bzip2": {
        "body": bz2.compress(ZEROS),
        "headers": {**NAMED, "compression": "application/x-bz2"},
    },
    "a bomb of xz": {"body": lzma.compress(ZEROS), "headers": {**NAMED, "compression": "lzma"}},
    "what is not zlib": {"headers": {**NAMED, "compression": "gzip"}},
    "an unknown compression": {"headers": {**NAMED, "compression": ["\x1b[2J"] * 1000}},
    "more than the limit": {"body": b"x" * 40_000},
    "no bytes": {"body": b""},
    "deep JSON": {"body": b"[" * 15_000},
    "deep objects": {"body": b'{"data":' * 2000},
    "no number": {"body": b'{"data": {"uuid": NaN}}'},
    "an endless number": {"body": b'{"data": {"uuid": ' + b"9" * 10_000 + b"}}"},
    "no UTF-8": {"body": b'{"data": {"uuid": "\xff"}}'},
    "UTF-16": {"body": JSON.decode().encode("utf-16"), "content_encoding": "utf-16"},
    "a pickle": {"content_type": "application/x-python-serialize", "content_encoding": "binary"},
    "a content type that is no text": {"content_type": b"\xff\xfe"},
    "an encoding that is no text": {"content_encoding": b"\xff\xfe"},
    "10,000 headers": {"headers": {**NAMED, **{f"h{n}": n for n in range(5000)}}, "body": b"[]"},
    "deep headers": {"headers": {**NAMED, "a": nested(400)}, "body": b"[]"},
    "a name that is no text": {"headers": {**NAMED, "b": b"\xff" * 1000}, "body": b"[]"},
    "a long name of a listener's field": {"body": b'{"data": {"uuid": ["' + b"\\n" * 5000 + b'"]}}'},
}


@pytest.mark.parametrize("kind", RUBBISH)
def test_rubbish_is_dead_lettered_and_later_messages_are_handled(
    listening_daemon, bus, settings, caplog, kind
):
    with assert_prompt():
        bus.publish_raw(**{"body": JSON, "headers": NAMED, "message_id": "rub\n\x1bbish", **RUBBISH[kind]})
        wait_until(lambda: outbox(listening_daemon)["set_aside"] == 1)
        wait_until(lambda: bus.length(f"{settings['queue_name']}.dead") == 1)
        assert_a_message_is_handled(listening_daemon, bus)
    assert dead_letters(listening_daemon, "consumer") == 1
    lines = [record.getMessage() for record in caplog.records]
    (line,) = [each for each in lines if "dead-letter queue" in each]
    assert line.isprintable()
    assert len(line) < 600


def test_a_routing_key_that_is_no_text_does_not_matter(listening_daemon, bus):
    with assert_prompt():
        assert_a_message_is_handled(listening_daemon, bus, routing_key=b"\xff\xfe")
    assert outbox(listening_daemon)["set_aside"] == 0


def assert_a_message_is_handled(daemon, bus, **properties):
    create(daemon, "/personal", {"id": "a"})
    bus.publish_raw(b'{"data": {"uuid": "%s"}}' % USER.encode(), NAMED, **properties)
    wait_until(lambda: daemon.get("/personal").json["items"] == [])
    assert status(daemon)["bus_consumer"]["status"] == "ok"
