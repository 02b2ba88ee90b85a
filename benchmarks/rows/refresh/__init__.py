"""Refreshes of large sources: what they cost lookups beside them, and what a few changes cost."""

import csv
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from daemons import Bench, Declared, csv_source, daemon, lookup_paths, running, wait_until
from load import Measured, measure
from people import COLUMNS, People
from table import Row, at_most

from servers.daemon import DaemonProcess
from xivo_dird.backend import Entry, SyncPage, SyncState, TextMatch
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.format import IndexShape
from xivo_dird.index.shared_folder import SharedFolder

ENTRIES = 100_000
SERVED_LINES = 10_000
CHANGES = 100
PAGE = 1000
CHECK_SECONDS = 0.05
SHAPE = IndexShape(
    ("firstname", "lastname", "number"), ("number", "mobile"), "email", TextMatch.CASE_INSENSITIVE
)


def rows(bench: Bench) -> Iterator[Row]:
    """Measure the latency of lookups while a large source is refreshed all the time, then the refresh of changes."""
    entries = min(ENTRIES, bench.lines)
    people = bench.people(entries)
    directory = SqlDirectory(bench.folder_of("refresh-sql") / "people.db", people)
    idle, refreshing = _latencies(bench, directory)
    yield at_most(1.2, f"lookup while {entries:,} SQL rows are refreshed: p99 (ms)", refreshing, idle)
    delta, full = _seconds(bench.folder_of("refresh-copy"), people)
    yield at_most(0.05, f"refresh of {CHANGES} changes in {entries:,} over all (s)", delta, full)


class SqlDirectory:
    """A table of people, with a version that can be increased."""

    def __init__(self, file: Path, people: People) -> None:
        """Create the database."""
        self.file = file
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute(f"CREATE TABLE person ({', '.join(COLUMNS)})")
            connection.executemany(
                f"INSERT INTO person VALUES ({', '.join('?' * len(COLUMNS))})", _people_rows(people)
            )
            connection.execute("CREATE TABLE version AS SELECT 1 AS number")

    def change(self) -> None:
        """Increase the version."""
        with closing(sqlite3.connect(self.file)) as connection, connection:
            connection.execute("UPDATE version SET number = number + 1")

    @property
    def source(self) -> Declared:
        """Return the declaration of its source."""
        return {
            "name": "copied",
            "backend": "sql",
            "uri": f"sqlite:///{self.file}",
            "table": "person",
            "version_query": "SELECT number FROM version",
            "check_seconds": CHECK_SECONDS,
            "unique_column": "email",
            "searched_columns": list(SHAPE.searched_columns),
            "first_matched_columns": list(SHAPE.first_matched_columns),
            "format_columns": {"name": "{firstname} {lastname}"},
        }


def _latencies(bench: Bench, directory: SqlDirectory) -> tuple[float, float]:
    """Return the p99 of lookups without and with refreshes beside them, each the best of several measurements."""
    served = bench.people(min(SERVED_LINES, bench.lines))
    backends = {
        "csv": {"folders": [str(Path(served.file).parent)]},
        "sql": {"folders": [str(directory.file.parent)]},
    }
    created = daemon(bench.folder_of("refresh"), [csv_source(served), directory.source], backends=backends)
    with running(created, served.terms[0]) as process:
        wait_until(lambda: _built_at(process))
        load = bench.load(process.port, lookup_paths(served.terms))
        measured: list[tuple[Measured, Measured]] = []
        for _ in range(bench.rounds):
            idle = measure(load)
            with _refreshing(process, directory):
                measured.append((idle, measure(load)))
    return min(idle.p99 for idle, _ in measured), min(refreshing.p99 for _, refreshing in measured)


@contextmanager
def _refreshing(process: DaemonProcess, directory: SqlDirectory) -> Iterator[None]:
    """Change the directory all the time, so that one refresh follows the other; at the end, wait for the last one."""
    is_over = threading.Event()

    def change() -> None:
        while not is_over.wait(CHECK_SECONDS):
            directory.change()

    changing = threading.Thread(target=change)
    changing.start()
    started_at = _built_at(process)
    time.sleep(4 * CHECK_SECONDS)  # a refresh has begun
    yield
    is_over.set()
    changing.join()
    last_at = time.time()
    wait_until(lambda: (_built_at(process) or 0.0) > max(last_at, started_at or 0.0))


def _built_at(process: DaemonProcess) -> float | None:
    """Return when the index of the directory was built, None before."""
    built = [
        source["snapshot"]["built_at"]
        for source in process.get("/status")[1]["sources"].values()
        if source["name"] == "copied"
    ]
    return float(built[0]) if built and built[0] else None


def _seconds(folder: Path, people: People) -> tuple[float, float]:
    """Return the seconds of a run with a few changes, the best of several, and those of the first run."""
    entries = [dict(zip(COLUMNS, row, strict=True)) for row in _people_rows(people)]
    pages = partial(_pages, entries)
    files = IndexFiles(SharedFolder(folder / "index"), SHAPE, threading.Event())
    state = SyncState(folder, "")
    seconds = []
    for version in range(4):
        started = time.perf_counter()
        files.open_or_build(str(version), partial(state.synchronized, pages)).close()
        seconds.append(time.perf_counter() - started)
    return min(seconds[1:]), seconds[0]


def _pages(entries: Sequence[Entry], cursor: str | None) -> Iterator[SyncPage]:
    """Yield all entries, or some of them with another name."""
    if cursor is None:
        for start in range(0, len(entries), PAGE):
            yield SyncPage([(str(entry["email"]), entry) for entry in entries[start : start + PAGE]], "1")
    else:
        changed = entries[:: len(entries) // CHANGES]
        yield SyncPage(
            [(str(entry["email"]), {**entry, "lastname": f"Changed {cursor}"}) for entry in changed],
            f"{cursor}1",
        )


def _people_rows(people: People) -> list[list[str]]:
    with Path(people.file).open(newline="", encoding="utf-8") as opened:
        return list(csv.reader(opened))[1:]
