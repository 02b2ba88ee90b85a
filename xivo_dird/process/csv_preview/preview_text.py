"""Explains what was guessed about a CSV file, and what is wrong with it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from xivo_dird.process.csv_preview.csv_file import CsvSurvey
from xivo_dird.process.csv_preview.guess import GuessedColumns, has_no_header, is_call_list, is_vcard
from xivo_dird.process.diagnosis.text_table import format_table, one_line

MAX_NAMED_LINES = 5
MAX_SHOWN_COLUMNS = 8

_SEPARATORS = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "vertical bar"}


def fatal_problems(survey: CsvSurvey, guessed: GuessedColumns) -> list[str]:
    """Return why no source can be written for a file."""
    if is_vcard(survey):
        return [
            "this is a file of vCards, not CSV: use the backend vcard (docs/sources/vcard.md), without a preview"
        ]
    if not survey.rows:
        return ["the file has no rows below its first line"]
    if is_call_list(survey):
        return ["this is the list of calls of a FRITZ!Box, not a phone book: export the phone book (XML)"]
    if has_no_header(survey):
        return [
            "there is no header: the first line is a person. Put a line with names of the columns before it,"
            f" such as {survey.separator.join(('name', 'number', 'mobile'))}"
        ]
    if not (guessed.has_name or guessed.numbers or guessed.other_numbers):
        return ["no column is known to have names or phone numbers: is this a list of people?"]
    return []


def column_problems_of(guessed: GuessedColumns) -> list[str]:
    """Return what the columns lack that a phone book needs."""
    problems = []
    if not (guessed.numbers or guessed.other_numbers):
        problems.append("no column has phone numbers: nobody can be called or recognised")
    if not guessed.has_name:
        problems.append(
            "no column is known to have names: put the names of these columns into format_columns"
        )
    return problems


def warnings_of(survey: CsvSurvey, guessed: GuessedColumns) -> Iterator[str]:
    """Yield what is doubtful or lost."""
    numbers = {*guessed.numbers, *guessed.other_numbers}
    for column in survey.columns:
        if column.scientific and column.name in numbers:
            yield (
                f"{column.name!r} has numbers like 4.93E+11 in {_lines(column.scientific)}: a spreadsheet has"
                " destroyed them. Format the column as text and export again"
            )
    yield from _header_warnings(survey)
    yield from _name_warnings(survey, guessed)
    if survey.open_quotes:
        yield f"a quotation mark is not closed in {_lines(survey.open_quotes)}: left out. Close or double it"
    if survey.surplus:
        yield f"{survey.surplus} rows have more cells than the header: the surplus cells are ignored"
    if survey.repeated_header:
        yield f"the header is repeated in {_lines(survey.repeated_header)}: these become contacts"
    if survey.text.is_guess:
        yield f"the encoding {survey.text.encoding} is a guess: if letters are wrong, change `encoding`"
    elif survey.invalid:
        yield f"{_lines(survey.invalid)} have bytes that are not {survey.text.encoding}"


def explain_survey(survey: CsvSurvey, guessed: GuessedColumns) -> list[str]:
    """Return lines about the form of a file, its columns and its first rows."""
    separator = _SEPARATORS.get(survey.separator, survey.separator)
    lines = [
        f"File       {survey.path}",
        f"Encoding   {survey.text.encoding}",
        f"Separator  {separator}",
        f"Rows       {survey.rows}, with {len(survey.columns)} columns",
        "",
        "Columns:",
        *format_table(("meaning", "columns"), _meaning_rows(guessed), "  "),
        "",
        "First rows:",
    ]
    return [*lines, *_sample_table(survey, guessed)]


def explain_texts(title: str, texts: Sequence[str]) -> list[str]:
    """Return lines with a title and a list of texts, none without texts."""
    return ["", f"{title}:", *(f"- {one_line(text)}" for text in texts)] if texts else []


def _meaning_rows(guessed: GuessedColumns) -> list[tuple[str, str]]:
    rows = [
        ("first name", guessed.first),
        ("middle name", guessed.middle),
        ("last name", guessed.last),
        ("name", guessed.full),
        ("company", guessed.company),
        ("e-mail", guessed.emails),
        ("numbers", guessed.landline_numbers),
        ("mobile numbers", guessed.mobile_numbers),
        ("fax and the like", guessed.other_numbers),
        ("numbers, all empty", guessed.empty_numbers),
        ("unique", [guessed.unique] if guessed.unique else []),
    ]
    return [(meaning, ", ".join(columns)) for meaning, columns in rows if columns]


def _sample_table(survey: CsvSurvey, guessed: GuessedColumns) -> list[str]:
    """Return a table of the first rows, with the columns that were recognised, else with the first ones.

    All columns with numbers are shown, however many there are.
    """
    numbers = [*guessed.numbers, *guessed.other_numbers]
    others = [*guessed.first, *guessed.last, *guessed.full, *guessed.company]
    known = [*others[: max(MAX_SHOWN_COLUMNS - len(numbers), 2)], *numbers, *guessed.emails]
    names = [column.name for column in survey.columns]
    shown = (
        list(dict.fromkeys(known))[: max(MAX_SHOWN_COLUMNS, len(numbers) + 2)] or names[:MAX_SHOWN_COLUMNS]
    )
    positions = [names.index(name) for name in shown]
    rows = [[row[position] for position in positions] for row in survey.sample]
    return format_table(shown, rows, "  ") if shown else []


def _header_warnings(survey: CsvSurvey) -> Iterator[str]:
    duplicates = sorted(name for name, count in Counter(filter(None, survey.header)).items() if count > 1)
    if duplicates:
        yield f"the header has {', '.join(duplicates)} more than once: only the last of them is used"
    if survey.nameless:
        yield f"{survey.nameless} rows have cells in a column without a name: these cells are ignored"


def _name_warnings(survey: CsvSurvey, guessed: GuessedColumns) -> Iterator[str]:
    names = {*guessed.first, *guessed.middle, *guessed.last, *guessed.full, *guessed.company}
    nobody, first_line = survey.rows_without({*names, *guessed.numbers, *guessed.other_numbers})
    if nobody:
        yield f"{nobody} rows have no name and no number, the first in line {first_line}: these become contacts"
    nameless, _ = survey.rows_without(names)
    if guessed.has_name and nameless > nobody:
        yield f"{nameless - nobody} rows have a number and no name: their callers are shown without a name"


def _lines(numbers: Sequence[int]) -> str:
    named = ", ".join(map(str, numbers[:MAX_NAMED_LINES]))
    more = f" and {len(numbers) - MAX_NAMED_LINES} more" if len(numbers) > MAX_NAMED_LINES else ""
    return f"{'line' if len(numbers) == 1 else 'lines'} {named}{more}"
