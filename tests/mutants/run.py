"""Change the code in small ways, one at a time, and list the changes that no test notices: `make mutants`.

The exit status is 1 if fewer than MIN_PERCENT of the mutants are killed.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from mutants.covering_tests import SELECTION, measure
from mutants.equivalents import Equivalents
from mutants.mutations import Mutant, mutants_of, sample
from mutants.trials import Trial, Trials, copy_checkout

CHECKOUT = Path(__file__).parents[2]
HEART = ("index", "directory", "threads", "numbers", "text", "contacts", "favorites", "bus")
"""The packages of `xivo_dird` that are sampled."""

FOR_TESTS = ("xivo_dird/text/hostile_texts.py",)
"""Files with nothing but what tests of plugins use."""

MIN_PERCENT = 92
SAMPLE = 400
SEED = "1"


def main() -> int:
    """Run a sample of mutants, or those of the files named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "only",
        nargs="*",
        metavar="FILE[:LINE]",
        help="all mutants of these folders, files or lines, or `all`",
    )
    parser.add_argument("--tests", nargs="+", default=SELECTION, help="what pytest runs: files or folders")
    parser.add_argument("--size", type=int, default=SAMPLE, help="mutants in a sample")
    parser.add_argument("--seed", default=SEED, help="of the sample")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="mutants tested at once")
    options = parser.parse_args()
    started_at = time.monotonic()
    names = [f"xivo_dird/{package}" for package in HEART] if options.only in ([], ["all"]) else options.only
    found = {file: mutants_of(CHECKOUT, file) for file in _files(names)}
    everything = [one for mutants in found.values() for one in mutants]
    equivalents = Equivalents.read(CHECKOUT)
    stale = [] if not options.only else equivalents.unused(everything)
    chosen = [one for one in everything if any(_is_in(one, name) for name in names)]
    if not options.only:
        chosen = sample(found, options.size, options.seed)
    judged = [mutant for mutant in chosen if mutant not in equivalents]
    print(f"{len(judged)} of {sum(map(len, found.values()))} mutants of {len(found)} files", flush=True)
    survivors = _survivors(judged, options.tests, options.jobs)
    percent = _print_table(judged, survivors)
    print(f"{len(chosen) - len(judged)} equivalent, {time.monotonic() - started_at:.0f} s")
    for key in stale:
        print(f"equivalent.txt names a mutant that does not exist: {key}")
    return int(percent < MIN_PERCENT or bool(stale))


def _files(names: Sequence[str]) -> list[str]:
    paths = dict.fromkeys(CHECKOUT / name.partition(":")[0] for name in names)
    files = [file for path in paths for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])]
    relative = [file.relative_to(CHECKOUT).as_posix() for file in files]
    return [file for file in relative if file not in FOR_TESTS]


def _is_in(mutant: Mutant, name: str) -> bool:
    """Return whether a mutant is in a folder, a file, or a line of a file."""
    path, _, line = name.partition(":")
    return mutant.file.startswith(path) and (not line or int(line) in mutant.lines)


def _survivors(mutants: Sequence[Mutant], selection: Sequence[str], jobs: int) -> list[Mutant]:
    survivors = []
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copies = [copy_checkout(CHECKOUT, Path(folder) / str(number)) for number in range(jobs)]
        tests = measure(copies[0], selection, jobs)
        trials = Trials(CHECKOUT, copies)
        for mutant, is_killed in trials.run(Trial(mutant, tests.of(mutant)) for mutant in mutants):
            if not is_killed:
                survivors.append(mutant)
                reached = "" if tests.of(mutant) else "  (not reached)"
                line = f"{mutant.file}:{mutant.lines.start}  {mutant.operator}  {mutant.change}"
                print(line + reached, flush=True)
    return survivors


def _print_table(mutants: Sequence[Mutant], survivors: Sequence[Mutant]) -> float:
    total = Counter(mutant.file for mutant in mutants)
    alive = Counter(mutant.file for mutant in survivors)
    for file, number in total.items():
        print(f"{file:50} {number - alive[file]:5} of {number:5} killed")
    percent = 100 * (1 - len(survivors) / max(1, len(mutants)))
    print(
        f"{len(mutants) - len(survivors)} of {len(mutants)} killed: {percent:.1f} %, at least {MIN_PERCENT} %"
    )
    return percent


if __name__ == "__main__":
    sys.exit(main())
