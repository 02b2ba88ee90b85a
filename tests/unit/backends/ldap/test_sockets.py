"""Tests of the deadline and the byte limit of a socket."""

import socket
from collections.abc import Iterator

import pytest

from waiting import TIMEOUT
from xivo_dird.backend import Deadline
from xivo_dird_backends.ldap.sockets import DeadlineSocket


@pytest.fixture
def socket_pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    client, server = socket.socketpair()
    with client, server:
        yield client, server


def test_available_data_is_received(socket_pair: tuple[socket.socket, socket.socket]) -> None:
    socket_pair[1].sendall(b"abc")
    assert DeadlineSocket(socket_pair[0], Deadline.after(TIMEOUT)).recv(1) == b"abc"


def test_waiting_ends_at_the_deadline(socket_pair: tuple[socket.socket, socket.socket]) -> None:
    with pytest.raises(TimeoutError):
        DeadlineSocket(socket_pair[0], Deadline.after(0.01)).recv(1)


def test_after_the_deadline_available_data_is_not_received(
    socket_pair: tuple[socket.socket, socket.socket],
) -> None:
    expired = DeadlineSocket(socket_pair[0], Deadline.after(0))
    socket_pair[1].sendall(b"abc")
    with pytest.raises(TimeoutError):
        expired.recv(1)
    with pytest.raises(TimeoutError):
        expired.sendall(b"abc")
    expired.restart(Deadline.after(TIMEOUT))
    assert expired.recv(1) == b"abc"


def test_sending_to_a_peer_that_does_not_read_ends_at_the_deadline(
    socket_pair: tuple[socket.socket, socket.socket],
) -> None:
    with pytest.raises(TimeoutError):
        DeadlineSocket(socket_pair[0], Deadline.after(0.05)).sendall(b"x" * 10_000_000)


def test_the_size_of_a_response_is_limited(socket_pair: tuple[socket.socket, socket.socket]) -> None:
    limited = DeadlineSocket(socket_pair[0], Deadline.after(TIMEOUT), max_response_bytes=5)
    socket_pair[1].sendall(b"abc")
    assert limited.recv(1) == b"abc"
    socket_pair[1].sendall(b"def")
    with pytest.raises(OSError, match="larger than"):
        limited.recv(1)


def test_an_aborted_socket_reports_a_closed_connection(
    socket_pair: tuple[socket.socket, socket.socket],
) -> None:
    aborted = DeadlineSocket(socket_pair[0], Deadline.after(TIMEOUT))
    aborted.abort()
    assert aborted.recv(1) == b""
