"""The protocol of FastAGI, from the server's side."""

from collections.abc import Generator
from io import BytesIO
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servers.asterisk import ACCEPTED, DEAD_CHANNEL, HANGUP, UNKNOWN_COMMAND, USAGE
from xivo_dird.agi.protocol import (
    MAX_BYTES,
    MAX_LINE_BYTES,
    MAX_LINES,
    AgiChannel,
    CommandRefused,
    ConnectionEnded,
    InvalidAgi,
)

MAX_LINE = b"agi_a:" + b"x" * (MAX_LINE_BYTES - 7) + b"\n"


ResultT = TypeVar("ResultT")


def finish(steps: Generator[None, None, ResultT]) -> ResultT:
    """Return the result of a generator once it has ended."""
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            result: ResultT = ended.value
            return result


def variables(received: bytes, size: int = MAX_BYTES) -> dict[str, str]:
    """Return the variables in bytes that arrive in pieces of a size."""
    stream = BytesIO(received)
    return dict(finish(AgiChannel(lambda _: stream.read(size), lambda _: None).read_variables()))


def set_name(received: bytes) -> list[bytes]:
    """Set a variable, with these replies, and return what was sent."""
    sent: list[bytes] = []
    finish(AgiChannel(BytesIO(received).read, sent.append).set_variable("CALLERID(name)", "Ann Lee"))
    return sent


def test_variables_end_at_an_empty_line():
    received = b"agi_network: yes\nagi_callerid: 101\nagi_accountcode: \nagi_arg_1:a: b \n\nlater\n"
    expected = {"agi_network": "yes", "agi_callerid": "101", "agi_accountcode": "", "agi_arg_1": "a: b"}
    assert variables(received) == expected
    assert variables(received.replace(b"\n", b"\r\n")) == expected


@pytest.mark.parametrize("size", [1, 2, 7, 20])
def test_variables_may_arrive_in_pieces(size):
    received = "agi_calleridname: Andr\u00e9\r\nagi_callerid: 101\n\n".encode()
    assert variables(received, size) == {"agi_calleridname": "Andr\u00e9", "agi_callerid": "101"}


def test_what_has_not_arrived_is_waited_for():
    pieces = [b"agi_callerid: 10", None, None, b"1\n\n"]
    steps = AgiChannel(lambda _: pieces.pop(0), lambda _: None).read_variables()
    for left in (4, 3, 2, 1):
        next(steps)
        assert len(pieces) == left
    assert finish(steps) == {"agi_callerid": "101"}


def test_a_variable_that_a_caller_may_have_smuggled_in_does_not_count():
    script, number = {"agi_network_script": "a"}, {"agi_callerid": "101"}
    assert variables(b"agi_network_script: a\nagi_network_script: b\n\n") == script
    assert variables(b"agi_callerid: 101\nagi_network_script: b\n\n") == number


def test_bytes_that_are_no_utf_8_cost_no_other_variable():
    received = b"agi_calleridname: Andr\xe9\x00\x1b\nagi_callerid: 101\n\n"
    assert variables(received) == {"agi_calleridname": "Andr\ufffd", "agi_callerid": "101"}


@pytest.mark.parametrize(
    "received",
    [
        b"\n",
        b"GET / HTTP/1.1\r\nHost: pbx\r\n\r\n",
        b"POST / HTTP/1.1\r\nagi_network: yes\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n",
        b"agi_network\n\n",
        b"agi_: yes\n\n",
        b"AGI_NETWORK: yes\n\n",
        b" agi_network: yes\n\n",
        b"agi_network: yes\nHANGUP\n\n",
        b"\xff\xfe\n",
    ],
)
def test_what_is_no_agi_is_refused(received):
    with pytest.raises(InvalidAgi):
        variables(received)


