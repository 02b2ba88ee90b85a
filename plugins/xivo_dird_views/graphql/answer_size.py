"""The size of an answer, counted while its fields get their values.

A query can name one text thousands of times, so the finished answer would already have taken the memory.
"""

from collections.abc import Iterable

from xivo_dird.exceptions import DirdError
from xivo_dird.view import share_processor
from xivo_dird_views.graphql.limits import (
    MAX_ANSWER_CHARACTERS,
    MAX_FIELD_ERRORS,
    MAX_VALUES,
    QueryTooLarge,
)

VALUES_PER_PAUSE = 256
"""Number of values that are computed before other requests may go on."""

MAX_PAUSE_SECONDS = 1.0


class QueryStopped(BaseException):
    """The execution of a query must end. No `Exception`, of which graphql-core would make an error of one field.

    Attributes:
        reason: Why.
    """

    def __init__(self, reason: DirdError) -> None:
        """Create the exception."""
        super().__init__(reason.message)
        self.reason = reason


class AnswerSize:
    """Counts what an answer has until now; each method raises `QueryStopped` if that is too much."""

    def __init__(self) -> None:
        """Start with an empty answer."""
        self._values = self._characters = self._errors = 0

    def add_field(self, name: object) -> None:
        """Count a field by its name in the answer, and allow other requests to go on from time to time."""
        self._values += 1
        _check(self._values, MAX_VALUES, "values")
        self._add_characters(name)
        if self._values % VALUES_PER_PAUSE == 0:
            try:
                share_processor(MAX_PAUSE_SECONDS)
            except DirdError as error:
                raise QueryStopped(error) from error

    def add_value(self, value: object) -> None:
        """Count the characters of a value; those of objects and lists are counted with their own fields."""
        if isinstance(value, str):
            self._add_characters(value)

    def add_error(self, path: Iterable[object], error: DirdError) -> None:
        """Count the error of a field."""
        self._errors += 1
        _check(self._errors, MAX_FIELD_ERRORS, "errors")
        self._add_characters(*path, error.message, error.details)

    def _add_characters(self, *shown: object) -> None:
        self._characters += sum(len(str(part)) for part in shown)
        _check(self._characters, MAX_ANSWER_CHARACTERS, "characters")


def _check(count: int, maximum: int, what: str) -> None:
    if count > maximum:
        raise QueryStopped(QueryTooLarge(f"The answer has more than {maximum} {what}."))
