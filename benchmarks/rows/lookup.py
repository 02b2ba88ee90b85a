"""Lookups in large files, compared with a bare resource and with smaller files."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

from bare import Bare, serving
from clients import Measured
from daemons import HEADERS, Bench, csv_source, daemon, lookup_paths, phone_paths, reverse_paths, running
from people import SHORT_TERMS
from table import Row, at_least, at_most

from servers.daemon import DaemonProcess

CLIENTS = 8
"""Number of clients at which the throughput is compared."""

SMALL_LINES = 10_000
"""Lines of the file with which the largest file is compared (if that is larger)."""


def rows(bench: Bench) -> Iterator[Row]:
    """Measure throughput, reverse lookups and growth; write the data of the plots into curves.json."""
    people = bench.people(bench.lines)
    lookups, reverses = lookup_paths(people.terms), reverse_paths(people.numbers)
    phones = phone_paths(people.terms)
    contacts = f"{bench.lines:,} contacts"
    with ExitStack() as opened:
        ports = {lines: opened.enter_context(_running_daemon(bench, lines)).port for lines in bench.sizes}
        ours = ports[bench.lines]
        bare = opened.enter_context(serving(Bare(answers(ours, [*lookups, *reverses]))))
        rates = {count: _rates(bench, lookups, count, ours, bare) for count in bench.clients}
        yield at_least(0.7, f"lookups per second, {contacts}, {CLIENTS} clients", *rates[CLIENTS])
        loads = [bench.load(port, reverses) for port in (ours, bare)]
        yield at_most(1.3, f"reverse lookup, {contacts} (ms)", *map(latency, bench.measure_in_turn(*loads)))
        with serving(Bare(answers(ours, phones))) as phone_bare:
            phone_rates = _rates(bench, phones, CLIENTS, ours, phone_bare)
        yield at_least(0.6, f"lookups by a phone per second, {contacts}, {CLIENTS} clients", *phone_rates)
        latencies = _latencies(bench, ports)
        loads = [bench.load(ours, paths) for paths in (lookup_paths(SHORT_TERMS), lookups)]
        shorts = list(map(latency, bench.measure_in_turn(*loads)))
    small = min(SMALL_LINES, bench.lines)
    yield at_most(1.5, f"lookup, {contacts} over {small:,} (ms)", latencies[bench.lines], latencies[small])
    yield at_most(1.3, f"lookup of 1 or 2 characters over longer ones, {contacts} (ms)", *shorts)
    curves = {"latencies": latencies, "rates": rates}
    (bench.out / "curves.json").write_text(json.dumps(curves), encoding="utf-8")


def _running_daemon(bench: Bench, lines: int) -> AbstractContextManager[DaemonProcess]:
    people = bench.people(lines)
    return running(daemon(bench.folder_of(f"people-{lines}"), [csv_source(people)]), people.terms[0])


def _rates(bench: Bench, paths: Sequence[str], clients: int, ours: int, bare: int) -> tuple[float, float]:
    measured = bench.measure_in_turn(*[bench.load(port, paths, clients) for port in (ours, bare)])
    ours_rate, bare_rate = [max(measurement.rate for measurement in load) for load in measured]
    return ours_rate, bare_rate


def _latencies(bench: Bench, ports: Mapping[int, int]) -> dict[int, float]:
    loads = [bench.load(port, lookup_paths(bench.people(lines).terms)) for lines, port in ports.items()]
    return dict(zip(ports, map(latency, bench.measure_in_turn(*loads)), strict=True))


def latency(measured: Sequence[Measured]) -> float:
    """Return the best mean of several measurements, in milliseconds."""
    return min(measurement.mean for measurement in measured)


def answers(port: int, paths: Sequence[str]) -> dict[str, str]:
    """Return the answers of the daemon by requested term or number."""
    answers = {}
    for path in paths:
        (text,) = parse_qs(urlsplit(path).query).popitem()[1]
        with urlopen(Request(f"http://127.0.0.1:{port}{path}", headers=HEADERS)) as answer:
            answers[text] = answer.read().decode()
    return answers
