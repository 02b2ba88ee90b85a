"""Measure every budget, each against its reference in the same run: `make bench`, or `make bench-quick`.

Prints a table, and writes results.json, and curves.json for `plots.py`, into benchmarks/out. Only ratios are
comparable: absolute figures depend on the machine, and on its other load.
"""

import argparse
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

import table
from daemons import Bench
from rows import (
    attacks,
    browsing,
    caller_id,
    events,
    hung_source,
    imports,
    ldap,
    ldap_front_end,
    lookup,
    refresh,
    start,
    web_page,
    workers,
)

MODULES = (
    start,
    lookup,
    browsing,
    caller_id,
    ldap_front_end,
    web_page,
    refresh,
    hung_source,
    attacks,
    workers,
    imports,
    ldap,
    events,
)
"""The modules of `rows`, in the order of the table."""

SIZES = (1_000, 10_000, 100_000, 1_000_000)
"""Lines of the files for the plot of latencies."""

CONTACTS = 1_000_000
REFRESHED, REFRESHED_QUICKLY = 100_000, 50_000
"""Entries of the sources that are refreshed, without `--contacts`; large enough for a process of their own."""

OUT = Path(__file__).parent / "out"


def main() -> None:
    """Run all benchmarks, or those named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="shorter and fewer measurements")
    parser.add_argument("--contacts", type=int, help=f"lines of the largest file ({CONTACTS:,})")
    parser.add_argument("--seconds", type=float, help="of one measurement")
    parser.add_argument("--rounds", type=int, help="how often each load is measured")
    parser.add_argument("--out", type=Path, default=OUT, help="the folder of the results")
    names = {module.__name__.rpartition(".")[2]: module for module in MODULES}
    parser.add_argument("only", nargs="*", metavar="NAME", help=f"only these: {', '.join(names)}")
    options = parser.parse_args()
    if unknown := set(options.only) - set(names):
        parser.error(f"nothing is called {', '.join(sorted(unknown))}")
    options.out.mkdir(exist_ok=True)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load before {os.getloadavg()[0]:.2f}")
    print(table.HEADING)
    started_at = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=options.out))
    try:
        bench = _bench(folder, options.contacts, options.seconds, options.rounds, quick=options.quick)
        rows = list(_print_rows(bench, [names[name] for name in options.only or names]))
    finally:
        shutil.rmtree(folder)
    table.write(rows, options.out / "results.json")
    missed = sum(not row.met for row in rows)
    print(
        f"{len(rows)} rows, {missed} missed, {time.monotonic() - started_at:.0f} s; results in {options.out}"
    )


def _bench(
    folder: Path, lines: int | None, seconds: float | None, rounds: int | None, *, quick: bool
) -> Bench:
    contacts = lines or CONTACTS
    refreshed = min(REFRESHED_QUICKLY if quick and lines is None else REFRESHED, contacts)
    sizes = (*[size for size in SIZES if size < contacts], contacts)
    if quick:
        imported = min(50_000, contacts)
        return Bench(folder, contacts, sizes, rounds or 2, seconds or 1.0, (1, 8, 32), imported, refreshed)
    imported = min(100_000, contacts)
    clients = (1, 2, 4, 8, 16, 32)
    return Bench(folder, contacts, sizes, rounds or 5, seconds or 3.0, clients, imported, refreshed)


def _print_rows(bench: Bench, modules: Sequence[ModuleType]) -> Iterator[table.Row]:
    """Print each row as soon as it is measured, and yield it."""
    for module in modules:
        for row in module.rows(bench):
            print(table.format_row(row), flush=True)
            yield row


if __name__ == "__main__":
    main()
