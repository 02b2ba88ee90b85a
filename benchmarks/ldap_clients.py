"""Compare LDAP clients on a slapd: the ldap3 connection of the `ldap` backend, bonsai and python-ldap.

As root on Debian, in a clone; this is neither a part of the tests nor of `make bench`:

apt-get install slapd gcc python3-dev libldap2-dev libsasl2-dev
.venv/bin/python -m pip install --editable '.[ldap-bench]'
PYTHONPATH=tests .venv/bin/python benchmarks/ldap_clients.py

Each client is measured in a process of its own, in turn, several times; the best figure of each counts.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ldap_adapters import ADAPTERS, Account, Adapter

from servers.hostile_ldap import HostileLdap, Peer, silent
from servers.ldap_messages import search_entry
from servers.ldap_people import LdapEntry, person
from servers.slapd import Slapd

ENTRIES, PAGE = 10_000, 1000
FEW, MANY = 20, 1000
THREADS = 4
SECONDS = 2.0
CONNECTIONS = 50
STALLED_BYTES, MAX_STALLED_SECONDS = 6, 5.0


class Heartbeat(threading.Thread):
    """A thread that wakes up every few milliseconds, if the interpreter lets it."""

    def __init__(self) -> None:
        """Create the thread."""
        super().__init__(daemon=True)
        self.longest_pause = 0.0
        self.is_over = threading.Event()

    def run(self) -> None:
        """Remember the longest time between two beats."""
        last = time.perf_counter()
        while not self.is_over.wait(0.005):
            now = time.perf_counter()
            self.longest_pause, last = max(self.longest_pause, now - last), now


@dataclass(frozen=True)
class Measurement:
    """What one process measures.

    Attributes:
        client: The name of the client.
        account: The server and the account.
        ldaps_uri: The server with TLS from the start.
        stalled_uri: A server that answers a bind, and begins to answer a search.
        silent_uri: A server that answers nothing.
        seconds: The length of one measurement.
    """

    client: str
    account: Account
    ldaps_uri: str
    stalled_uri: str
    silent_uri: str
    seconds: float

    def figures(self) -> Mapping[str, float]:
        """Return all figures by name."""
        client = self._open()
        figures = self._figures_of_listing(client)
        figures |= {f"searches/s, {found} found": self._rate(client, found) for found in (1, FEW, MANY)}
        client.close()
        for found in (FEW, MANY):
            figures[f"{THREADS} threads, searches/s, {found} found"] = self._rate_of_threads(found)
        figures["connect and bind (ms)"] = self._milliseconds_to_open(self.account.uri)
        figures["connect and bind, LDAPS (ms)"] = self._milliseconds_to_open(self.ldaps_uri)
        figures["connect and bind, StartTLS (ms)"] = self._milliseconds_to_open(
            self.account.uri, start_tls=True
        )
        figures["stalled search, timeout 1 s (s)"] = self._seconds_of_stalled_search()
        figures["others stop for a silent server (s)"] = self._seconds_of_stopped_thread()
        return figures

    def _open(self, **changes: object) -> Adapter:
        return ADAPTERS[self.client](Account.model_validate({**self.account.model_dump(), **changes}))

    def _figures_of_listing(self, client: Adapter) -> dict[str, float]:
        before = _peak_megabytes()
        started = time.perf_counter()
        count = sum(client.pages(PAGE))
        seconds = time.perf_counter() - started
        if count != ENTRIES:
            raise RuntimeError(f"{self.client} has listed {count} of {ENTRIES} entries")
        return {"listed entries/s": count / seconds, "memory of a listing (MB)": _peak_megabytes() - before}

    def _rate(self, client: Adapter, found: int) -> float:
        """Return searches per second that find so many entries, with another filter each time."""
        filters = _filters(found)
        count = 0
        started = time.perf_counter()
        while (elapsed := time.perf_counter() - started) < self.seconds:
            entries = client.search(filters[count % len(filters)])
            if entries != found:
                raise RuntimeError(f"{self.client} has found {entries} entries, not {found}")
            count += 1
        return count / elapsed

    def _rate_of_threads(self, found: int) -> float:
        """Return searches per second of several threads, each with a connection of its own."""
        clients = [self._open() for _ in range(THREADS)]
        with ThreadPoolExecutor(THREADS) as threads:
            rates = list(threads.map(lambda client: self._rate(client, found), clients))
        for client in clients:
            client.close()
        return sum(rates)

    def _milliseconds_to_open(self, uri: str, *, start_tls: bool = False) -> float:
        started = time.perf_counter()
        for _ in range(CONNECTIONS):
            self._open(uri=uri, start_tls=start_tls).close()
        return (time.perf_counter() - started) / CONNECTIONS * 1000

    def _seconds_of_stalled_search(self) -> float:
        """Return how long a search takes whose answer stops in the middle; infinite if it does not end."""
        is_over = threading.Event()

        def search() -> None:
            with suppress(Exception):  # each client has errors of its own
                client.search("(cn=ada)")
            is_over.set()

        client = self._open(uri=self.stalled_uri, timeout=1.0)
        started = time.perf_counter()
        threading.Thread(target=search, daemon=True).start()
        return time.perf_counter() - started if is_over.wait(MAX_STALLED_SECONDS) else math.inf

    def _seconds_of_stopped_thread(self) -> float:
        """Return how long another thread can't run while a server does not answer a bind, with a timeout of 1 s."""
        heartbeat = Heartbeat()
        heartbeat.start()
        with suppress(Exception):
            self._open(uri=self.silent_uri, timeout=1.0)
        heartbeat.is_over.set()
        heartbeat.join()
        return heartbeat.longest_pause


