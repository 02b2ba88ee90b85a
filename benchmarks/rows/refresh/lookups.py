"""Lookups beside the refreshes of a large directory."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from clients import Measured
from daemons import Bench, Declared, csv_source, daemon, lookup_paths, running
from load import measure

from servers.daemon import DaemonProcess

SERVED_LINES = 10_000

NAME = "large"
COMMON: Declared = {
    "name": NAME,
    "searched_columns": ["firstname", "lastname", "number"],
    "first_matched_columns": ["number", "mobile"],
    "format_columns": {"name": "{firstname} {lastname}"},
}
"""What all sources of a large directory have in common."""


class RefreshedDirectory(Protocol):
    """A large directory.

    Attributes:
        source: The declaration of its source.
        settings: Settings of backends.
    """

    @property
    def source(self) -> Declared: ...

    @property
    def settings(self) -> Mapping[str, Mapping[str, object]]: ...

    def refreshing(self, process: DaemonProcess) -> AbstractContextManager[None]:
        """Cause one refresh after the other during the context; at the end, wait for the last one."""


@contextmanager
def running_with(directory: RefreshedDirectory, bench: Bench, folder: Path) -> Iterator[DaemonProcess]:
    """Run a daemon with the directory, and with a small file."""
    served = bench.people(min(SERVED_LINES, bench.lines))
    backends = {"csv": {"folders": [str(Path(served.file).parent)]}, **directory.settings}
    created = daemon(folder, [csv_source(served), directory.source], backends=backends)
    with running(created, served.terms[0]) as process:
        yield process


def latencies(bench: Bench, process: DaemonProcess, directory: RefreshedDirectory) -> tuple[float, float]:
    """Return the p99 of lookups without and with refreshes beside them, each the best of several measurements."""
    load = bench.load(process.port, lookup_paths(bench.people(min(SERVED_LINES, bench.lines)).terms))
    measured: list[tuple[Measured, Measured]] = []
    for _ in range(bench.rounds):
        idle = measure(load)
        with directory.refreshing(process):
            measured.append((idle, measure(load)))
    return min(idle.p99 for idle, _ in measured), min(refreshing.p99 for _, refreshing in measured)


def built_at(process: DaemonProcess) -> float:
    """Return when the index of the directory was built, 0 before."""
    built = [
        source["snapshot"]["built_at"]
        for source in process.get("/status")[1]["sources"].values()
        if source["name"] == NAME
    ]
    return float(built[0] or 0.0) if built else 0.0
