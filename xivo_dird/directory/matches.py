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
    queries = _Queries(first_match, deadline)
    for exten in extens:
        if not queries.may_go_on():
            break
        queries.find(exten)
    return queries.found()


class _Queries:
    """The queries of a directory for one number after the other, and their results."""

    def __init__(self, first_match: Callable[[str], Entry | None], deadline: Deadline) -> None:
        self._first_match = first_match
        self._deadline = deadline
        self._found: dict[str, Entry | None] = {}
        self._refusals: list[QuestionRefused] = []
        self._failures: list[Exception] = []
        self._failures_in_a_row = 0
        self._longest: float | None = None

    def may_go_on(self) -> bool:
        """Return whether to query the directory for another number."""
        if self._longest is None:
            return True
        remaining = self._deadline.remaining()
        has_time = 0.0 < remaining >= self._longest * MIN_REMAINING_SHARE
        return has_time and self._failures_in_a_row < MAX_FAILURES

    def find(self, exten: str) -> None:
        """Find the entry of a number."""
        asked_at = time.monotonic()
        try:
            self._found[exten] = self._first_match(exten)
            self._failures_in_a_row = 0
        except QuestionRefused as error:
            self._found[exten] = None
            self._refusals.append(error)
            self._failures_in_a_row = 0
        except Exception as error:  # noqa: BLE001 - plugin boundary: it must not hide the entries of other numbers
            self._failures.append(error)
            self._failures_in_a_row += 1
        self._longest = max(self._longest or 0.0, time.monotonic() - asked_at)

    def found(self) -> dict[str, Entry | None]:
        """Return what was found; raise the last failure or else the last refusal if no number has an answer."""
        errors = [*self._refusals, *self._failures]
        if errors and len(self._refusals) == len(self._found):
            raise errors[-1]
        return self._found
