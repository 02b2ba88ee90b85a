"""The answer of a source to a question for many numbers."""

import time
from collections.abc import Callable, Iterable, Mapping

from xivo_dird.backend import Entry, QuestionRefused
from xivo_dird.threads.deadline import Deadline

Matches = Mapping[str, Entry | None]
"""The entry of each number, None if no entry has it; a number that the source had no time for is missing."""

MIN_REMAINING_SHARE = 1.5
"""Another number is asked for only if so many times the longest wait for one remains until the deadline."""


def match_each(
    first_match: Callable[[str], Entry | None], extens: Iterable[str], deadline: Deadline
) -> dict[str, Entry | None]:
    """Return the entry of each number from a directory that must be asked for one after the other.

    The first number is always asked for, the others as long as their answers can be expected before the deadline. A
    number that the directory refuses has no entry.

    Raises:
        QuestionRefused: The directory refuses all numbers.
        Exception: Whatever `first_match` raises.
    """
    found: dict[str, Entry | None] = {}
    refusals: list[QuestionRefused] = []
    longest = 0.0
    for exten in extens:
        remaining = deadline.remaining()
        if found and (remaining <= 0.0 or remaining < longest * MIN_REMAINING_SHARE):
            break
        asked_at = time.monotonic()
        try:
            found[exten] = first_match(exten)
        except QuestionRefused as error:
            found[exten] = None
            refusals.append(error)
        longest = max(longest, time.monotonic() - asked_at)
    if refusals and len(refusals) == len(found):
        raise refusals[-1]
    return found
