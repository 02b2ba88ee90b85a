"""Two processes on one port over one: what the second core is good for."""

from collections.abc import Iterator
from contextlib import ExitStack

from daemons import Bench, answering, csv_source, daemon, lookup_paths
from table import Row, at_least

CLIENTS = 32


def rows(bench: Bench) -> Iterator[Row]:
    """Measure the throughput of both."""
    people = bench.people(bench.sizes[0])
    paths = lookup_paths(people.terms)
    with ExitStack() as opened:
        ports = [
            opened.enter_context(
                answering(
                    daemon(
                        bench.folder_of(f"workers-{count}"),
                        [csv_source(people)],
                        rest_api={"workers": count},
                    ),
                    people.terms[0],
                )
            ).port
            for count in (2, 1)
        ]
        two, one = bench.in_turn(*[bench.load(port, paths, CLIENTS) for port in ports])
    rates = [max(each.rate for each in some) for some in (two, one)]
    yield at_least(1.7, f"two workers, lookups per second, {CLIENTS} clients", *rates)
