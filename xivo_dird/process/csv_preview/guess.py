"""Guesses what the columns of a file mean: by their names, and by their values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xivo_dird.process.csv_preview.csv_file import CsvColumn, CsvSurvey
from xivo_dird.process.csv_preview.header_names import (
    CALL_LIST,
    MEANINGS,
    Meaning,
    can_be_number,
    folded_name,
    is_mobile,
    meaning_of,
)
from xivo_dird.process.csv_preview.values import looks_like_person

MIN_NUMBER_SHARE = 0.8
"""The share of values that have to be valid phone numbers if the name of a column says nothing."""

MIN_POSSIBLE_SHARE = 0.5
"""The share of values that have to be possible numbers if the name of a column says that it has numbers."""

MIN_FILLED_SHARE = 0.5
"""The share of rows in which the full name has to be filled, if there are first and last names."""


@dataclass(frozen=True, slots=True)
class GuessedColumns:
    """The names of the columns by their meaning, in the order of the file.

    Attributes:
        first: First names.
        middle: Further first names, which are searched and not shown.
        last: Last names.
        full: Full names.
        company: Companies.
        emails: E-mail addresses.
        numbers: Numbers that can be called, the one that most rows have first.
        other_numbers: Numbers that nobody calls, such as fax numbers: a caller may have one.
        empty_numbers: Columns for numbers that have none in this file.
        unique: A column that identifies the rows, None if there is none.
    """

    first: Sequence[str]
    middle: Sequence[str]
    last: Sequence[str]
    full: Sequence[str]
    company: Sequence[str]
    emails: Sequence[str]
    numbers: Sequence[str]
    other_numbers: Sequence[str]
    empty_numbers: Sequence[str]
    unique: str | None

    @property
    def mobile_numbers(self) -> Sequence[str]:
        """Return those of `numbers` that are numbers of mobile phones."""
        return [name for name in self.numbers if is_mobile(name)]

    @property
    def landline_numbers(self) -> Sequence[str]:
        """Return the others of `numbers`."""
        return [name for name in self.numbers if not is_mobile(name)]

    @property
    def has_name(self) -> bool:
        """Return whether there is any column with names of people or companies."""
        return bool(self.first or self.last or self.full or self.company)


def guess_columns(survey: CsvSurvey) -> GuessedColumns:
    """Return what the columns mean."""
    usable = [column for column in survey.columns if not set("{}") & set(column.name)]
    meanings = {column.name: meaning_of(column.name) for column in usable}
    numbers = [column for column in usable if _is_number_column(column)]
    names = {column.name for column in numbers}
    filled = [column.name for column in usable if column.filled and column.name not in names]

    def with_meaning(*wanted: Meaning) -> list[str]:
        return [name for name in filled if meanings[name] in wanted]

    first = with_meaning(Meaning.FIRST_NAME)
    last, full = _last_and_full(
        survey, first, with_meaning(Meaning.LAST_NAME), with_meaning(Meaning.FULL_NAME)
    )
    called = [column for column in numbers if meanings[column.name] is not Meaning.OTHER_NUMBER]
    called.sort(key=lambda column: -column.filled)
    emails = with_meaning(Meaning.EMAIL)
    return GuessedColumns(
        first=first,
        middle=with_meaning(Meaning.MIDDLE_NAME),
        last=last,
        full=full,
        company=with_meaning(Meaning.COMPANY),
        emails=emails,
        numbers=_names(called),
        other_numbers=_names(column for column in numbers if column not in called),
        empty_numbers=[column.name for column in usable if _is_empty_number_column(column)],
        unique=_unique_column(usable, survey.rows, [*with_meaning(Meaning.ID), *emails, *_names(called)]),
    )


def is_call_list(survey: CsvSurvey) -> bool:
    """Return whether the file is the list of calls of a FRITZ!Box, which is no phone book."""
    return set(map(folded_name, survey.header)) >= CALL_LIST


def is_vcard(survey: CsvSurvey) -> bool:
    """Return whether the file has vCards."""
    return [name.upper() for name in survey.header] == ["BEGIN:VCARD"]


def has_no_header(survey: CsvSurvey) -> bool:
    """Return whether the first row is a person, not the names of the columns."""
    known = any(folded_name(name) in MEANINGS for name in survey.header)
    return not known and looks_like_person(survey.header)


def _names(columns: Iterable[CsvColumn]) -> list[str]:
    return [column.name for column in columns]


def _last_and_full(
    survey: CsvSurvey, first: Sequence[str], last: list[str], full: list[str]
) -> tuple[list[str], list[str]]:
    """Return the columns of last names and of full names; `Name` beside a first name is a last name."""
    if first and not last:
        last, full = full[:1], full[1:]
    return last, [name for name in full if not (first or last) or _is_mostly_filled(name, survey)]


def _is_empty_number_column(column: CsvColumn) -> bool:
    return not column.filled and meaning_of(column.name) in (Meaning.NUMBER, Meaning.OTHER_NUMBER)


def _is_number_column(column: CsvColumn) -> bool:
    if not column.tested or not can_be_number(column.name):
        return False
    if meaning_of(column.name) in (Meaning.NUMBER, Meaning.OTHER_NUMBER):
        return column.possible_numbers >= MIN_POSSIBLE_SHARE * column.tested
    return column.numbers >= MIN_NUMBER_SHARE * column.tested


def _is_mostly_filled(name: str, survey: CsvSurvey) -> bool:
    column = next(column for column in survey.columns if column.name == name)
    return column.filled >= MIN_FILLED_SHARE * survey.rows


def _unique_column(columns: Iterable[CsvColumn], rows: int, candidates: Sequence[str]) -> str | None:
    unique = {column.name for column in columns if column.is_unique(rows)}
    return next((name for name in candidates if name in unique), None)
