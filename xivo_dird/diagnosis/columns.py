"""Which columns the options of a source name that no entry has."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice

from xivo_dird.placeholders import Placeholder, parse_template
from xivo_dird.sources.model import Source

MIN_SIMILARITY = 0.7
"""The ratio of `difflib` from which an existing column is proposed."""

MAX_COMPARED_CHARACTERS = 128

MAX_COMPARED_COLUMNS = 1000
"""Maximum number of existing columns of which a similar one is looked for."""

MAX_PROBLEMS = 50
"""Maximum number of columns of a source that are reported."""

_NUMBERED = re.compile(r"_[0-9]+\Z")
"""The end of the name of a further value, as in `email_2`."""


@dataclass(frozen=True, slots=True)
class ColumnProblem:
    """A column that an option names and that no entry has a value in.

    Attributes:
        option: The option, such as `searched_columns`.
        column: The column.
        is_empty: True if the column exists, but is empty in all entries.
        similar: The existing column with the most similar name, None if there is none.
    """

    option: str
    column: str
    is_empty: bool
    similar: str | None


def column_problems(
    source: Source,
    unique_column: str | None,
    columns: Mapping[str, int],
    *,
    are_all: bool,
    fields: Collection[str] = (),
) -> list[ColumnProblem]:
    """Return the columns of the options that no entry has, at most `MAX_PROBLEMS`.

    Args:
        source: The source with its options.
        unique_column: The column of the ids, if the administrator has chosen it.
        columns: The number of entries with a value in each column.
        are_all: Whether these are all columns of the entries; a server may return only those that are formatted.
        fields: Columns that entries may have, whether or not one has them: `entry_fields` of the backend.
    """
    filled = [column for column, count in columns.items() if count]
    named = list(_formatting_columns(source.options, unique_column, columns))
    if are_all:
        named = [*_matched_columns(source.options), *named]
    missing = [
        (option, column)
        for option, column in dict.fromkeys(named)
        if not columns.get(column) and _NUMBERED.sub("", column) not in fields
    ]
    return [
        ColumnProblem(option, column, column in columns, similar_column(column, [*filled, *fields]))
        for option, column in missing[:MAX_PROBLEMS]
    ]


def _matched_columns(options: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for option in ("searched_columns", "first_matched_columns"):
        for column in texts_of_option(options, option):
            yield option, column


def _formatting_columns(
    options: Mapping[str, object], unique_column: str | None, columns: Collection[str]
) -> Iterator[tuple[str, str]]:
    if unique_column is not None:
        yield "unique_column", unique_column
    templates = format_columns_of(options)
    known = {*columns, *templates}
    for name, template in templates.items():
        for column in _placeholders(template, known):
            yield f"format_columns.{name}", column


def _placeholders(template: str, known: Collection[str]) -> Iterator[str]:
    """Yield the columns of a template that are no other formatted columns."""
    try:
        parts = list(parse_template(template))
    except ValueError:
        return  # the column is null, which is logged when the source is opened
    for part in parts:
        if isinstance(part, Placeholder) and part.text not in known and part.name not in known:
            yield part.text


def missing_text(missing: ColumnProblem, *, is_listed: bool) -> str:
    """Return what is wrong with a column; `is_listed` is whether all entries of the source are known."""
    entries = "entry" if is_listed else "found entry"
    reason = f"is empty in every {entries}" if missing.is_empty else f"is in no {entries}"
    similar = f"; is it {missing.similar!r}?" if missing.similar else ""
    if not is_listed and not similar:
        similar = ": check its spelling, or search for somebody who has a value in it"
    problem = "the column" if missing.is_empty else "no such column:"
    return f"{problem} {missing.column!r} ({missing.option}) {reason}{similar}"


def texts_of_option(options: Mapping[str, object], option: str) -> list[str]:
    """Return the texts of an option that is a list of columns."""
    value = options.get(option)
    return [str(column) for column in value] if isinstance(value, Sequence) else []


def format_columns_of(options: Mapping[str, object]) -> dict[str, str]:
    """Return the templates of `format_columns`."""
    value = options.get("format_columns")
    return {str(name): str(text) for name, text in value.items()} if isinstance(value, Mapping) else {}


def similar_column(column: str, existing: Collection[str]) -> str | None:
    """Return the existing column with the most similar name, None if the first `MAX_COMPARED_COLUMNS` have none."""
    compared = islice(existing, MAX_COMPARED_COLUMNS)
    folded = {name.casefold(): name for name in compared if len(name) <= MAX_COMPARED_CHARACTERS}
    found = get_close_matches(column.casefold(), folded, 1, MIN_SIMILARITY)
    return folded[found[0]] if found else None
