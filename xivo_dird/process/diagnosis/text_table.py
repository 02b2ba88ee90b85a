"""Aligned text for the terminal. What a directory contains can't control the terminal."""

from collections.abc import Sequence
from unicodedata import combining, east_asian_width

from xivo_dird.text.values import value_text

MAX_CELL_WIDTH = 40
"""Maximum width of a cell, in columns of the terminal; longer texts are cut."""

GAP = "  "


def format_table(header: Sequence[str], rows: Sequence[Sequence[object]], indent: str = "") -> list[str]:
    """Return the lines of a table with a header; texts of the last column are not cut."""
    cells = [[*map(cell_text, row[:-1]), one_line(value_text(row[-1]))] for row in (header, *rows)]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    ruled = [cells[0], ["-" * min(width, MAX_CELL_WIDTH) for width in widths], *cells[1:]]
    return [indent + GAP.join(map(_padded, row, widths)).rstrip() for row in ruled]


def cell_text(value: object) -> str:
    """Return a value on one line, without characters that control a terminal, cut to `MAX_CELL_WIDTH`."""
    text = one_line(value_text(value))
    return text if _width(text) <= MAX_CELL_WIDTH else f"{_cut(text, MAX_CELL_WIDTH - 1)}…"


def one_line(text: str) -> str:
    """Return a text on one line, with `?` for characters that are not printable."""
    return "".join(character if character.isprintable() else "?" for character in " ".join(text.split()))


def _cut(text: str, width: int) -> str:
    text = text[: 2 * width]
    while _width(text) > width:
        text = text[:-1]
    return text


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    return sum(_character_width(character) for character in text)


def _character_width(character: str) -> int:
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1
