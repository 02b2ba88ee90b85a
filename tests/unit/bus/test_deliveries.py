"""Deliveries of the broker: every message is read, whatever its sender put into it."""

from struct import pack

import pytest
from amqp import Connection

from xivo_dird.bus.deliveries import BODY, HEADER, METHOD, Delivery, DeliveryReader

MAX_BYTES = 100
DELIVER, CLOSE = (60, 60), (20, 40)
HAS_CONTENT_TYPE, HAS_HEADERS, HAS_MESSAGE_ID = 0x8000, 0x2000, 0x0080


def short(text: bytes) -> bytes:
    return bytes([len(text)]) + text


def method(tag: int, routing_key: bytes = b"key") -> bytes:
    return (
        pack(">HH", *DELIVER) + short(b"ctag") + pack(">QB", tag, 0) + short(b"exchange") + short(routing_key)
    )


def header(size: int, flags: int = 0, properties: bytes = b"") -> bytes:
    return pack(">HHQH", 60, 0, size, flags) + properties


def table(entries: bytes) -> bytes:
    return pack(">I", len(entries)) + entries


def nested_table(depth: int) -> bytes:
    content = b""
    for _ in range(depth):
        content = short(b"a") + b"F" + table(content)
    return table(content)


class Reading:
    """A reader of the frames of one connection, and what it has read."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.methods: list[tuple[int, int]] = []
        self.connection = Connection()
        reader = DeliveryReader(MAX_BYTES, self.deliveries.append)
        self.handle = reader(
            self.connection, lambda _channel, sig, _payload, _content: self.methods.append(sig)
        )

    def message(self, tag: int, header_payload: bytes, *bodies: bytes, channel: int = 1) -> Delivery:
        """Read the frames of a message; check that the last one, and no other, completes it."""
        frames = [(METHOD, method(tag)), (HEADER, header_payload), *((BODY, body) for body in bodies)]
        completed = [self.handle((kind, channel, payload)) for kind, payload in frames]
        assert completed == [False] * (len(frames) - 1) + [True]
        return self.deliveries[-1]


@pytest.fixture
def reading():
    return Reading()


def test_a_message_has_its_body_and_its_properties(reading):
    headers = table(short(b"name") + b"S" + pack(">I", 4) + b"ping")
    properties = short(b"application/json") + headers + short(b"id-1")
    flags = HAS_CONTENT_TYPE | HAS_HEADERS | HAS_MESSAGE_ID
    delivery = reading.message(7, header(6, flags, properties), b"abc", b"def")
    assert delivery == Delivery(
        tag=7,
        properties={
            "content_type": "application/json",
            "application_headers": {"name": "ping"},
            "message_id": "id-1",
        },
        size=6,
        body=b"abcdef",
    )


def test_a_message_without_body_is_complete_with_its_header(reading):
    assert reading.message(1, header(0)) == Delivery(1, {}, 0, b"")


def test_a_body_above_the_limit_is_counted_and_not_kept(reading):
    assert reading.message(1, header(MAX_BYTES), b"x" * MAX_BYTES).body == b"x" * MAX_BYTES
    assert reading.message(2, header(300), *[b"x" * 100] * 3) == Delivery(2, {}, 300, None)
    assert reading.message(3, header(1), b"y").body == b"y"


@pytest.mark.parametrize(
    ("flags", "properties"),
    [
        (HAS_CONTENT_TYPE, short(b"\xff\xfe")),
        (HAS_MESSAGE_ID, short(b"\xc3")),
        (HAS_CONTENT_TYPE, b"\xffshorter than its length \xff"),
        (HAS_HEADERS, b""),
        (HAS_HEADERS, table(short(b"a") + b"?")),
        (HAS_HEADERS, table(short(b"a") + b"T" + b"\xff" * 8)),
        (HAS_HEADERS, nested_table(5000)),
    ],
    ids=["content type", "message id", "short", "no table", "unknown type", "date", "deep"],
)
def test_properties_that_can_not_be_decoded_are_none(reading, flags, properties):
    assert reading.message(1, header(3, flags, properties), b"abc") == Delivery(1, None, 3, b"abc")
    assert reading.message(2, header(0)).properties == {}


def test_a_routing_key_that_is_no_text_does_not_matter(reading):
    reading.handle((METHOD, 1, method(4, b"\xff" * 200)))
    assert reading.handle((HEADER, 1, header(0)))
    assert reading.deliveries == [Delivery(4, {}, 0, b"")]


def test_messages_of_two_channels_may_arrive_at_the_same_time(reading):
    for channel, tag in ((1, 10), (2, 20)):
        reading.handle((METHOD, channel, method(tag)))
        reading.handle((HEADER, channel, header(1)))
    for channel, body in ((1, b"a"), (2, b"b")):
        reading.handle((BODY, channel, body))
    assert [(each.tag, each.body) for each in reading.deliveries] == [(10, b"a"), (20, b"b")]


def test_other_frames_are_left_to_the_library(reading):
    reading.handle((METHOD, 1, method(1)))
    assert reading.handle((METHOD, 2, pack(">HH", *CLOSE)))
    assert reading.methods == [CLOSE]
    heartbeat = (8, 0, b"")
    assert not reading.handle(heartbeat)
    assert reading.connection.bytes_recv == 3
