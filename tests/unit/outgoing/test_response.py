"""The JSON of servers that write it with small faults."""

import pytest

from waiting import assert_prompt
from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.outgoing import HttpResponse
from xivo_dird.outgoing.response import MAX_LONE_SURROGATES


def parsed(body: bytes) -> object:
    return HttpResponse("http://crm.lan", 200, {}, body).json()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb'"Ada \ud83d"', "Ada \ufffd"),
        (rb'"\uDE00 Ada"', "\ufffd Ada"),
        (rb'"\ud83d\ud83d\ude00"', "\ufffd\U0001f600"),
        (rb'"\ud83d\ude00\ude00"', "\U0001f600\ufffd"),
        (rb'"\udc00\ud800"', "\ufffd\ufffd"),
        (rb'"\ud83d\n"', "\ufffd\n"),
        (rb'"C:\\\ud83d"', "C:\\\ufffd"),
        (rb'"\\\\\ude00\\ude00"', "\\\\\ufffd\\ude00"),
        (rb'"\\ud83d \ud83d"', "\\ud83d \ufffd"),
        (rb'"\ud83d\ude00"', "\U0001f600"),
        (rb'"\\ud83d"', "\\ud83d"),
    ],
)
def test_half_of_a_character_costs_only_itself(body: bytes, text: str) -> None:
    assert parsed(body) == text


@pytest.mark.parametrize(
    "body", [rb'"\ud83"', rb'["\ud83d", NaN]', rb'["\ud83d"', rb'"\ud83d"' * 2, b'"\xed\xa0\x80"']
)
def test_what_is_no_json_otherwise_stays_an_error(body: bytes) -> None:
    with pytest.raises(SourceUnavailable, match="answered no JSON"):
        parsed(body)


def test_a_body_of_halves_of_characters_only_is_an_error() -> None:
    halves = rb"\ud83d" * MAX_LONE_SURROGATES
    assert parsed(b'"' + halves + b'"') == "\ufffd" * MAX_LONE_SURROGATES
    with pytest.raises(SourceUnavailable, match="answered no JSON"):
        parsed(b'"' + halves + rb"\ud83d" + b'"')


def test_a_byte_order_mark_is_ignored() -> None:
    assert parsed(b"\xef\xbb\xbf[1]") == [1]


def test_a_long_content_type_takes_no_long_time() -> None:
    kind = 'text/csv; charset=latin-1; a="' + ";" * 1_000_000
    with assert_prompt():
        assert HttpResponse("http://crm.lan", 200, {"Content-Type": kind}, b"").charset("utf-8") == "latin-1"
