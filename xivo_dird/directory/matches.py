"""The answer of a source to a question for many numbers."""

import time
from collections.abc import Callable, Iterable, Mapping

from xivo_dird.backend import Entry, QuestionRefused
from xivo_dird.threads.deadline import Deadline

Matches = Mapping[str, Entry | None]
"""The entry of each number, None if no entry has it; a number that the source had no time for is missing."""

MIN_REMAINING_SHARE = 1.5
"""Another number is asked for only if so many times the longest wait for one remains until the deadline."""


MAX_FAILURES = 3
"""Number of numbers in a row for which a directory fails, after which it is not asked for the others."""


def match_each(
    first_match: Callable[[str], Entry | None], extens: Iterable[str], deadline: Deadline
) -> dict[str, Entry | None]:
    """Return the entry of each number from a directory that must be asked for one after the other.

    The first number is always asked for, the others as long as their answers can be expected before the deadline. A
    number that the directory refuses has no entry; one for which it fails is left out, as some fail for odd texts only.

    Raises:
        QuestionRefused: The directory refuses all numbers.
        Exception: Whatever `first_match` raises, if it fails for all numbers, or refuses the others.
    """
    found: dict[str, Entry | None] = {}
    refusals: list[QuestionRefused] = []
    failures: list[Exception] = []
    is_first, in_a_row, longest = True, 0, 0.0
    for exten in extens:
        remaining = deadline.remaining()
        is_late = remaining <= 0.0 or remaining < longest * MIN_REMAINING_SHARE
        if in_a_row == MAX_FAILURES or (is_late and not is_first):
            break
        asked_at = time.monotonic()
        try:
            found[exten], in_a_row = first_match(exten), 0
        except QuestionRefused as error:
            found[exten], in_a_row = None, 0
            refusals.append(error)
        except Exception as error:  # noqa: BLE001 - plugin boundary: it must not hide the entries of other numbers
            in_a_row += 1
            failures.append(error)
        is_first, longest = False, max(longest, time.monotonic() - asked_at)
    if len(refusals) == len(found) and (raised := [*refusals, *failures]):
        raise raised[-1]
    return found
