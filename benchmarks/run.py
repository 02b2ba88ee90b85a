"""Measure every budget, each against its reference in the same run: `make bench`, or `make bench-quick`.

Prints a table; writes results.json, and curves.json for `plots.py`, into benchmarks/out. Ratios are what counts:
figures of one machine say nothing about another, and nothing at all while it is busy with something else.
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
from rows import events, hung_source, imports, ldap, lookup, start, workers

MEASURED = (start, lookup, hung_source, workers, imports, ldap, events)
"""What has rows, each a module of `rows`."""

SIZES = (1_000, 10_000, 100_000, 1_000_000)

OUT = Path(__file__).parent / "out"


def main() -> None:
    """Measure all, or what is named."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="shorter and fewer measurements")
    parser.add_argument("--contacts", type=int, default=1_000_000, help="lines of the largest file")
    parser.add_argument("--seconds", type=float, help="of one measurement")
    parser.add_argument("--out", type=Path, default=OUT, help="the folder of the results")
    names = {module.__name__.rpartition(".")[2]: module for module in MEASURED}
    parser.add_argument("only", nargs="*", metavar="NAME", help=f"only these: {', '.join(names)}")
    given = parser.parse_args()
    if unknown := set(given.only) - set(names):
        parser.error(f"nothing is called {', '.join(sorted(unknown))}")
    given.out.mkdir(exist_ok=True)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load before {os.getloadavg()[0]:.2f}")
    print(table.HEADING)
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=given.out))
    try:
        bench = _bench(folder, given.contacts, given.seconds, quick=given.quick)
        found = list(_printed(bench, [names[name] for name in given.only or names]))
    finally:
        shutil.rmtree(folder)
    table.write(found, given.out / "results.json")
    missed = sum(not row.met for row in found)
    print(f"{len(found)} rows, {missed} missed, {time.monotonic() - began:.0f} s; results in {given.out}")


def _bench(folder: Path, contacts: int, seconds: float | None, *, quick: bool) -> Bench:
    sizes = (*[size for size in SIZES if size < contacts], contacts)
    if quick:
        return Bench(folder, contacts, sizes, 2, seconds or 1.0, (1, 8, 32), min(50_000, contacts))
    return Bench(folder, contacts, sizes, 5, seconds or 3.0, (1, 2, 4, 8, 16, 32), min(100_000, contacts))


def _printed(bench: Bench, modules: Sequence[ModuleType]) -> Iterator[table.Row]:
    for module in modules:
        for row in module.rows(bench):
            print(table.shown(row), flush=True)
            yield row


if __name__ == "__main__":
    main()
