"""The tables of docs/numbers.md."""

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import NamedTuple

from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.numbers.requested import RequestedNumber
from xivo_dird.testing import TestedSource

OpenBook = Callable[[DialPlan, Sequence[str]], AbstractContextManager[TestedSource]]
"""(plan, texts) -> a source whose contacts have these texts in the column `number`."""

PAGE = Path(__file__).parents[1] / "docs" / "numbers.md"

_ROW = re.compile(r"\| (\w\w(?: \d+)?) \| `(.*?)` \| `(.*?)` \| (yes|no) \|")
_ORDER = re.compile(r"\| (\d) \| .*? \| (\w\w) \| `(.*?)` \| `(.*?)` \| `(.*?)` \|")
_ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|([n|]))")


class NumberRow(NamedTuple):
    """A row: whether the text of a contact is found by a number."""

    section: str
    plan: DialPlan
    book: str
    asked: str
    is_found: bool


class OrderRow(NamedTuple):
    """A row of the order: the rank of the first text, which wins over the other one."""

    rank: int
    plan: DialPlan
    asked: str
    first: str
    then: str


@cache
def number_rows() -> tuple[NumberRow, ...]:
    """Return the rows of all tables but the order."""
    sections = re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE)
    return tuple(
        NumberRow(section.splitlines()[0], _plan(country), _text(book), _text(asked), found == "yes")
        for section in sections
        for country, book, asked, found in _ROW.findall(section)
    )


def order_rows() -> list[OrderRow]:
    """Return the rows of the table of the order."""
    return [
        OrderRow(int(rank), _plan(country), *map(_text, texts))
        for rank, country, *texts in _ORDER.findall(PAGE.read_text())
    ]


def _plan(text: str) -> DialPlan:
    country, _, prefix = text.partition(" ")
    return DialPlan(country, prefix)


def _text(shown: str) -> str:
    return _ESCAPE.sub(
        lambda match: chr(int(match[1], 16)) if match[1] else match[2].replace("n", "\n"), shown
    )


def books() -> list[tuple[DialPlan, list[str]]]:
    """Return the texts of all contacts in the tables, for each dial plan."""
    plans = dict.fromkeys(row.plan for row in number_rows())
    return [
        (plan, list(dict.fromkeys(row.book for row in number_rows() if row.plan == plan))) for plan in plans
    ]


def best_texts(asked: str, plan: DialPlan, texts: Iterable[str]) -> set[str]:
    """Return those of the texts that have a number at the lowest rank."""
    number = RequestedNumber(asked, plan)
    ranks = {text: rank for text in texts if (rank := number.rank(text)) is not None}
    return {text for text, rank in ranks.items() if rank == min(ranks.values())}
