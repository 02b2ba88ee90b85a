"""Which rows have a number, and in which spellings a service is asked for it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from xivo_dird.backend import (
    DialPlan,
    Entry,
    MatchRank,
    QuestionRefused,
    requested_number,
    spellings,
)

MAX_ASKED_SPELLINGS = 3

MAX_COMPARED_ROWS = 1000
"""Maximum number of rows of an answer whose numbers are read for other spellings, which takes 0.1 ms for a row.

A service that finds numbers answers few rows; one that ignores the question answers all that it has.
"""

_COMPACT = re.compile(r"\+?[0-9]+")


def asked_spellings(exten: str, plan: DialPlan) -> Sequence[str]:
    """Return the spellings that a service is asked for, one after the other until it finds a row.

    They are the number as it was dialled, then in the spellings without blanks and signs that are surely the same
    number: international (`+49…`), national (`030…`), and with a prefix (`0049…`). An extension has only one.
    """
    requested = requested_number(exten, plan)
    others = (
        spelling
        for spelling in spellings(exten, plan)
        if _COMPACT.fullmatch(spelling) and requested.rank(spelling) == MatchRank.DIALLED
    )
    return (exten, *sorted(others, key=_has_prefix))[:MAX_ASKED_SPELLINGS]


def first_found(spellings: Iterable[str], ask: Callable[[str], Entry | None]) -> Entry | None:
    """Return what a service finds for the first spelling for which it finds anything, None if it finds nothing.

    A service may refuse the spelling of a number that it does not know, so the others are asked all the same.

    Raises:
        QuestionRefused: It has found nothing, and refused a spelling.
        SourceUnavailable: It does not answer.
    """
    refusal: QuestionRefused | None = None
    for spelling in spellings:
        try:
            found = ask(spelling)
        except QuestionRefused as error:
            refusal = error
            continue
        if found is not None:
            return found
    if refusal is not None:
        raise refusal
    return None


def ranked_rows(
    exten: str, plan: DialPlan, columns: Sequence[str], rows: Iterable[Entry]
) -> Iterator[tuple[int | None, Entry]]:
    """Yield the rows, each after the `MatchRank` with which it has a number, None if it does not have it.

    After the first `MAX_COMPARED_ROWS` rows only the number as it was dialled counts.

    Args:
        exten: The number, as it was dialled.
        plan: How numbers are dialled at the tenant.
        columns: The columns that have numbers.
        rows: The rows, in the order of the service.
    """
    requested = requested_number(exten, plan)
    for index, row in enumerate(rows):
        numbers = [str(row[column]) for column in columns if column in row]
        if exten in numbers:
            yield MatchRank.EXACT, row
        elif index < MAX_COMPARED_ROWS:
            yield requested.lowest_rank(numbers), row


def _has_prefix(spelling: str) -> bool:
    return spelling.startswith("00")