def main() -> None:
    """Measure the clients that are installed, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of one measurement")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        fields = json.load(sys.stdin)
        account = Account.model_validate(fields.pop("account"))
        print(json.dumps(Measurement(account=account, **fields).figures()), flush=True)
        os._exit(0)  # a stalled search has no end
    with HostileLdap(_stall) as stalled, HostileLdap(silent) as unanswering:
        hostile = (stalled.uri, unanswering.uri)
        rounds = _measure_in_turn(hostile, options.rounds, options.seconds)
    _print_table(list(ADAPTERS), rounds)


def _measure_in_turn(
    hostile: tuple[str, str], rounds: int, seconds: float
) -> Sequence[Sequence[Mapping[str, float]]]:
    """Return the figures of each client in each round."""
    people = [_person(number) for number in range(ENTRIES)]
    with (
        tempfile.TemporaryDirectory() as folder,
        Slapd(Path(folder), people, limits="limits * size=unlimited") as slapd,
    ):
        account = Account(
            uri=slapd.uri,
            user=slapd.bind_dn,
            password=slapd.password,
            base_dn=slapd.base_dn,
            ca_file=str(slapd.ca_file),
        )
        measurements = [Measurement(name, account, slapd.ldaps_uri, *hostile, seconds) for name in ADAPTERS]
        return [[_in_process(each) for each in measurements] for _ in range(rounds)]


def _person(number: int) -> LdapEntry:
    """Return a person with further names, by which 20 or 1,000 people are found."""
    found = person(number)
    few, many = f"few{number // FEW:05}", f"many{number // MANY:05}"
    return {**found, "cn": [*found["cn"], f"one{number:05}", few, many]}


def _stall(peer: Peer) -> None:
    """Accept a bind, and begin to answer a search."""
    peer.accept_bind()
    peer.send(search_entry(peer.request(), {"cn": [b"Ada"]})[:STALLED_BYTES])
    peer.hang()


def _filters(found: int) -> Sequence[str]:
    name = {1: "one", FEW: "few", MANY: "many"}[found]
    texts = [f"{name}{number:05}" for number in range(ENTRIES // found)]
    return [f"(|(cn=*{text}*)(mail=*{text}*))" for text in texts]


def _in_process(measurement: Measurement) -> Mapping[str, float]:
    command = [sys.executable, __file__, "--measure"]
    fields = {**vars(measurement), "account": measurement.account.model_dump()}
    ended = subprocess.run(command, input=json.dumps(fields), stdout=subprocess.PIPE, text=True, check=True)
    figures: Mapping[str, float] = json.loads(ended.stdout)
    return figures


def _print_table(names: Sequence[str], rounds: Sequence[Sequence[Mapping[str, float]]]) -> None:
    print(f"{'':<36}" + "".join(f"{name:>14}" for name in names))
    for figure in rounds[0][0]:
        choose = min if figure.endswith(")") else max
        best = [choose(each[place][figure] for each in rounds) for place in range(len(names))]
        print(f"{figure:<36}" + "".join(f"{value:>14,.1f}" for value in best))


def _peak_megabytes() -> float:
    """Return the largest memory of this process (`getrusage` counts that of its parent before the start, too)."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()
