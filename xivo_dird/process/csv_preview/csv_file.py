"""Reads a CSV file like a source does, and collects what its columns have."""

import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path

from tqdm import tqdm

from xivo_dird.csv_files.encoding import TextSurvey, survey_text
from xivo_dird.csv_files.guards import undo_guard
from xivo_dird.csv_files.header import clean_name
from xivo_dird.csv_files.lines import read_lines
from xivo_dird.csv_files.reader import CsvReader
from xivo_dird.csv_files.records import MalformedCsv
from xivo_dird.exceptions import InvalidData, SourceUnavailable
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.process.csv_preview.values import SCIENTIFIC, can_have_number, looks_like_number

MAX_ROW_CHARACTERS = 1024**2
MAX_SAMPLE_ROWS = 5
MAX_COUNTED_VALUES = 1_000_000
"""Number of rows up to which the values of a column are compared with each other."""

MAX_GUESSED_ROWS = 2000
"""Number of rows whose values are compared with phone numbers, which is slow."""

MAX_FILLINGS = 10_000
"""Maximum number of sets of filled columns that are counted; further ones are ignored."""


@dataclass(slots=True)
class CsvColumn:
    """A column of a file.

    Attributes:
        name: Its name, without what spreadsheets leave around it.
        filled: The number of rows with a value in it.
        tested: The number of these values that were compared with phone numbers.
        numbers: The number of these that can only be phone numbers.
        possible_numbers: The number of these that may be phone numbers.
        scientific: The lines in which a spreadsheet has destroyed a number.
        values: Its different values; None if there are too many, or one occurs twice.
    """

    name: str
    filled: int = 0
    tested: int = 0
    numbers: int = 0
    possible_numbers: int = 0
    scientific: list[int] = field(default_factory=list)
    values: set[int] | None = field(default_factory=set)

    def add(self, value: str, line: int, plan: DialPlan) -> None:
        """Count a value that is not empty."""
        self.filled += 1
        if self.tested < MAX_GUESSED_ROWS:
            self.tested += 1
            self.numbers += looks_like_number(value, plan)
            self.possible_numbers += can_have_number(value)
        if SCIENTIFIC.fullmatch(value):
            self.scientific.append(line)
        if self.values is not None:
            key = hash(value)
            self.values.add(key)
            if len(self.values) < self.filled or self.filled > MAX_COUNTED_VALUES:
                self.values = None

    def is_unique(self, rows: int) -> bool:
        """Return whether each of the rows has a value of its own in the column."""
        return self.values is not None and self.filled == rows > 0


@dataclass(slots=True)
class CsvSurvey:
    """What a file has.

    Attributes:
        path: The file.
        text: Its encoding.
        encoding: The encoding that a source for it has to name; None: a source finds it.
        separator: Its separator.
        header: The names of all columns, also those without a name or with the name of another one.
        columns: The columns with a name; of several with one name, the last one.
        rows: The number of rows with text.
        sample: The first rows, as cells of `columns`.
        open_quotes: The lines that are left out, since a quotation mark is not closed.
        surplus: The number of rows with more cells than the header.
        repeated_header: The lines that are the header again.
        invalid: The lines with bytes that are not in the encoding.
        nameless: The number of cells in columns without a name.
        fillings: Which columns rows have values in, as bits in the order of `columns`, with the number of such rows
            and the line of the first one.
    """

    path: Path
    text: TextSurvey
    encoding: str | None = None
    separator: str = ","
    header: Sequence[str] = ()
    columns: list[CsvColumn] = field(default_factory=list)
    rows: int = 0
    sample: list[list[str]] = field(default_factory=list)
    open_quotes: list[int] = field(default_factory=list)
    surplus: int = 0
    repeated_header: list[int] = field(default_factory=list)
    invalid: list[int] = field(default_factory=list)
    nameless: int = 0
    fillings: dict[int, tuple[int, int]] = field(default_factory=dict)

    def rows_without(self, names: Collection[str]) -> tuple[int, int]:
        """Return how many rows have no value in any of these columns, and the line of the first one; 0 if none has."""
        bits = sum(1 << index for index, column in enumerate(self.columns) if column.name in names)
        found = [filling for key, filling in self.fillings.items() if not key & bits]
        return sum(count for count, _ in found), min((line for _, line in found), default=0)


def survey_csv(path: Path, plan: DialPlan, encoding: str | None = None) -> CsvSurvey:
    """Read a whole file.

    Args:
        path: The file.
        plan: How numbers are dialled where it is used.
        encoding: Its encoding; None: it is guessed.

    Raises:
        InvalidData: It can't be read, or is not CSV.
    """
    if path.exists() and not path.is_file():  # a FIFO or a device may have no end
        raise InvalidData(f"{path}: it is no regular file")
    try:
        with FileIO(path) as file:
            text = survey_text(file, encoding)
            survey = CsvSurvey(path, text, text.encoding if text.is_guess else encoding)
            file.seek(0)
            lines = read_lines(
                file, path.name, survey.text.encoding, MAX_ROW_CHARACTERS, survey.invalid.append
            )
            _read(survey, _with_progress(lines, path), plan)
    except OSError as error:
        raise InvalidData(f"{path}: {error.strerror}") from error
    except (MalformedCsv, SourceUnavailable) as error:
        raise InvalidData(f"{path}: {error}") from error
    return survey


def _with_progress(lines: Iterator[str], path: Path) -> Iterator[str]:
    total = path.stat().st_size
    with tqdm(total=total, desc=path.name, unit="B", unit_scale=True, disable=None, leave=False) as bar:
        for line in lines:
            bar.update(len(line))
            yield line


def _read(survey: CsvSurvey, lines: Iterator[str], plan: DialPlan) -> None:
    csv.field_size_limit(max(csv.field_size_limit(), MAX_ROW_CHARACTERS))
    reader = CsvReader(lines, ",", lambda line, _text: survey.open_quotes.append(line))
    survey.separator = reader.separator
    survey.header = [clean_name(name) for name in reader.header]
    positions = {name: index for index, name in enumerate(survey.header) if name}
    survey.columns = [CsvColumn(name) for name in positions]
    for row in reader.rows():
        _add_row(
            survey, [undo_guard(cell.strip()) for cell in row], list(positions.values()), reader.line, plan
        )


def _add_row(
    survey: CsvSurvey, cells: Sequence[str], positions: Sequence[int], line: int, plan: DialPlan
) -> None:
    values = [cells[position] if position < len(cells) else "" for position in positions]
    if not any(values):
        return
    if [clean_name(cell) for cell in cells] == survey.header:
        survey.repeated_header.append(line)
    survey.rows += 1
    survey.surplus += any(cells[len(survey.header) :])
    survey.nameless += any(cell and not name for cell, name in zip(cells, survey.header, strict=False))
    if len(survey.sample) < MAX_SAMPLE_ROWS:
        survey.sample.append(values)
    filling = 0
    for index, (column, value) in enumerate(zip(survey.columns, values, strict=True)):
        if value:
            filling |= 1 << index
            column.add(value, line, plan)
    if filling in survey.fillings or len(survey.fillings) < MAX_FILLINGS:
        count, first_line = survey.fillings.get(filling, (0, line))
        survey.fillings[filling] = count + 1, first_line
