"""Start with a large file: from the command to the first name, without and with an index from before."""

import time
from collections.abc import Iterator
from pathlib import Path

from daemons import Bench, answering, csv_source, daemon
from table import Row, at_most

MEGABYTE = 1024


def rows(bench: Bench) -> Iterator[Row]:
    """Measure the cold start, the warm one, and the memory of the cold one at its peak."""
    folder = bench.folder_of(f"people-{bench.lines}")
    people = bench.people(bench.lines)
    taken = {}
    for kind in ("cold", "warm"):
        began = time.perf_counter()
        with answering(daemon(folder, [csv_source(people)]), people.terms[0]) as running:
            taken[kind] = time.perf_counter() - began
            memory = _peak(running.pid)
            if kind == "cold":
                most = memory
    yield at_most(20, f"cold start, {bench.lines:,} lines (s)", taken["cold"])
    yield at_most(1, f"warm start, {bench.lines:,} lines (s)", taken["warm"])
    yield at_most(500, f"resident memory, {bench.lines:,} lines (MB)", most)


def _peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // MEGABYTE
