"""Start with a large file: from the command to the first result, without and with an existing index."""

import time
from collections.abc import Iterator
from pathlib import Path

from daemons import Bench, csv_source, daemon, running
from table import Row, at_most

KILOBYTES_PER_MEGABYTE = 1024


def rows(bench: Bench) -> Iterator[Row]:
    """Measure one cold start with its peak memory, then several warm starts."""
    folder = bench.folder_of(f"people-{bench.lines}")
    people = bench.people(bench.lines)

    def start() -> tuple[float, int]:
        started_at = time.perf_counter()
        with running(daemon(folder, [csv_source(people)]), people.terms[0]) as process:
            return time.perf_counter() - started_at, _peak_memory(process.pid)

    cold, peak = start()
    warm = min(start()[0] for _ in range(bench.rounds))
    yield at_most(20, f"cold start, {bench.lines:,} lines (s)", cold)
    yield at_most(1, f"warm start, {bench.lines:,} lines (s)", warm)
    yield at_most(500, f"resident memory, {bench.lines:,} lines (MB)", peak)


def _peak_memory(pid: int) -> int:
    """Return the peak resident memory of a process in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // KILOBYTES_PER_MEGABYTE
