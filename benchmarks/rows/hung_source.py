"""One source of five hangs: its effect on the answers of the other sources."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace

from daemons import Bench, Declared, csv_source, daemon, lookup_paths, running, wait_until
from table import Row, at_least, at_most

from servers.daemon import DaemonProcess

CLIENTS = 32
TIMEOUT = 0.3
MAX_OVERRUN_SECONDS = 0.02
"""How much longer than the timeout an answer may take."""

HEALTHY = ("one", "two", "three", "four")
EXPECTED = [f'"source":"{name}"' for name in HEALTHY]
NEVER = 1_000_000
"""A number of failures that no run reaches."""

DAY = 86_400
"""The longest pause that the configuration accepts."""


def rows(bench: Bench) -> Iterator[Row]:
    """Measure the slowest answers while the hung source is queried, then the throughput while it is skipped.

    An answer without a healthy source ends the run.
    """
    people = bench.people(bench.sizes[0])
    healthy = [csv_source(people, name) for name in HEALTHY]
    paths = lookup_paths(people.terms)
    with ExitStack() as opened:
        hung = opened.enter_context(hung_source())

        def start(name: str, sources: Sequence[Declared], failures: int) -> DaemonProcess:
            lookup = {"breaker_failures": failures, "breaker_pause": DAY, "breaker_longest_pause": DAY}
            created = daemon(bench.folder_of(f"hung-{name}"), sources, TIMEOUT, lookup=lookup)
            return opened.enter_context(running(created, people.terms[0]))

        closed_breaker = start("closed", [*healthy, hung], NEVER)
        open_breaker = start("open", [*healthy, hung], 3)
        without = start("without", healthy, 3)
        wait_until(lambda: _is_skipped(open_breaker, people.terms[0]))
        loads = [
            replace(bench.load(daemon_process.port, paths, CLIENTS, EXPECTED), warm_up=3 * TIMEOUT)
            for daemon_process in (closed_breaker, open_breaker, without)
        ]
        slowest, skipping, without_hung = bench.measure_in_turn(*loads)
    p99 = min(measured.p99 for measured in slowest)
    maximum = (TIMEOUT + MAX_OVERRUN_SECONDS) * 1000
    yield at_most(maximum, f"one of five hangs, {CLIENTS} clients, breaker closed: p99 (ms)", p99)
    yield at_least(
        0.8,
        f"one of five hangs, {CLIENTS} clients, breaker open: lookups/s",
        max(measured.rate for measured in skipping),
        max(measured.rate for measured in without_hung),
    )


@contextmanager
def hung_source() -> Iterator[Declared]:
    """Run an LDAP server that accepts connections and never answers; yield the declaration of its source."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as server:
        connections: list[socket.socket] = []
        threading.Thread(target=_accept, args=(server, connections), daemon=True).start()
        yield {
            "name": "hung",
            "backend": "ldap",
            "ldap_uri": f"ldap://127.0.0.1:{server.getsockname()[1]}",
            "ldap_base_dn": "dc=example",
            "ldap_network_timeout": 1.0,
            "ldap_timeout": 1.0,
            "searched_columns": ["cn"],
        }
        for connection in connections:
            connection.close()


def _accept(server: socket.socket, connections: list[socket.socket]) -> None:
    with suppress(OSError):
        while True:
            connections.append(server.accept()[0])


def _is_skipped(process: DaemonProcess, term: str) -> bool:
    process.get("/directories/lookup/default", term=term)
    sources = process.get("/status")[1]["sources"]
    return isinstance(sources, dict) and any(source["breaker"] == "open" for source in sources.values())
