"""Tests of resolving host names within a deadline."""

import socket
from threading import Event

import pytest

from waiting import LONG_TIMEOUT, TIMEOUT
from xivo_dird.outgoing.addresses import resolved_addresses
from xivo_dird.threads.deadline import Deadline


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_an_address_is_its_own_address(host: str) -> None:
    assert resolved_addresses(host, 389, Deadline.after(TIMEOUT)) == (host,)


def test_a_name_has_addresses() -> None:
    assert "127.0.0.1" in resolved_addresses("localhost", 389, Deadline.after(TIMEOUT))


@pytest.mark.parametrize("error", [socket.gaierror("unknown"), UnicodeError("label too long")])
def test_an_error_of_the_resolver_is_raised(error: OSError | ValueError) -> None:
    def fail(host: str, port: int) -> list[str]:
        raise error

    with pytest.raises(type(error), match=str(error)):
        resolved_addresses("host", 389, Deadline.after(TIMEOUT), fail)


@pytest.mark.parametrize("seconds", [0.01, 0])
def test_a_resolver_that_hangs_is_left_at_the_deadline(seconds: float) -> None:
    end = Event()

    def hang(host: str, port: int) -> list[str]:
        end.wait(LONG_TIMEOUT)
        return []

    with pytest.raises(TimeoutError, match="host name"):
        resolved_addresses("host", 389, Deadline.after(seconds), hang)
    end.set()
