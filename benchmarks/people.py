"""Files of people as large as wanted, with the questions to ask about them; written once and kept."""

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
"""Letters that only so many have, for short terms that find few: all others are in every other name."""

RARELY = 10
SHORT = ("x", "y", "xy")
FORMAT = 2
"""Raised with every change of what is written: files of earlier runs are then left alone."""

Row = tuple[str, ...]


@dataclass(frozen=True)
class People:
    """A file; `terms` and `SHORT` find 6 to 14 of its people each, `numbers` are in it."""

    file: str
    lines: int
    terms: Sequence[str]
    numbers: Sequence[str]


def people(lines: int, folder: Path) -> People:
    """Write the file of `lines`, or take the one of an earlier run."""
    folder.mkdir(parents=True, exist_ok=True)
    known = folder / f"people-{FORMAT}-{lines}.json"
    if not known.exists():
        file = folder / f"people-{FORMAT}-{lines}.csv"
        rows = list(_rows(lines))
        _write(file, rows)
        numbers = [row[2] for row in random.Random(3).sample(rows, NUMBERS)]
        written = People(str(file), lines, _terms(rows), numbers)
        known.write_text(json.dumps(asdict(written)), encoding="utf-8")
    return People(**json.loads(known.read_text(encoding="utf-8")))


def _rows(lines: int) -> Iterator[Row]:
    """Make up people whose names are syllables, so that any part of a name is found all over the file."""
    chance = random.Random(1)
    endings = ("a", "e", "i", "o", "u", "an", "on", "er", "el", "is", "ou", "in")
    syllables = [consonant + ending for consonant in "bcdfghjklmnpqrstvwz" for ending in endings]
    firsts = ["".join(chance.choices(syllables, k=2)).capitalize() for _ in range(2000)]
    for number in range(lines):
        first = chance.choice(firsts)
        last = "".join(chance.choices(syllables, k=chance.choice((2, 3, 3, 4)))).capitalize()
        if number % max(1, lines // RARELY) == 0:
            last = RARE + last.lower()
        phones = [f"+33{kind}{chance.randrange(10**8):08d}" for kind in (1, 6)]
        yield first, last, *phones, f"Org {chance.randrange(20_000)}", f"{first}.{last}.{number}@example.com"


def _write(file: Path, rows: Sequence[Row]) -> None:
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def _terms(rows: Sequence[Row]) -> list[str]:
    """Pick parts of names and numbers, of 3 to 9 characters, that 6 to 14 rows have."""
    chance = random.Random(2)
    text = "\n".join("\t".join(row[:3]).lower() for row in rows)
    found: list[str] = []
    while len(found) < TERMS:
        cell = chance.choice(rows)[chance.choice((0, 1, 1, 2))].lower()
        size = chance.randrange(3, 10)
        start = chance.randrange(max(1, len(cell) - size + 1))
        term = cell[start : start + size]
        if len(term) == size and term not in found and "+" not in term and 6 <= text.count(term) <= 14:
            found.append(term)
    return found
