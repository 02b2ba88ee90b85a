"""Attacks over HTTP: how much longer the slowest answers to ordinary clients take beside each of them."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from attackers import ATTACKS
from daemons import ATTACKER_TOKEN, Bench, csv_source, daemon, lookup_paths, running
from load import Load, measure
from table import Row, at_most

CLIENTS = 8
PEOPLE = 10_000
"""Number of people in the directory, which the largest answers contain."""

MAX_RISE_MS = 50.0
WARM_UP_SECONDS = 1.0


def rows(bench: Bench) -> Iterator[Row]:
    """Measure the 99th percentile of lookups without and beside each attack.

    An answer that is not a complete 200 ends the run.
    """
    people = bench.people(PEOPLE)
    created = daemon(bench.folder_of("attacked"), [csv_source(people)])
    with running(created, people.terms[0]) as process:
        load = replace(bench.load(process.port, lookup_paths(people.terms), CLIENTS), warm_up=WARM_UP_SECONDS)
        alone = min(_p99(load) for _ in range(bench.rounds))
        for name in ATTACKS:
            with _attack(name, process.port):
                rise = _p99(load) - alone
            yield at_most(
                MAX_RISE_MS, f"{CLIENTS} clients beside {name.replace('_', ' ')}: rise of p99 (ms)", rise
            )


def _p99(load: Load) -> float:
    measured = measure(load)
    if not measured.is_good:
        raise RuntimeError(f"not every answer was complete and successful: {measured}")
    return measured.p99


@contextmanager
def _attack(name: str, port: int) -> Iterator[None]:
    """Attack the daemon for the length of the block, from a process of its own."""
    script = Path(__file__).parent.parent / "attackers.py"
    command = [sys.executable, str(script), name, str(port), ATTACKER_TOKEN]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        if process.stdout is None or not process.stdout.readline():
            raise RuntimeError(f"the attack {name} did not begin")
        yield
