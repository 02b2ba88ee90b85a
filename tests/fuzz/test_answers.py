"""The judge of the fuzz runs accepts well-formed answers only."""

import pytest

from fuzz.answers import BadAnswer, judge
from fuzz.conversations import make_case

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("received", "statuses"),
    [
        (b"", []),
        (OK + OK, [200, 200]),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, [100, 200]),
        (b"HTTP/1.1 204 No Content\r\nContent-Type: application/json\r\n\r\n" + OK, [204, 200]),
        (CHUNKED + b"5\r\nhello\r\n0\r\n\r\n" + OK, [200, 200]),
        (b"HTTP/1.0 503 Service Unavailable\r\nContent-Type: text/plain\r\n\r\nup to the end", [503]),
    ],
)
def test_well_formed_answers_are_accepted(received, statuses):
    assert [answer.status for answer in judge(received)] == statuses


@pytest.mark.parametrize(
    "received",
    [
        OK[:-1],
        OK[:30],
        OK + b"x",
        b"hello",
        OK.replace(b"200 OK", b"500 Internal Server Error"),
        OK.replace(b"200 OK", b"502 Bad Gateway"),
        OK.replace(b"{}", b"{,"),
        OK.replace(b"200", b"20"),
        OK.replace(b"\r\nContent-Type", b"\r\nContent Type"),
        OK.replace(b"json\r\n", b"json\x00\r\n"),
        CHUNKED + b"5\r\nhello",
        CHUNKED + b"5\r\nhello!\r\n0\r\n\r\n",
        CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n",
        CHUNKED + b"x",
    ],
)
def test_everything_else_is_a_failure(received):
    with pytest.raises(BadAnswer):
        judge(received)


def test_an_answer_to_head_may_have_no_body():
    head = OK.removesuffix(b"{}")
    assert len(judge(head + OK, may_be_bodiless=True)) == 2
    assert len(judge(head, may_be_bodiless=True)) == 1


def test_the_last_answer_may_be_cut_where_the_server_is_killed():
    assert [answer.status for answer in judge(OK + OK[:-1], may_be_cut=True)] == [200]


def test_a_seed_and_a_number_determine_what_is_sent():
    assert make_case(1, 2) == make_case(1, 2)
    assert len({b"".join(make_case(1, number).pieces) for number in range(100)}) > 90
    assert make_case(1, 2) != make_case(2, 2)
