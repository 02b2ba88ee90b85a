"""Resolves host names within a deadline, which the resolver of the system doesn't have."""

import socket
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from threading import Thread

from xivo_dird.threads.deadline import Deadline

Resolve = Callable[[str, int], Sequence[str]]
"""Returns the addresses of a host and port; raises OSError or ValueError."""


def system_addresses(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host, as the system resolves its name; this may take a minute.

    Raises:
        OSError: The name has no address, or no name server answers.
        ValueError: It can't be the name of a host.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def resolved_addresses(
    host: str, port: int, deadline: Deadline, resolve: Resolve = system_addresses
) -> Sequence[str]:
    """Return the addresses of a host.

    Args:
        host: A name or an address.
        port: The port.
        deadline: When to stop waiting; a thread is left behind until the resolver gives up.
        resolve: Resolves the name.

    Raises:
        OSError: As `resolve`; TimeoutError at the deadline.
        ValueError: As `resolve`.
    """
    if is_address(host):
        return (host,)
    answers: SimpleQueue[Sequence[str] | OSError | ValueError] = SimpleQueue()

    def work() -> None:
        try:
            answers.put(resolve(host, port))
        except (OSError, ValueError) as error:
            answers.put(error)

    Thread(target=work, name="host name", daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.remaining())
    except Empty:
        raise TimeoutError("the host name was not resolved in time") from None
    if isinstance(answer, OSError | ValueError):
        raise answer
    return answer


def is_address(host: str) -> bool:
    """Return True if a host is an IP address in its usual spelling; the system also reads `127.1` and `0x7f000001`."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
