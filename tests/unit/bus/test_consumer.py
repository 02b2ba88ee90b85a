"""The consumer: declares its queues, passes events to listeners, and acknowledges or dead-letters them."""

import threading

import orjson
import pytest

from servers.amqp_methods import (
    BASIC_ACK,
    BASIC_CONSUME,
    BASIC_QOS,
    BASIC_REJECT,
    EXCHANGE_DECLARE,
    QUEUE_BIND,
    QUEUE_DECLARE,
)
from waiting import wait_until
from xivo_dird.bus.consumer import BusConsumer
from xivo_dird.bus.dispatcher import Dispatcher
from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.health import BusState
from xivo_dird.listener import EventData, Listener

OF_PING = "the data of the event 'ping'"


class PingData(EventData):
    number: int


class Pings(Listener[PingData]):
    """Records the numbers of pings, and raises what the test says."""

    events = ("ping", "pong")
    Data = PingData

    def __init__(self):
        self.numbers = []
        self.threads = set()
        self.errors = []

    def handle(self, name, data):
        self.numbers.append(data.number)
        self.threads.add(threading.current_thread().name)
        if self.errors:
            raise self.errors.pop()


class Store:
    """The database, as the consumer sees it."""

    error = None

    def check(self):
        if self.error:
            raise self.error


@pytest.fixture
def pings():
    return Pings()


@pytest.fixture
def others():
    return Pings()


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def consumer(server, broker, settings, pings, others, store, dead_letters):
    settings = settings.model_copy(
        update={"queue_name": "dird", "exchange_name": "events", "max_message_size": 1000}
    )
    consumer = BusConsumer(
        broker,
        settings,
        lambda wait: Dispatcher({"pings": pings, "others": others}, 1, wait),
        store.check,
        lambda: dead_letters.append("one"),
        poll_seconds=0.01,
        min_pause=0.001,
    )
    yield consumer
    consumer.stop()


def ping(number=1, **content):
    return orjson.dumps({"name": "ping", "data": {"number": number}, **content})


def consuming(server, consumer, number=0):
    """Start, and return the session of the broker in which the consumer waits for messages."""
    consumer.start()
    session = server.session(number)
    wait_until(lambda: session.calls(BASIC_CONSUME))
    return session


def test_the_queues_are_declared_before_the_first_message(server, consumer):
    session = consuming(server, consumer)
    ((_, name, kind, passive, durable, *_),) = session.calls(EXCHANGE_DECLARE)
    assert (name, kind, passive, durable) == ("wazo-headers", "headers", False, True)
    dead, queue = session.calls(QUEUE_DECLARE)
    assert (dead[1], dead[3]) == ("dird.dead", True)
    assert (queue[1], queue[3]) == ("dird", True)
    assert queue[-1] == {
        "x-queue-type": "quorum",
        "x-delivery-limit": 20,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": "dird.dead",
    }
    bindings = session.calls(QUEUE_BIND)
    assert [(binding[1], binding[2], binding[-1]) for binding in bindings] == [
        ("dird", "wazo-headers", {"x-match": "all", "name": name}) for name in ("ping", "pong")
    ]
    assert session.calls(BASIC_QOS) == [[0, 1, False]]
    assert [call[1] for call in session.calls(BASIC_CONSUME)] == ["dird"]
    wait_until(lambda: consumer.state.get() == BusState(True))


def test_nothing_is_declared_while_the_database_does_not_answer(server, consumer, store):
    store.error = StoreUnavailable("the database does not answer")
    consumer.start()
    wait_until(lambda: consumer.state.get() == BusState(False, "the database does not answer"))
    assert server.sessions == []


def test_an_unexpected_error_is_logged_and_shown(consumer, store, caplog):
    store.error = RuntimeError("bug")
    consumer.start()
    wait_until(lambda: consumer.state.get() == BusState(False, "RuntimeError: bug"))
    wait_until(lambda: caplog.records)
    assert caplog.records[0].getMessage() == "The consumer of the bus failed and will retry"


