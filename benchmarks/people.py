"""Generated CSV files of people, of any size, with terms and numbers to look up; written once and reused."""

import csv
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

COLUMNS = ("firstname", "lastname", "number", "mobile", "organisation", "email")
TERMS = 60
NUMBERS = 500
RARE = "Xy"
"""Letters that only `RARE_COUNT` names have; other letters are in too many names for short terms."""

RARE_COUNT = 10
SHORT_TERMS = ("x", "y", "xy")
FORMAT_VERSION = 2
"""Increased with every change of the generated files, so that files of earlier versions are not reused."""

Row = tuple[str, ...]


@dataclass(frozen=True)
class People:
    """A file; each of `terms` and `SHORT_TERMS` finds 6 to 14 of its people, `numbers` occur in it."""

    file: str
    lines: int
    terms: Sequence[str]
    numbers: Sequence[str]


def people(lines: int, folder: Path) -> People:
    """Return the file of so many lines; write it if no earlier run has."""
    folder.mkdir(parents=True, exist_ok=True)
    description = folder / f"people-{FORMAT_VERSION}-{lines}.json"
    if not description.exists():
        file = folder / f"people-{FORMAT_VERSION}-{lines}.csv"
        rows = list(_rows(lines))
        _write(file, rows)
        numbers = [row[2] for row in random.Random(3).sample(rows, NUMBERS)]
        file_of_people = People(str(file), lines, _terms(rows), numbers)
        description.write_text(json.dumps(asdict(file_of_people)), encoding="utf-8")
    return People(**json.loads(description.read_text(encoding="utf-8")))


def _rows(lines: int) -> Iterator[Row]:
    """Yield people whose names are random syllables, so that parts of a name occur all over the file."""
    rng = random.Random(1)
    endings = ("a", "e", "i", "o", "u", "an", "on", "er", "el", "is", "ou", "in")
    syllables = [consonant + ending for consonant in "bcdfghjklmnpqrstvwz" for ending in endings]
    firsts = ["".join(rng.choices(syllables, k=2)).capitalize() for _ in range(2000)]
    for number in range(lines):
        first = rng.choice(firsts)
        last = "".join(rng.choices(syllables, k=rng.choice((2, 3, 3, 4)))).capitalize()
        if number % max(1, lines // RARE_COUNT) == 0:
            last = RARE + last.lower()
        phones = [f"+33{kind}{rng.randrange(10**8):08d}" for kind in (1, 6)]
        yield first, last, *phones, f"Org {rng.randrange(20_000)}", f"{first}.{last}.{number}@example.com"


def _write(file: Path, rows: Sequence[Row]) -> None:
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def _terms(rows: Sequence[Row]) -> list[str]:
    """Return parts of names and numbers, of 3 to 9 characters, that 6 to 14 rows contain."""
    rng = random.Random(2)
    text = "\n".join("\t".join(row[:3]).lower() for row in rows)
    found: list[str] = []
    while len(found) < TERMS:
        cell = rng.choice(rows)[rng.choice((0, 1, 1, 2))].lower()
        size = rng.randrange(3, 10)
        start = rng.randrange(max(1, len(cell) - size + 1))
        term = cell[start : start + size]
        if len(term) == size and term not in found and "+" not in term and 6 <= text.count(term) <= 14:
            found.append(term)
    return found
