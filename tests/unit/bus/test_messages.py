"""Incoming messages: plain JSON is read, everything else is refused with its reason."""

import pytest

from xivo_dird.bus.deliveries import Delivery
from xivo_dird.bus.messages import UnreadableMessage, describe, read_event

BODY = b'{"data": {"uuid": "ada"}}'
HEADERS = {"name": "user_deleted"}
MAX_BYTES = 1000


def delivery(body=BODY, headers=HEADERS, **properties):
    return Delivery(1, {"application_headers": headers, **properties}, len(body), body)


def refusal(message):
    with pytest.raises(UnreadableMessage) as error:
        read_event(message, MAX_BYTES)
    return error.value.message


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"content_type": "application/json", "content_encoding": "utf-8"},
        {"content_type": "Application/JSON; charset=utf-8", "content_encoding": "UTF-8"},
        {"content_type": "application/json", "content_encoding": "binary"},
        {"content_type": "", "content_encoding": ""},
    ],
)
def test_json_in_utf_8_is_read(properties):
    event = read_event(delivery(**properties), MAX_BYTES)
    assert (event.name, event.data) == ("user_deleted", {"uuid": "ada"})


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"content_type": "application/x-python-serialize"}, "content type"),
        ({"content_type": "application/json-seq"}, "content type"),
        ({"content_type": "text/plain"}, "content type"),
        ({"content_encoding": "gzip"}, "content encoding"),
        ({"content_encoding": "utf-16"}, "content encoding"),
        ({"content_encoding": "\x1b[2J" * 60}, "content encoding"),
        ({"headers": {**HEADERS, "compression": "application/x-gzip"}}, "compressed"),
        ({"headers": {**HEADERS, "compression": ["x" * 100_000]}}, "compressed"),
        ({"headers": {}}, "no name"),
        ({"headers": {"name": 5}}, "no name"),
        ({"headers": {"name": {"a": "b"}}}, "no name"),
        ({"headers": {"name": b"\xff"}}, "no name"),
        ({"headers": {b"name": "user_deleted"}}, "no name"),
    ],
)
def test_anything_else_is_refused_in_a_short_text(properties, reason):
    message = refusal(delivery(**properties))
    assert reason in message
    assert len(message) < 200
    assert message.isprintable()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff{}",
        b'{"data": {"uuid": "\xff"}}',
        b'{"data": {"uuid": "\\ud800"}}',
        b"[" * 900,
        b'{"data": NaN}',
        b'{"data": {"number": 1e999}}',
        b'{"data": {"number": ' + b"9" * 500 + b"}}",
        b'{"data": [1]}',
        b"null",
    ],
)
def test_a_body_that_is_no_object_is_refused(body):
    assert len(refusal(delivery(body))) < 200


def test_of_duplicate_keys_the_last_one_counts():
    event = read_event(delivery(b'{"data": {"uuid": "a"}, "data": {"uuid": "b", "uuid": "c"}}'), MAX_BYTES)
    assert event.data == {"uuid": "c"}


def test_a_message_that_was_too_large_or_has_no_properties_is_refused():
    assert "5000 bytes" in refusal(Delivery(1, {}, 5000, None))
    assert "properties" in refusal(Delivery(1, None, 3, b"abc"))


@pytest.mark.parametrize(
    ("message", "description"),
    [
        (delivery(message_id="17"), "'17' (event 'user_deleted')"),
        (delivery(), "without an id (event 'user_deleted')"),
        (Delivery(1, None, 3, b"abc"), "without an id"),
        (Delivery(1, {}, 3, b"abc"), "without an id"),
        (delivery(headers={}, message_id="a\n\x1b\u202eb"), r"'a\n\x1b\u202eb'"),
    ],
)
def test_the_log_names_a_message_by_its_id_and_event(message, description):
    assert describe(message) == description


@pytest.mark.parametrize("name", ["x" * 100_000, "\x00" * 100_000, ["x"] * 20_000, 10**300, b"\xff" * 9000])
def test_the_description_of_a_message_is_short(name):
    described = describe(delivery(headers={"name": name}, message_id="\x1b" * 255))
    assert len(described) < 200
    assert described.isprintable()