def test_an_event_is_handled_and_then_acknowledged(server, consumer, pings, dead_letters):
    assert consumer.state.get() == BusState(False, "it has not connected yet")
    session = consuming(server, consumer)
    for tag in (1, 2):
        session.deliver(tag, ping(tag))
    wait_until(lambda: session.calls(BASIC_ACK) == [[1, False], [2, False]])
    assert pings.numbers == [1, 2]
    assert pings.threads == {"bus-consumer"}
    assert session.calls(BASIC_REJECT) == dead_letters == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"[]", "it is not a JSON object"),
        (ping(name=None), "it has no name"),
        (ping(data={}), f"{OF_PING}: number: Field required"),
        (b" " * 1001, "it has 1001 bytes, bus.max_message_size is 1000"),
    ],
    ids=["no object", "no name", "other data", "too long"],
)
def test_an_unreadable_message_is_dead_lettered_and_logged(
    server, consumer, dead_letters, caplog, body, reason
):
    session = consuming(server, consumer)
    session.deliver(7, body, message_id="id-7")
    session.deliver(8, ping())
    wait_until(lambda: session.calls(BASIC_ACK) == [[8, False]])
    assert session.calls(BASIC_REJECT) == [[7, False]]
    assert (consumer.dead_letters, len(dead_letters)) == (1, 1)
    (line,) = [record.getMessage() for record in caplog.records if record.name == "xivo_dird.bus.consumer"]
    assert line == f"Message 'id-7' moved to the dead-letter queue 'dird.dead': {reason}"


def test_an_event_that_a_listener_can_not_handle_is_dead_lettered(server, consumer, pings, caplog):
    session = consuming(server, consumer)
    pings.errors = [RuntimeError("x" * 1000)]
    session.deliver(7, ping())
    wait_until(lambda: session.calls(BASIC_REJECT) == [[7, False]])
    assert consumer.dead_letters == 1
    reason = caplog.records[-1].getMessage().partition("'dird.dead': ")[2]
    assert reason.startswith("listener 'pings': RuntimeError: xxx")
    assert len(reason) == 300


def test_a_dead_letter_names_each_listener_that_failed(server, consumer, pings, others, caplog):
    session = consuming(server, consumer)
    pings.errors, others.errors = [RuntimeError("one")], [ValueError("two")]
    session.deliver(7, ping(), message_id="id-7")
    wait_until(lambda: session.calls(BASIC_REJECT) == [[7, False]])
    assert caplog.records[-1].getMessage() == (
        "Message 'id-7' moved to the dead-letter queue 'dird.dead':"
        " listener 'pings': RuntimeError: one; listener 'others': ValueError: two"
    )


def test_an_event_during_an_outage_is_delivered_again(server, consumer, pings, caplog):
    session = consuming(server, consumer)
    pings.errors = [StoreUnavailable("the database does not answer")]
    session.deliver(7, ping(70))
    second = server.session(1)
    assert caplog.messages == ["No event of the bus is handled for now: the database does not answer"]
    wait_until(lambda: second.calls(BASIC_CONSUME))
    assert session.is_closed
    second.deliver(1, ping(70))
    wait_until(lambda: second.calls(BASIC_ACK) == [[1, False]])
    assert pings.numbers == [70, 70]
    assert not session.calls(BASIC_REJECT)


def test_a_connection_that_breaks_is_reported_and_logged(server, consumer, caplog):
    session = consuming(server, consumer)
    wait_until(lambda: consumer.state.get().is_connected)
    session.drop()
    wait_until(lambda: not consumer.state.get().is_connected)
    wait_until(lambda: caplog.records)
    warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert warnings[0].startswith("No event of the bus is handled for now: the broker does not answer: ")


def test_stopping_ends_the_connection(server, consumer):
    session = consuming(server, consumer)
    consumer.stop()
    wait_until(lambda: session.is_closed)
