"""Start with a large file: from the command to the first name, without and with an index from before."""

import time
from collections.abc import Iterator
from pathlib import Path

from daemons import Bench, answering, csv_source, daemon
from table import Row, at_most

MEGABYTE = 1024


def rows(bench: Bench) -> Iterator[Row]:
    """Measure the cold start and its memory at the peak, then several warm ones."""
    folder = bench.folder_of(f"people-{bench.lines}")
    people = bench.people(bench.lines)

    def start() -> tuple[float, int]:
        began = time.perf_counter()
        with answering(daemon(folder, [csv_source(people)]), people.terms[0]) as running:
            return time.perf_counter() - began, _peak(running.pid)

    cold, most = start()
    warm = min(start()[0] for _ in range(bench.rounds))
    yield at_most(20, f"cold start, {bench.lines:,} lines (s)", cold)
    yield at_most(1, f"warm start, {bench.lines:,} lines (s)", warm)
    yield at_most(500, f"resident memory, {bench.lines:,} lines (MB)", most)


def _peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // MEGABYTE
