"""The relay: publishes recorded events in order, and records which of them the broker has confirmed."""

import orjson
import pytest

from servers.amqp_methods import BASIC_PUBLISH, CONNECTION_BLOCKED, CONNECTION_UNBLOCKED
from unit.bus.recorded_events import event
from waiting import wait_until
from xivo_dird.bus.relay import Relay
from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.health import BusState


@pytest.fixture
def refusals():
    return []


@pytest.fixture
def relay(server, broker, events, lock, refusals):
    relay = Relay(broker, events, lock, lambda: refusals.append("one"), min_pause=0.001)
    yield relay
    server.drop_all()
    relay.stop()


def ids(session):
    return [message.properties["message_id"] for message in session.published]


def errors(caplog):
    return [record.getMessage() for record in caplog.records if record.levelname in {"ERROR", "WARNING"}]


def refuse(refused_id):
    """Return what a broker does that refuses one message for ever."""

    def on_published(session, number):
        if session.published[-1].properties["message_id"] == refused_id:
            session.close_channel(406, "PRECONDITION_FAILED - too large", BASIC_PUBLISH)
        else:
            session.confirm(number)

    return on_published


def test_events_are_published_in_order_and_marked(server, relay, events):
    events.add(event(1), event(2))
    assert relay.state.get() == BusState(False, "it has not connected yet")
    assert not relay.is_active
    relay.start()
    wait_until(lambda: events.published == 2)
    events.add(event(3))
    wait_until(lambda: events.published == 3)
    assert ids(server.session()) == ["id-1", "id-2", "id-3"]
    assert events.marks == [2, 3]
    assert events.threads == {"bus-relay"}
    assert relay.state.get() == BusState(True)
    assert relay.is_active
    assert len(server.sessions) == 1


def test_a_message_has_metadata_in_its_headers_and_data_in_its_body(server, relay, events):
    events.add(event(1))
    relay.start()
    wait_until(lambda: events.published == 1)
    (message,) = server.session().published
    headers = message.properties["application_headers"]
    assert headers["name"] == "favorite_added"
    assert headers["origin_uuid"] == "origin"
    assert headers["user_uuid:user"] is True
    assert message.arguments[2] == "directory.user.favorite.created"
    assert orjson.loads(message.body) == {**headers, "data": {"a": 1}}


def test_headers_that_amqp_can_not_transport_are_only_in_the_body(server, relay, events):
    longest = {"user_uuid": "u" * 245, "name": "n" * 4096}
    too_long = {"user_uuid": "u" * 246, "name": "n" * 4097}
    events.add(event(1, **longest), event(2, **too_long))
    relay.start()
    wait_until(lambda: events.published == 2)
    kept, left_out = (message.properties["application_headers"] for message in server.session().published)
    assert kept["name"] == "n" * 4096
    assert kept[f"user_uuid:{'u' * 245}"] is True
    assert {"name", f"user_uuid:{'u' * 246}"} & set(left_out) == set()
    assert orjson.loads(server.session().published[1].body)["name"] == "n" * 4097


def test_a_backlog_is_published_without_waiting(server, relay, events):
    events.page = 2
    events.add(*map(event, range(1, 6)))
    relay.start()
    wait_until(lambda: events.waits)
    assert events.marks == [2, 4, 5]
    assert events.waits[0] == 5
    assert (events.limits, events.timeouts) == ({500}, {1.0})


def test_a_relay_without_events_waits_for_those_after_the_published_ones(server, relay, events):
    events.published = 7
    relay.start()
    wait_until(lambda: events.waits)
    assert set(events.waits) == {7}


def test_a_relay_without_the_lock_neither_connects_nor_sends(server, relay, events, lock):
    lock.is_free = False
    events.add(event(1))
    relay.start()
    wait_until(lambda: relay.state.get() == BusState(True))
    assert not relay.is_active
    assert (server.sessions, events.marks) == ([], [])


def test_an_active_relay_that_loses_the_lock_stops_sending(server, relay, events, lock):
    relay.start()
    wait_until(lambda: events.waits)
    lock.is_free = False
    wait_until(lambda: not relay.is_active)
    events.add(event(1))
    assert server.session().published == []


