"""One source of five hangs: what the others' callers notice of it."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace

from daemons import Bench, Declared, answering, csv_source, daemon, lookup_paths, wait_until
from table import Row, at_least, at_most

from servers.daemon import DaemonProcess

CLIENTS = 32
DEADLINE = 0.3
LONGER = 0.02
HEALTHY = ("one", "two", "three", "four")
EXPECTED = [f'"source":"{name}"' for name in HEALTHY]
NEVER = 1_000_000


def rows(bench: Bench) -> Iterator[Row]:
    """Measure the slowest answers while every lookup still asks the hung source, then the throughput without it.

    An answer that lacks a healthy source ends the run.
    """
    people = bench.people(bench.sizes[0])
    healthy = [csv_source(people, name) for name in HEALTHY]
    paths = lookup_paths(people.terms)
    with ExitStack() as opened:
        hung = opened.enter_context(_hung_source())

        def serving(name: str, sources: Sequence[Declared], failures: int) -> DaemonProcess:
            lookup = {"breaker_failures": failures, "breaker_pause": NEVER, "breaker_longest_pause": NEVER}
            made = daemon(bench.folder_of(f"hung-{name}"), sources, DEADLINE, lookup=lookup)
            return opened.enter_context(answering(made, people.terms[0]))

        closed = serving("closed", [*healthy, hung], NEVER)
        broken = serving("open", [*healthy, hung], 3)
        without = serving("without", healthy, 3)
        wait_until(lambda: _is_skipped(broken, people.terms[0]))
        loads = [
            replace(bench.load(each.port, paths, CLIENTS, EXPECTED), warm_up=3 * DEADLINE)
            for each in (closed, broken, without)
        ]
        slowest, opened_rates, rates = bench.in_turn(*loads)
    p99 = min(each.p99 for each in slowest)
    most = (DEADLINE + LONGER) * 1000
    yield at_most(most, f"one of five hangs, {CLIENTS} clients, breaker closed: p99 (ms)", p99)
    yield at_least(
        0.8,
        f"one of five hangs, {CLIENTS} clients, breaker open: lookups/s",
        max(each.rate for each in opened_rates),
        max(each.rate for each in rates),
    )


@contextmanager
def _hung_source() -> Iterator[Declared]:
    """Take connections to an LDAP server that never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as server:
        kept: list[socket.socket] = []
        threading.Thread(target=_accept, args=(server, kept), daemon=True).start()
        yield {
            "name": "hung",
            "backend": "ldap",
            "ldap_uri": f"ldap://127.0.0.1:{server.getsockname()[1]}",
            "ldap_base_dn": "dc=example",
            "ldap_network_timeout": 1.0,
            "ldap_timeout": 1.0,
            "searched_columns": ["cn"],
        }
        for connection in kept:
            connection.close()


def _accept(server: socket.socket, kept: list[socket.socket]) -> None:
    with suppress(OSError):
        while True:
            kept.append(server.accept()[0])


def _is_skipped(running: DaemonProcess, term: str) -> bool:
    running.get("/directories/lookup/default", term=term)
    sources = running.get("/status")[1]["sources"]
    return isinstance(sources, dict) and any(source["breaker"] == "open" for source in sources.values())
