"""Two processes on one port over one: what the second core is good for, less what the clients take of it."""

from collections.abc import Iterator
from contextlib import ExitStack

from daemons import Bench, answering, csv_source, daemon, lookup_paths
from table import Row, at_least

from servers.daemon import DaemonProcess

CLIENTS = 32


def rows(bench: Bench) -> Iterator[Row]:
    """Measure the throughput of both."""
    people = bench.people(bench.lines)
    paths = lookup_paths(people.terms)
    with ExitStack() as opened:

        def serving(count: int) -> DaemonProcess:
            folder = bench.folder_with_index(f"workers-{count}", bench.lines)
            made = daemon(folder, [csv_source(people)], rest_api={"workers": count})
            return opened.enter_context(answering(made, people.terms[0]))

        ports = [serving(count).port for count in (2, 1)]
        two, one = bench.in_turn(*[bench.load(port, paths, CLIENTS) for port in ports])
    rates = [max(each.rate for each in some) for some in (two, one)]
    yield at_least(1.7, f"two workers, lookups per second, {CLIENTS} clients", *rates)
