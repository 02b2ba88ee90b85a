"""The bus as a whole: both directions run if it is enabled, and its status tells about both."""

import orjson
import pytest

from servers.amqp_methods import BASIC_CONSUME, BASIC_REJECT
from unit.bus.recorded_events import event
from waiting import wait_until
from xivo_dird.bus.bus import DISABLED, MessageBus
from xivo_dird.health import BusState, BusStatus
from xivo_dird.listener import EventData, Listener


class Greetings(Listener[EventData]):
    """Records the names of its events, and fails with each."""

    events = ("hello",)
    Data = EventData

    def __init__(self):
        self.names = []
        self.before_failing = lambda: None

    def handle(self, name, data):
        self.names.append(name)
        self.before_failing()
        raise RuntimeError("bug")


@pytest.fixture
def greetings():
    return Greetings()


@pytest.fixture
def open_bus(server, settings, events, lock, greetings, dead_letters):
    """Return a function that starts a bus, which is stopped after the test."""
    opened = []

    def open_(**changes):
        bus = MessageBus(
            settings.model_copy(update={"tries": 1, **changes}),
            events,
            lock,
            {"greetings": greetings},
            lambda: None,
            dead_letters.append,
        )
        opened.append(bus)
        bus.start()
        return bus

    yield open_
    server.drop_all()
    for bus in opened:
        bus.stop()


def consuming(server):
    wait_until(lambda: any(session.calls(BASIC_CONSUME) for session in server.sessions))
    return next(session for session in server.sessions if session.calls(BASIC_CONSUME))


def test_events_are_sent_and_received(server, open_bus, events, greetings):
    events.add(event(1))
    bus = open_bus()
    consuming(server).deliver(1, orjson.dumps({"name": "hello", "data": {}}))
    wait_until(lambda: greetings.names == ["hello"])
    wait_until(lambda: events.published == 1)
    wait_until(
        lambda: bus.status() == BusStatus(BusState(True), BusState(True), True, "this process", 0, 0, 1)
    )


def test_what_can_not_be_sent_or_handled_is_counted_by_its_direction(server, open_bus, events, dead_letters):
    def refuse(session, _number):
        session.close_channel(406, "PRECONDITION_FAILED - too large", (60, 40))

    server.on_published = refuse
    events.add(event(1))
    bus = open_bus()
    session = consuming(server)
    session.deliver(1, b"no JSON")
    wait_until(lambda: session.calls(BASIC_REJECT))
    wait_until(lambda: sorted(dead_letters) == ["consumer", "publisher"])
    assert (bus.status().refused, bus.status().dead_lettered) == (1, 1)


def test_events_that_nobody_gets_are_counted(server, open_bus, events):
    def give_back(session, number):
        session.give_back()
        session.confirm(number)

    server.on_published = give_back
    events.add(event(1))
    bus = open_bus()
    wait_until(lambda: bus.status().unroutable == 1)


def test_another_process_may_send_the_events(server, open_bus, lock):
    lock.is_free = False
    bus = open_bus()
    consuming(server)
    wait_until(lambda: bus.status().publisher == BusState(True))
    assert bus.status().sent_by == "another process"


def test_a_listener_is_called_as_often_as_the_settings_say(server, open_bus, greetings):
    open_bus(tries=2)
    session = consuming(server)
    session.deliver(1, orjson.dumps({"name": "hello", "data": {}}))
    wait_until(lambda: session.calls(BASIC_REJECT))
    assert greetings.names == ["hello", "hello"]


def test_a_disabled_bus_does_not_connect(server, open_bus, lock):
    bus = open_bus(enabled=False)
    assert bus.status() == BusStatus(DISABLED, DISABLED, is_enabled=False)
    assert BusState(False, "disabled: bus.enabled is false in the configuration") == DISABLED
    bus.stop()
    assert server.sessions == []


def test_stopping_ends_both_directions(server, open_bus, lock, greetings):
    bus = open_bus()
    session = consuming(server)
    wait_until(lambda: bus.status().publisher.is_connected)
    greetings.before_failing = bus.stop  # so that the consumer need not wait for another message
    session.deliver(1, orjson.dumps({"name": "hello", "data": {}}))
    wait_until(lambda: lock.is_released)
    wait_until(lambda: all(session.is_closed for session in server.sessions))
