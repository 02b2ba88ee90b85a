"""The publisher: sends messages in order, and raises unless the broker confirms every one."""

import pytest
from amqp.exceptions import PreconditionFailed

from servers.amqp_methods import BASIC_PUBLISH, CONFIRM_SELECT, EXCHANGE_DECLARE
from waiting import TIMEOUT
from xivo_dird.bus.publisher import Message, MessageRefused, Publisher, QueueFull
from xivo_dird.exceptions import BrokerUnavailable

MESSAGES = [Message(f"id-{number}", f"key.{number}", {"name": "ping"}, b'{"a":1}') for number in range(1, 5)]


def running():
    return False


@pytest.fixture
def unroutable():
    return []


@pytest.fixture
def publisher(server, broker, unroutable):
    with broker.connect() as connection:
        yield Publisher(connection, broker.exchange, unroutable.append)


def answer(server, **answers):
    """Set what the broker does when the message with a number has arrived; others get no answer."""

    def on_published(session, number):
        for act in answers.get(f"at_{number}", ()):
            act(session)

    server.on_published = on_published


def ack(tag, multiple=False):
    return lambda session: session.confirm(tag, multiple)


def nack(tag, multiple=False):
    return lambda session: session.refuse(tag, multiple)


def test_a_message_arrives_as_it_is(server, publisher):
    publisher.send(MESSAGES[:1], running)
    (message,) = server.session().published
    assert message.arguments == [0, "wazo-headers", "key.1", True, False]
    assert message.body == b'{"a":1}'
    assert message.properties == {
        "message_id": "id-1",
        "application_headers": {"name": "ping"},
        "content_type": "application/json",
        "content_encoding": "utf-8",
        "delivery_mode": 2,
        "priority": 0,
    }


def test_the_exchange_is_declared_once_and_confirms_are_asked_for(server, publisher):
    publisher.send(MESSAGES, running)
    methods = [method for method, _ in server.session().requests]
    assert methods.count(EXCHANGE_DECLARE) == methods.count(CONFIRM_SELECT) == 1
    assert [message.properties["message_id"] for message in server.session().published] == [
        message.id for message in MESSAGES
    ]


def test_confirms_may_come_in_any_order_and_for_several_messages(server, publisher):
    answer(server, at_4=[ack(2), ack(1), ack(4, multiple=True)])
    publisher.send(MESSAGES, running)


def test_a_later_batch_has_its_own_numbers(server, publisher):
    publisher.send(MESSAGES, running)
    answer(server, at_8=[ack(6, multiple=True), nack(7), ack(8)])
    with pytest.raises(QueueFull) as raised:
        publisher.send(MESSAGES, running)
    assert raised.value.confirmed == 2


@pytest.mark.parametrize(
    ("answers", "confirmed"),
    [
        ([nack(1), ack(2), ack(3), ack(4)], 0),
        ([ack(1), ack(2), nack(3), ack(4)], 2),
        ([ack(2, True), nack(4, True)], 2),
        ([ack(1), nack(2), ack(4, True)], 1),
    ],
)
def test_a_full_queue_is_reported_with_the_confirmed_messages(server, publisher, answers, confirmed):
    answer(server, at_4=answers)
    with pytest.raises(QueueFull, match="the broker takes no message for now: a queue is full") as raised:
        publisher.send(MESSAGES, running)
    assert raised.value.confirmed == confirmed


def test_a_refused_message_is_reported_with_the_confirmed_ones(server, publisher):
    def close(session):
        session.close_channel(406, "PRECONDITION_FAILED - too large", BASIC_PUBLISH)

    answer(server, at_4=[ack(1), ack(2), close])
    with pytest.raises(MessageRefused) as raised:
        publisher.send(MESSAGES, running)
    assert raised.value.confirmed == 2
    assert raised.value.message == "Basic.publish: (406) PRECONDITION_FAILED - too large"


def test_another_error_of_the_channel_is_no_refusal(server, broker):
    def close(session):
        session.close_channel(406, "PRECONDITION_FAILED - other type", EXCHANGE_DECLARE)

    answer(server, at_1=[close])
    with pytest.raises(BrokerUnavailable) as raised, broker.connect() as connection:
        Publisher(connection, broker.exchange, lambda _count: None).send(MESSAGES[:1], running)
    assert isinstance(raised.value.__cause__, PreconditionFailed)


def test_messages_that_nobody_gets_are_counted_and_confirmed(server, publisher, unroutable):
    answer(server, at_1=[lambda session: session.give_back(), ack(1)])
    publisher.send(MESSAGES[:1], running)
    assert unroutable == [1]


def test_sending_ends_when_the_daemon_stops(server, publisher):
    answer(server)
    with pytest.raises(BrokerUnavailable, match="the daemon stops"):
        publisher.send(MESSAGES, lambda: True)


def test_frames_are_read_until_the_timeout(server, publisher, unroutable):
    publisher.process_incoming(0.001)
    server.session().give_back()
    while not unroutable:
        publisher.process_incoming(TIMEOUT)
