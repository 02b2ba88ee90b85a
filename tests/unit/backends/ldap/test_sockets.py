"""The total time limit of a conversation."""

import socket
from collections.abc import Iterator

import pytest

from waiting import TIMEOUT
from xivo_dird.backend import Deadline
from xivo_dird_backends.ldap import sockets
from xivo_dird_backends.ldap.sockets import DeadlineSocket


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_data_that_is_there_is_received(ends: tuple[socket.socket, socket.socket]) -> None:
    ends[1].sendall(b"abc")
    assert DeadlineSocket(ends[0], Deadline.after(TIMEOUT)).recv(1) == b"abc"


def test_waiting_ends_with_the_deadline(ends: tuple[socket.socket, socket.socket]) -> None:
    with pytest.raises(TimeoutError):
        DeadlineSocket(ends[0], Deadline.after(0.01)).recv(1)


def test_past_the_deadline_even_waiting_data_is_refused(ends: tuple[socket.socket, socket.socket]) -> None:
    late = DeadlineSocket(ends[0], Deadline.after(0))
    ends[1].sendall(b"abc")
    with pytest.raises(TimeoutError):
        late.recv(1)
    with pytest.raises(TimeoutError):
        late.sendall(b"abc")
    late.restart(Deadline.after(TIMEOUT))
    assert late.recv(1) == b"abc"


def test_sending_to_one_who_does_not_read_ends_with_the_deadline(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    with pytest.raises(TimeoutError):
        DeadlineSocket(ends[0], Deadline.after(0.05)).sendall(b"x" * 10_000_000)


def test_an_answer_may_not_be_endless(
    ends: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "MAX_ANSWER_BYTES", 5)
    limited = DeadlineSocket(ends[0], Deadline.after(TIMEOUT))
    ends[1].sendall(b"abc")
    assert limited.recv(1) == b"abc"
    ends[1].sendall(b"def")
    with pytest.raises(OSError, match="larger than"):
        limited.recv(1)


def test_an_aborted_socket_says_that_the_server_closed(ends: tuple[socket.socket, socket.socket]) -> None:
    aborted = DeadlineSocket(ends[0], Deadline.after(TIMEOUT))
    aborted.abort()
    assert aborted.recv(1) == b""