def test_stopping_releases_the_lock(relay, lock):
    relay.start()
    wait_until(lambda: relay.is_active)
    relay.stop()
    assert lock.is_released


def test_unroutable_events_are_counted_and_marked(server, relay, events):
    def give_back(session, number):
        session.give_back()
        session.confirm(number)

    server.on_published = give_back
    events.add(event(1), event(2))
    relay.start()
    wait_until(lambda: events.published == 2)
    assert relay.unroutable == 2


def test_an_event_that_the_broker_refuses_is_skipped_and_counted(server, relay, events, refusals, caplog):
    server.on_published = refuse("id-2")
    events.add(event(1), event(2), event(3))
    relay.start()
    wait_until(lambda: events.published == 3)
    assert [len(refusals), relay.refused] == [1, 1]
    assert events.marks[-2:] == [2, 3]
    (line,) = errors(caplog)
    assert line.startswith(
        "The event 2 ('favorite_added', id id-2) was refused by the broker and is not published: "
    )
    sent = [ids(session) for session in server.sessions]
    assert sent[0][:1] == ["id-1"]
    assert sent[1:] == [["id-2"], ["id-3"]]


def test_of_two_events_only_the_refused_one_is_skipped(server, relay, events):
    server.on_published = refuse("id-2")
    events.add(event(1), event(2))
    relay.start()
    wait_until(lambda: relay.refused)
    assert events.marks == [1, 2]
    assert ids(server.session(1)) == ["id-2"]


def test_after_a_refused_event_the_next_ones_are_sent_together(server, relay, events):
    server.on_published = refuse("id-1")
    events.add(event(1))
    relay.start()
    wait_until(lambda: events.published == 1)
    events.add(event(2))
    wait_until(lambda: events.published == 2)

    def confirm_all_after_the_last(session, number):
        if session.published[-1].properties["message_id"] == "id-4":
            session.confirm(number, multiple=True)

    server.on_published = confirm_all_after_the_last
    events.add(event(3), event(4))
    wait_until(lambda: events.published == 4)


def test_a_full_queue_delays_only_the_events_after_the_confirmed_ones(server, relay, events, caplog):
    def refuse_the_second(session, number):
        if len(server.sessions) == 1 and number == 2:
            session.refuse(number)
        else:
            session.confirm(number)

    server.on_published = refuse_the_second
    events.add(event(1), event(2))
    relay.start()
    wait_until(lambda: events.published == 2)
    assert ids(server.session(1)) == ["id-2"]
    assert errors(caplog) == ["Events wait: the broker takes no message for now: a queue is full"]
    assert relay.refused == 0


def test_an_event_that_was_too_large_to_be_read_is_published_without_data(server, relay, events, caplog):
    events.add(event(1, data=None, name="n" * 200), event(2))
    relay.start()
    wait_until(lambda: events.published == 2)
    wait_until(lambda: errors(caplog))
    assert errors(caplog) == [
        f"The event 1 ({'n' * 100!r}, id id-1) is larger than events.max_event_size;"
        " it was published without its data"
    ]
    assert "a" not in orjson.loads(server.session().published[0].body)["data"]


def test_an_alarm_of_the_broker_is_the_state_until_it_ends(server, relay, events):
    relay.start()
    session = server.session()
    wait_until(lambda: events.waits)
    session.send(CONNECTION_BLOCKED, "s", "memory", channel=0)
    alarm = BusState(True, "the broker takes no message for now: it has an alarm")
    wait_until(lambda: relay.state.get() == alarm)
    session.send(CONNECTION_UNBLOCKED, channel=0)
    wait_until(lambda: relay.state.get() == BusState(True))


def test_an_outage_of_the_database_is_the_state_of_the_relay(relay, events):
    events.error = StoreUnavailable("the database does not answer")
    relay.start()
    wait_until(lambda: relay.state.get() == BusState(False, "the database does not answer"))


def test_an_unexpected_error_is_logged_and_shown(relay, events, caplog):
    events.error = RuntimeError("bug")
    relay.start()
    wait_until(lambda: relay.state.get() == BusState(False, "RuntimeError: bug"))
    wait_until(lambda: errors(caplog))
    assert errors(caplog)[0] == "The relay of the bus failed and will retry"
