"""Measures the snapshot index under a CSV source: build, memory, warm start, lookups, growth from 10,000 to 1,000,000.

python benchmarks/bench_snapshot_index.py [LINES ...]
"""

import csv
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from xivo_dird.backend import Caller, Environment
from xivo_dird.directory.keypad import LETTERS
from xivo_dird.directory.snapshot import Snapshot
from xivo_dird_backends.csv_file import CsvBackend, CsvOptions, CsvSettings

CALLER = Caller("token", "tenant")
COLUMNS = ("firstname", "lastname", "number", "mobile", "organisation", "email")
SEARCHED = ("firstname", "lastname", "number")
TERMS = 60
REPEATS = 20
HOUR = 3600.0

Row = tuple[str, ...]


def people(lines: int) -> Iterator[Row]:
    """Make up people whose names are syllables, so that any part of a name is found all over the file."""
    chance = random.Random(1)
    endings = ("a", "e", "i", "o", "u", "an", "on", "er", "el", "is", "ou", "in")
    syllables = [consonant + ending for consonant in "bcdfghjklmnpqrstvwz" for ending in endings]
    firsts = ["".join(chance.choices(syllables, k=2)).capitalize() for _ in range(2000)]
    for number in range(lines):
        first = chance.choice(firsts)
        last = "".join(chance.choices(syllables, k=chance.choice((2, 3, 3, 4)))).capitalize()
        last = f"{last} Žq" if number % (lines // 10) == 0 else last
        phones = [f"+33{kind}{chance.randrange(10**8):08d}" for kind in (1, 6)]
        yield first, last, *phones, f"Org {chance.randrange(20_000)}", f"{first}.{last}.{number}@example.com"


def write(path: Path, lines: int) -> list[Row]:
    """Write the file; answers the rows."""
    rows = list(people(lines))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    return rows


def terms_of(rows: Sequence[Row]) -> list[str]:
    """Pick parts of names and numbers, of 3 to 9 characters, that 6 to 14 rows have."""
    chance = random.Random(2)
    text = "\n".join("\t".join(row[:3]).lower() for row in rows)
    found: list[str] = []
    while len(found) < TERMS:
        cell = chance.choice(rows)[chance.choice((0, 1, 1, 2))].lower()
        size = chance.randrange(3, 10)
        start = chance.randrange(max(1, len(cell) - size + 1))
        term = cell[start : start + size]
        if len(term) == size and term not in found and 6 <= text.count(term) <= 14:
            found.append(term)
    return found


def typed_on_a_keypad(name: str) -> str:
    """Turn the first part of a name into the digits of its keys."""
    keys = {letter: str(digit) for digit, letters in enumerate(LETTERS) for letter in letters}
    return "".join(keys[letter] for letter in name.split(maxsplit=1)[0].lower())


def with_two_letters_swapped(name: str) -> str:
    """Make the commonest typing error, in the middle of the first part of a name."""
    name = name.split(maxsplit=1)[0].lower()
    middle = len(name) // 2
    return f"{name[: middle - 1]}{name[middle]}{name[middle - 1]}{name[middle + 1 :]}"


def opened(path: Path) -> Snapshot[CsvOptions]:
    """Open the file as a source and wait until it answers."""
    options = CsvOptions(
        name="people",
        file=str(path),
        unique_column="email",
        searched_columns=SEARCHED,
        first_matched_columns=("number", "mobile"),
    )
    settings = CsvSettings(folders=(path.parent,))
    snapshot = Snapshot(
        CsvBackend(options, Environment("source", "tenant", settings, path.parent, country=lambda: "FR")),
        path.with_suffix(".index"),
    )
    snapshot.first_match("", CALLER, HOUR)
    return snapshot


def milliseconds(ask: Callable[[str], object], questions: Sequence[str]) -> str:
    """Ask everything several times; answers the mean, the median and the 99th percentile."""
    taken: list[float] = []
    for _ in range(REPEATS):
        for question in questions:
            began = time.perf_counter()
            ask(question)
            taken.append((time.perf_counter() - began) * 1000)
    worst = statistics.quantiles(taken, n=100)[98]
    return f"mean {statistics.mean(taken):.3f}  p50 {statistics.median(taken):.3f}  p99 {worst:.3f} ms"


def measure_start(path: Path, kind: str) -> None:
    """Run in a process of its own: start once, tell the time and the peak memory."""
    began = time.perf_counter()
    processor = time.process_time()
    snapshot = opened(path)
    taken, processor = time.perf_counter() - began, time.process_time() - processor
    # Not ru_maxrss: that one is inherited from the parent, which held all the rows.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.partition("VmHWM:")[2].split()[0]) // 1024
    print(f"  {kind} start   {taken:.2f} s (processor {processor:.2f} s), peak resident memory {peak} MB")
    snapshot.close()


def measure(lines: int, folder: Path) -> None:
    """Print all figures for a file of `lines`."""
    path = folder / f"{lines}.csv"
    rows = write(path, lines)
    print(f"{lines} lines, {path.stat().st_size >> 20} MB")
    for kind in ("cold", "warm"):
        process = multiprocessing.get_context("spawn").Process(target=measure_start, args=(path, kind))
        process.start()
        process.join()
    snapshot = opened(path)
    (index,) = path.with_suffix(".index").glob("*.sqlite")
    print(f"  index size   {index.stat().st_size >> 20} MB")
    typed = [typed_on_a_keypad(row[1]) for row in random.Random(4).sample(rows, TERMS)]
    results = statistics.mean(len(snapshot.search_typed(digits, CALLER, HOUR)) for digits in typed)
    timing = milliseconds(lambda digits: snapshot.search_typed(digits, CALLER, HOUR), typed)
    print(f"  typed on a keypad, {results:4.1f} results   {timing}")
    wrong = [with_two_letters_swapped(row[1]) for row in random.Random(5).sample(rows, TERMS)]
    results = statistics.mean(len(snapshot.search_similar(name, CALLER, HOUR)) for name in wrong)
    timing = milliseconds(lambda name: snapshot.search_similar(name, CALLER, HOUR), wrong)
    print(f"  with a typing error, {results:4.1f} results   {timing}")
    numbers = [row[2] for row in random.Random(3).sample(rows, 1000)]
    for title, terms in (("3-9 characters", terms_of(rows)), ("1-2 characters", ["ž", "žq"])):
        results = statistics.mean(len(snapshot.search(term, CALLER, HOUR)) for term in terms)
        timing = milliseconds(lambda term: snapshot.search(term, CALLER, HOUR), terms)
        print(f"  {title}, {results:4.1f} results   {timing}")
    timing = milliseconds(lambda number: snapshot.first_match(number, CALLER, HOUR), numbers)
    print(f"  reverse   {timing}")
    for title, spelled in (("in another spelling", "0{} {}"), ("nobody's", "00499{}{}")):
        asked = [spelled.format(number[3], number[4:]) for number in numbers]
        timing = milliseconds(lambda number: snapshot.first_match(number, CALLER, HOUR), asked)
        print(f"  reverse, {title}   {timing}")
    snapshot.close()


def main() -> None:
    """Measure the sizes named on the command line."""
    with tempfile.TemporaryDirectory() as folder:
        for lines in map(int, sys.argv[1:] or ("10000", "1000000")):
            measure(lines, Path(folder))


if __name__ == "__main__":
    main()
