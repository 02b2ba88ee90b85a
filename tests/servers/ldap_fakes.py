"""Connections to directory servers that exist only in the test, and searches in a pool of them."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Semaphore

from waiting import TIMEOUT
from xivo_dird.backend import Deadline, SourceUnavailable
from xivo_dird_backends.ldap.options import LdapOptions, LdapServer, servers_from_options
from xivo_dird_backends.ldap.pool import ConnectionPool
from xivo_dird_backends.ldap.searches import LdapResult, LdapSearch

REQUEST = LdapSearch("(cn=*)", ("cn",))


class FakeConnection:
    """Returns an entry with its own number, after waiting at `barrier`; raises `error` instead if it is set."""

    def __init__(self, number: int, server: LdapServer) -> None:
        self.number = number
        self.server = server
        self.searches = Semaphore(0)
        self.error: SourceUnavailable | None = None
        self.code = 0
        self.barrier: Barrier | None = None
        self.is_broken = False
        self.closed = False
        self.aborted = False

    def search(self, request: LdapSearch, deadline: Deadline) -> LdapResult:
        self.searches.release()
        if self.barrier:
            self.barrier.wait()
        if self.error:
            raise self.error
        return LdapResult([{"number": [str(self.number).encode()]}], self.code, "result")

    def abort(self) -> None:
        self.aborted = True

    def close(self) -> None:
        self.closed = True


class FakeServers:
    """Creates connections and stores them.

    Servers refuse connections while their hosts are in `down`, and hang until `proceed` while they are in `hanging`.
    `tried` has the host of each attempt, `shares` the seconds that it had.
    """

    def __init__(self, barrier: Barrier | None = None) -> None:
        self.connections: list[FakeConnection] = []
        self.error: SourceUnavailable | None = None
        self.barrier = barrier
        self.searches = Semaphore(0)
        self.down: set[str] = set()
        self.hanging: set[str] = set()
        self.proceed = Event()
        self.tried: list[str] = []
        self.shares: list[float] = []

    def connect(self, server: LdapServer, deadline: Deadline) -> FakeConnection:
        self.tried.append(server.host)
        self.shares.append(deadline.timeout)
        if server.host in self.hanging:
            assert self.proceed.wait(TIMEOUT)
        if server.host in self.down:
            raise SourceUnavailable(f"{server.host} is down")
        connection = FakeConnection(len(self.connections), server)
        connection.error = self.error
        connection.barrier = self.barrier
        connection.searches = self.searches
        self.connections.append(connection)
        return connection


def servers(*hosts: str) -> tuple[LdapServer, ...]:
    """Return servers with these hosts."""
    uris = " ".join(f"ldap://{host}" for host in hosts)
    options = {"name": "x", "ldap_uri": uris, "ldap_base_dn": "dc=x"}
    return servers_from_options(LdapOptions.model_validate(options))


def search(pool: ConnectionPool, seconds: float = TIMEOUT) -> int:
    """Search, and return the number of the connection that answered."""
    (entry,) = pool.search(REQUEST, Deadline.after(seconds))
    (number,) = entry["number"] or ()
    return int(number)


def search_in_parallel(pool: ConnectionPool, threads: int) -> list[int]:
    """Search in several threads, and return the sorted numbers of the connections."""
    with ThreadPoolExecutor(threads) as executor:
        return sorted(executor.map(lambda _: search(pool), range(threads)))