@pytest.mark.parametrize(
    "received",
    [
        b"x" * (MAX_LINE_BYTES + 1),
        MAX_LINE.replace(b"x", b"xx", 1) + b"\n",
        b"agi_a:\n" * MAX_LINES + b"\n",
        MAX_LINE * (MAX_BYTES // MAX_LINE_BYTES) + b"\n",
    ],
    ids=["no end of a line", "a long line", "many lines", "many bytes"],
)
def test_more_than_asterisk_sends_is_refused(received):
    with pytest.raises(InvalidAgi, match="more than Asterisk sends"):
        variables(received)


def test_the_largest_variables_are_read():
    received = MAX_LINE * (MAX_BYTES // MAX_LINE_BYTES - 1) + b"\n"
    assert len(variables(received)["agi_a"]) == MAX_LINE_BYTES - 7
    many = b"".join(b"agi_arg_%d:\n" % number for number in range(MAX_LINES - 1)) + b"\n"
    assert len(variables(many)) == MAX_LINES - 1


@pytest.mark.parametrize("received", [b"", b"agi_network", b"agi_network: yes\n", b"agi_network: yes\n\r"])
def test_a_connection_that_ends_early_is_no_call(received):
    with pytest.raises(ConnectionEnded):
        variables(received)


@given(st.binary(max_size=200))
def test_any_bytes_are_variables_or_an_error(received):
    try:
        found = variables(received)
    except (InvalidAgi, ConnectionEnded):
        return
    assert found
    assert not any(set(name + text) & set(map(chr, range(32))) for name, text in found.items())


def test_a_variable_is_set_with_one_command():
    assert set_name(ACCEPTED) == [b'SET VARIABLE CALLERID(name) "Ann Lee"\n']


def test_a_hangup_before_the_reply_is_passed_over():
    assert set_name(HANGUP + HANGUP + ACCEPTED) == [b'SET VARIABLE CALLERID(name) "Ann Lee"\n']


@pytest.mark.parametrize(
    ("received", "is_hangup"),
    [
        (DEAD_CHANNEL, True),
        (HANGUP + DEAD_CHANNEL, True),
        (UNKNOWN_COMMAND, False),
        (USAGE, False),
        (b"520 Invalid command syntax.  Proper usage not available.\n", False),
        (b"503 result=-2 Memory allocation failure\n", False),
        (b"200 result=0\n", False),
    ],
)
def test_a_refused_command_is_an_error_with_the_reply(received, is_hangup):
    with pytest.raises(CommandRefused) as caught:
        set_name(received)
    assert caught.value.message in received.decode()
    assert caught.value.is_hangup is is_hangup


def test_the_usage_of_a_command_is_read_to_its_end():
    channel = AgiChannel(BytesIO(USAGE + ACCEPTED).read, lambda _: None)
    with pytest.raises(CommandRefused, match="520-Invalid command syntax"):
        finish(channel.set_variable("A", "b"))
    finish(channel.set_variable("A", "b"))


@pytest.mark.parametrize("received", [b"\n", b"200\n", b"OK\n", b"agi_network: yes\n", b"2000 x\n"])
def test_what_is_no_reply_is_refused(received):
    with pytest.raises(InvalidAgi):
        set_name(received)


@pytest.mark.parametrize("received", [b"", HANGUP, b"200 result=1", b"520-Usage:\n"])
def test_a_connection_that_ends_before_the_reply_is_an_error(received):
    with pytest.raises(ConnectionEnded):
        set_name(received)


@pytest.mark.parametrize("received", [b"520-Usage:\n" + b"x\n" * MAX_LINES, HANGUP * (MAX_LINES + 1)])
def test_a_reply_without_end_is_refused(received):
    with pytest.raises(InvalidAgi):
        set_name(received)


@pytest.mark.parametrize("value", ['"', "\\", "\n", "a\r", "\0", "\x7f"])
def test_a_value_that_would_end_the_command_is_never_sent(value):
    sent: list[bytes] = []
    with pytest.raises(ValueError, match="quotation marks"):
        finish(AgiChannel(BytesIO(ACCEPTED).read, sent.append).set_variable("A", value))
    assert sent == []
