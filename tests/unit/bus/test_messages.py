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
        {"content_type": "Application/JSON ; charset=utf-8", "content_encoding": "UTF-8"},
        {"content_type": " application/json", "content_encoding": "binary"},
        {"content_type": "", "content_encoding": ""},
    ],
)
def test_json_in_utf_8_is_read(properties):
    event = read_event(delivery(**properties), MAX_BYTES)
    assert (event.name, event.data) == ("user_deleted", {"uuid": "ada"})


def test_the_name_is_in_the_headers_or_else_in_the_body():
    named = b'{"name": "user_edited", "data": {}}'
    for headers in ({}, {"name": ""}, {"name": None}, None, {b"name": "user_deleted"}):
        assert read_event(delivery(named, headers), MAX_BYTES).name == "user_edited"
    assert read_event(delivery(named), MAX_BYTES).name == "user_deleted"


def test_each_spelling_of_utf_8_is_read():
    for encoding in ("utf-8", "utf8", "us-ascii", "ascii", "binary"):
        assert read_event(delivery(content_encoding=encoding), MAX_BYTES).data == {"uuid": "ada"}


def test_anything_else_is_refused_with_its_reason():
    compressed = {**HEADERS, "compression": "application/x-gzip"}
    packed = {**HEADERS, "compression": ["x" * 100_000]}
    refusals: list[tuple[dict[str, object], str]] = [
        (
            {"content_type": "application/json-seq"},
            "its content type is 'application/json-seq', not application/json",
        ),
        ({"content_type": "text/plain"}, "its content type is 'text/plain', not application/json"),
        ({"content_encoding": "gzip"}, "its content encoding is 'gzip', not utf-8"),
        ({"content_encoding": "utf-16"}, "its content encoding is 'utf-16', not utf-8"),
        (
            {"content_encoding": "\x1b" * 60},
            rf"its content encoding is '{(chr(92) + 'x1b') * 19}\x…, not utf-8",
        ),
        ({"headers": compressed}, "it is compressed ('application/x-gzip')"),
        ({"headers": packed}, f"it is compressed (['{'x' * 77}…)"),
        ({"headers": {}}, "it has no name"),
        ({"headers": {"name": 5}}, "it has no name"),
        ({"headers": {"name": {"a": "b"}}}, "it has no name"),
        ({"headers": {"name": b"\xff"}}, "it has no name"),
        ({"headers": {b"name": "user_deleted"}}, "it has no name"),
    ]
    for properties, reason in refusals:
        assert refusal(delivery(**properties)) == reason


def test_a_body_that_is_no_object_is_refused():
    no_data = "the data of the event 'user_deleted' is not a JSON object"
    not_utf_8 = "str is not valid UTF-8: surrogates not allowed: line 1 column 1 (char 0)"
    for body, reason in (
        (b"", "it is not JSON: Input is a zero-length, empty document: line 1 column 1 (char 0)"),
        (b"\xff{}", f"it is not JSON: {not_utf_8}"),
        (b'{"data": {"uuid": "\xff"}}', f"it is not JSON: {not_utf_8}"),
        (b'{"data": [1]}', no_data),
        (b"{}", no_data),
        (b"null", "it is not a JSON object"),
        (b"[1]", "it is not a JSON object"),
    ):
        assert refusal(delivery(body)) == reason
    for body in (
        b'{"data": {"uuid": "\\ud800"}}',
        b"[" * 900,
        b'{"data": NaN}',
        b'{"data": {"number": 1e999}}',
        b'{"data": {"number": ' + b"9" * 500 + b"}}",
    ):
        assert refusal(delivery(body)).startswith("it is not JSON: ")
        assert len(refusal(delivery(body))) < 200


def test_of_duplicate_keys_the_last_one_counts():
    event = read_event(delivery(b'{"data": {"uuid": "a"}, "data": {"uuid": "b", "uuid": "c"}}'), MAX_BYTES)
    assert event.data == {"uuid": "c"}


def test_a_message_that_was_too_large_or_has_no_properties_is_refused():
    assert refusal(Delivery(1, {}, 5000, None)) == "it has 5000 bytes, bus.max_message_size is 1000"
    assert refusal(Delivery(1, None, 3, b"abc")) == "its AMQP properties can't be decoded"


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


def test_the_description_of_a_message_is_short():
    for name, shown in (
        ("x" * 78, f"'{'x' * 78}'"),
        ("x" * 79, f"'{'x' * 78}…"),
        ("x" * 100_000, f"'{'x' * 78}…"),
        ("\0" * 100_000, f"'{(chr(92) + 'x00') * 19}{chr(92)}x…"),
        (["x"] * 20_000, f"[{chr(39) + 'x' + chr(39) + ', '}"),
        (10**300, f"1{'0' * 78}…"),
        (b"\xff" * 9000, "b'"),
    ):
        described = describe(delivery(headers={"name": name}, message_id="17"))
        assert described.startswith(f"'17' (event {shown}")
        assert len(described) <= len("'17' (event )") + 80
        assert described.isprintable()
