"""The dispatcher: every listener of an event is called, with retries; a failing one does not affect the others."""

from typing import ClassVar

import pytest
from pydantic import model_validator

from xivo_dird.bus.dispatcher import Dispatcher, ListenerFailure
from xivo_dird.bus.messages import IncomingEvent, UnreadableMessage
from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.listener import EventData, Listener


class Number(EventData):
    number: int


class Recorder(Listener[Number]):
    """Records the events, and raises its errors one after another."""

    events: ClassVar[tuple[str, ...]] = ("ping",)
    Data: ClassVar[type[EventData]] = Number

    def __init__(self, *errors):
        self.handled = []
        self.errors = list(errors)

    def handle(self, name, data):
        self.handled.append((name, data.number))
        if self.errors:
            raise self.errors.pop(0)


class Other(Recorder):
    events = ("pong", "ping", "hello")


PING = IncomingEvent("ping", {"number": 1, "more": "x"})


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def dispatcher(pauses):
    def create(tries=3, **listeners):
        return Dispatcher(listeners, tries, pauses.append)

    return create


def test_every_listener_of_the_event_gets_its_data(dispatcher, pauses):
    first, second = Recorder(), Other()
    both = dispatcher(first=first, second=second)
    assert both.dispatch(PING) == []
    assert both.dispatch(IncomingEvent("pong", {"number": 2})) == []
    assert first.handled == [("ping", 1)]
    assert second.handled == [("ping", 1), ("pong", 2)]
    assert pauses == []


def test_the_names_of_all_events_are_sorted(dispatcher):
    assert dispatcher(first=Recorder(), second=Other()).event_names == ["hello", "ping", "pong"]
    assert dispatcher().event_names == []


def test_a_failing_listener_is_called_again_after_growing_pauses(dispatcher, pauses, caplog):
    listener = Recorder(RuntimeError("bug"), RuntimeError("bug"))
    assert dispatcher(crew=listener).dispatch(PING) == []
    assert len(listener.handled) == 3
    assert pauses == [0.2, 0.4]
    assert [record.getMessage() for record in caplog.records] == [
        f"listener 'crew' failed with the event 'ping' (try {number} of 3)" for number in (1, 2)
    ]
    assert all(record.exc_info for record in caplog.records)


def test_a_listener_that_fails_every_time_is_returned(dispatcher):
    failing, working = Recorder(*[ValueError("bug")] * 5), Other()
    failures = dispatcher(tries=2, failing=failing, working=working).dispatch(PING)
    assert failures == [ListenerFailure("failing", "ValueError: bug")]
    assert len(failing.handled) == 2
    assert working.handled == [("ping", 1)]


def test_an_outage_is_raised_at_once_and_not_logged(dispatcher, pauses, caplog):
    listener = Recorder(StoreUnavailable("no database"))
    with pytest.raises(StoreUnavailable):
        dispatcher(crew=listener).dispatch(PING)
    assert (len(listener.handled), pauses, caplog.records) == (1, [], [])


class Place(EventData):
    """Data with a part that has its own schema, and a rule for the whole."""

    number: int
    parts: tuple[Number, ...] = ()

    @model_validator(mode="after")
    def _require_positive(self):
        if self.number < 0:
            raise ValueError("it is below the ground")
        return self


class Placed(Recorder):
    Data = Place


def test_data_that_break_a_schema_reach_no_listener(dispatcher):
    class Lenient(Other):
        Data = EventData

    refusals: list[tuple[dict[str, object], str]] = [
        ({"number": "x"}, "number: Input should be a valid integer, unable to parse string as an integer"),
        ({}, "number: Field required"),
        ({"number": 1, "parts": [{"number": 2}, {}]}, "parts.1.number: Field required"),
        ({"number": -1}, "data: Value error, it is below the ground"),
    ]
    for data, reason in refusals:
        first = Lenient()
        with pytest.raises(UnreadableMessage) as raised:
            dispatcher(first=first, second=Placed()).dispatch(IncomingEvent("ping", data))
        assert raised.value.message == f"the data of the event 'ping': {reason}"
        assert first.handled == []
