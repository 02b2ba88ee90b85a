"""Two worker processes compared with one: the gain from the second core, which the clients share."""

from collections.abc import Iterator
from contextlib import ExitStack

from daemons import Bench, csv_source, daemon, lookup_paths, running
from table import Row, at_least

from servers.daemon import DaemonProcess

CLIENTS = 32


def rows(bench: Bench) -> Iterator[Row]:
    """Measure the throughput with two workers and with one."""
    people = bench.people(bench.lines)
    paths = lookup_paths(people.terms)
    with ExitStack() as opened:

        def start(count: int) -> DaemonProcess:
            folder = bench.folder_with_index(f"workers-{count}", bench.lines)
            created = daemon(folder, [csv_source(people)], rest_api={"workers": count})
            return opened.enter_context(running(created, people.terms[0]))

        ports = [start(count).port for count in (2, 1)]
        two, one = bench.measure_in_turn(*[bench.load(port, paths, CLIENTS) for port in ports])
    rates = [max(measured.rate for measured in load) for load in (two, one)]
    yield at_least(1.7, f"two workers, lookups per second, {CLIENTS} clients", *rates)
