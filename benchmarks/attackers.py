"""A process of attackers: it holds or overloads a daemon until its standard input is closed.

Usage: attackers.py ATTACK PORT TOKEN. It writes a line when the attack has begun.
"""

import select
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

CLIENTS = 110
"""Number of attacking connections: more than the daemon has request threads."""

BUSY_CLIENTS = 10
"""Number of connections of attacks that overload the daemon."""

LARGE_CLIENTS = 30
"""Number of connections that request large answers: as many as may wait for one user."""

PIPELINED = 200
"""Number of requests that a client sends at once."""

DRIP_SECONDS = 0.05
LARGE_BUFFER = 1 << 20
TIMEOUT = 30.0
GET = "GET {} HTTP/1.1\r\nHost: x\r\nX-Auth-Token: {}\r\n\r\n"
POST = "POST {} HTTP/1.1\r\nHost: x\r\nX-Auth-Token: {}\r\nContent-Length: 1000000\r\n\r\n"
REVERSE = "/0.1/directories/reverse/default/user?exten=0"
ALL_PEOPLE = "/0.1/directories/lookup/default?term=e"
IMPORT = "/0.1/personal/import"


def main(attack: str, port: int, token: str) -> None:
    """Attack until the standard input is closed."""
    work = ATTACKS[attack](port, token)
    next(work)
    print("begun", flush=True)
    watcher = threading.Thread(target=sys.stdin.read, daemon=True)
    watcher.start()
    while watcher.is_alive():
        next(work)


def descriptions(port: int, _token: str) -> Iterator[None]:
    """Request the public description, each time with another path prefix of a reverse proxy."""
    request = GET.format("/0.1/api/api.yml", "none\r\nX-Script-Name: /{}")
    return _ask_all(port, lambda number: request.format(number).encode())


def unknown_tokens(port: int, _token: str) -> Iterator[None]:
    """Send requests with a token that nobody has, each time with another one."""
    return _ask_all(port, lambda number: GET.format(REVERSE, f"unknown-{number}").encode())


def pipelines(port: int, token: str) -> Iterator[None]:
    """Send many requests at once on every connection, and read the answers."""
    return _ask_all(port, lambda _: GET.format(REVERSE, token).encode() * PIPELINED)


def announced_bodies(port: int, token: str) -> Iterator[None]:
    """Announce bodies that never come."""
    return _drip(port, POST.format(IMPORT, token).encode(), b"")


def announced_bodies_without_token(port: int, _token: str) -> Iterator[None]:
    """Announce bodies that never come, with a token that nobody has."""
    return _drip(port, POST.format(IMPORT, "unknown").encode(), b"")


def slow_bodies(port: int, token: str) -> Iterator[None]:
    """Send bodies a little faster than the slowest accepted rate."""
    return _drip(port, POST.format(IMPORT, token).encode(), b"a,b\n" * 256)


def slow_heads(port: int, _token: str) -> Iterator[None]:
    """Send a head byte by byte."""
    return _drip(port, b"GET / HTTP/1.1\r\n", b"x")


def slow_readers(port: int, token: str) -> Iterator[None]:
    """Request large answers and do not read them."""
    return _drip(port, GET.format(ALL_PEOPLE, token).encode(), b"")


def large_answers(port: int, token: str) -> Iterator[None]:
    """Request the largest answer again and again, on many connections at once, and read it."""
    request = GET.format(ALL_PEOPLE, f"{token}\r\nConnection: close").encode()
    poller = select.epoll()
    clients: dict[int, socket.socket] = {}
    while True:
        while len(clients) < LARGE_CLIENTS:
            client = _connect(port, LARGE_BUFFER)
            client.sendall(request)
            clients[client.fileno()] = client
            poller.register(client, select.EPOLLIN)
        for descriptor, _ in poller.poll(0.01):
            if not clients[descriptor].recv(LARGE_BUFFER):
                clients.pop(descriptor).close()
        yield


def _ask_all(port: int, request: Callable[[int], bytes]) -> Iterator[None]:
    """Keep a request under way on every connection."""
    number = 0
    poller = select.epoll()
    clients = {client.fileno(): client for client in (_connect(port) for _ in range(BUSY_CLIENTS))}
    for descriptor, client in clients.items():
        poller.register(descriptor, select.EPOLLIN | select.EPOLLOUT)
        client.setblocking(False)
    while True:
        for descriptor, event in poller.poll(0.01):
            if event & select.EPOLLOUT:
                number += 1
                poller.modify(descriptor, select.EPOLLIN)
                with suppress(BlockingIOError):
                    clients[descriptor].send(request(number))
            elif not clients[descriptor].recv(1 << 20):
                raise ConnectionError("the daemon closed a connection")
            else:
                poller.modify(descriptor, select.EPOLLIN | select.EPOLLOUT)
        yield


def _drip(port: int, first: bytes, more: bytes) -> Iterator[None]:
    """Open connections, send `first`, and then `more` again and again; replace those that are closed."""
    clients: list[socket.socket] = []
    while True:
        while len(clients) < CLIENTS:
            client = _connect(port)
            client.sendall(first)
            client.setblocking(False)
            clients.append(client)
        yield
        time.sleep(DRIP_SECONDS)
        clients = [client for client in clients if _is_open(client, more)]


def _is_open(client: socket.socket, data: bytes) -> bool:
    try:
        client.send(data)
        return client.recv(1, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def _connect(port: int, buffer: int = 4096) -> socket.socket:
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    client.settimeout(TIMEOUT)
    client.connect(("127.0.0.1", port))
    return client


ATTACKS: Mapping[str, Callable[[int, str], Iterator[None]]] = {
    attack.__name__: attack
    for attack in (
        descriptions,
        unknown_tokens,
        pipelines,
        announced_bodies,
        announced_bodies_without_token,
        slow_bodies,
        slow_heads,
        slow_readers,
        large_answers,
    )
}

if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
