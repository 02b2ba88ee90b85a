r"""Finds the separator of a CSV text: Excel's line `sep=;`, the configured one, else one that fits.

Excel and LibreOffice read and write a first line `sep=;` (`sep=\t` for a tab); a spreadsheet that stores such a file
again may put it into quotes or append empty cells. A configured separator that splits the header is never overruled.
"""

import csv
import re
from collections.abc import Sequence

CANDIDATES = (";", "\t", "|", ",")
"""Separators that are tried, in this order, if the header has only one column: those that programs write."""

_DECLARATION = re.compile(
    r'"?sep=(?P<separator>\\t|[^\w"\r\n])"?(?:(?P=separator)|[,;\t|])*\s*', re.IGNORECASE
)
_EMPTY = re.compile('(?:[\\s,;|\ufeff\u200b]|"[ \t]*")*')


def declared_separator(line: str) -> str | None:
    """Return the separator that a line `sep=;` declares; None for another line."""
    match = _DECLARATION.fullmatch(line)
    return None if match is None else match["separator"].replace("\\t", "\t")


def is_empty_line(line: str, separator: str) -> bool:
    """Return True for a line without text in any cell, such as `;;;;`."""
    return _EMPTY.fullmatch(line.replace(separator, "")) is not None


def choose_separator(preferred: Sequence[str], sample: Sequence[str]) -> str:
    """Return the separator of a text.

    Args:
        preferred: The declared and the configured separators; the first one that splits the header is returned.
        sample: The first lines of the text, beginning with the header.

    Returns:
        The first of `preferred` if no separator splits the header and most of the other rows alike.
    """
    for separator in preferred:
        if _count_names(_read(sample, separator)) > 1:
            return separator
    fitting = [(width, separator) for separator in CANDIDATES if (width := _fitting_width(sample, separator))]
    return max(fitting, key=lambda found: found[0], default=(0, preferred[0]))[1]


def _fitting_width(sample: Sequence[str], separator: str) -> int:
    """Return the number of columns; 0 if the header has one only, or more than half of the rows have another number."""
    rows = _read(sample, separator)
    if _count_names(rows) < 2:
        return 0
    width = len(rows[0])
    alike = sum(len(row) == width for row in rows)
    return width if 2 * alike >= len(rows) else 0


def _read(lines: Sequence[str], separator: str) -> list[list[str]]:
    try:
        return [row for row in csv.reader(lines, delimiter=separator) if row]
    except csv.Error:
        return []


def _count_names(rows: Sequence[Sequence[str]]) -> int:
    return sum(1 for name in rows[0] if name.strip()) if rows else 0
