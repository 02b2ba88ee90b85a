"""What the resolvers of one query share: who asks, and the numbers that all of its fields look for.

A query is executed twice if it looks for numbers: the first time only collects them, so that each source is asked once
for the numbers of all fields, and none of them waits for another one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from xivo_dird.directory.contact import Contact
from xivo_dird.exceptions import AuthServerUnreachable, DirdError, UnknownProfile
from xivo_dird.reverse.model import MAX_NUMBERS, ReverseAnswers, ReverseQuestion
from xivo_dird.view import Caller, RequestToken
from xivo_dird_views.graphql.answer_size import AnswerSize
from xivo_dird_views.graphql.limits import MAX_QUESTIONS, QueryTooLarge

AnswerEach = Callable[[Iterable[ReverseQuestion]], Sequence[ReverseAnswers | DirdError]]
"""Answers reverse lookups of many numbers, or returns why it can't."""


class MissingProfile(UnknownProfile):
    """A field names no profile."""

    def __init__(self) -> None:
        """Create the error."""
        super().__init__("")
        self.message = "profile: the argument is required"


class QueryContext:
    """The state of one query.

    Attributes:
        size: The size of its answer, in this execution of the query.
    """

    def __init__(self, token: RequestToken, answer_each: AnswerEach) -> None:
        """Verify and ask nothing yet.

        Args:
            token: The token of the request.
            answer_each: Looks for numbers.
        """
        self._token = token
        self._answer_each = answer_each
        self._callers: dict[str, Caller | DirdError] = {}
        self._extens: dict[tuple[Caller, str], dict[str, None]] = {}
        self._answers: Mapping[tuple[Caller, str], ReverseAnswers | DirdError] | None = None
        self.size = AnswerSize()

    def caller(self, root_field: str) -> Caller:
        """Return the caller, who may ask for this root field; the token is verified once for each.

        Raises:
            DirdError: The token is invalid, or lacks the permission.
        """
        if root_field not in self._callers:
            self._callers[root_field] = self._verified(root_field)
        caller = self._callers[root_field]
        if isinstance(caller, DirdError):
            raise caller
        return caller

    def contacts(
        self, caller: Caller, profile: str | None, extens: Sequence[str]
    ) -> Mapping[str, Contact] | None:
        """Return the contact of each number that has one; None while the numbers are only collected.

        Raises:
            DirdError: There is no such profile, or it can't be asked for these numbers.
        """
        if profile is None:
            raise MissingProfile
        key = (caller, profile)
        if self._answers is None:
            self._extens.setdefault(key, {}).update(dict.fromkeys(extens))
            return None
        answers = self._answers[key]
        if isinstance(answers, DirdError):
            raise answers
        return answers.contacts

    @property
    def has_questions(self) -> bool:
        """Return whether there are numbers to look for, which have not been looked for yet."""
        return bool(self._extens) and self._answers is None

    def look_up(self) -> None:
        """Look for all numbers that were collected.

        Raises:
            QueryTooLarge: They are too many.
            RequestAbandoned: The client has gone.
        """
        if sum(map(len, self._extens.values())) > MAX_NUMBERS:
            raise QueryTooLarge(f"The query looks for more than {MAX_NUMBERS} numbers.")
        if len(self._extens) > MAX_QUESTIONS:
            raise QueryTooLarge(
                f"The query asks for more than {MAX_QUESTIONS} pairs of a user and a profile."
            )
        questions = [
            ReverseQuestion(caller, profile, list(extens))
            for (caller, profile), extens in self._extens.items()
        ]
        self._answers = dict(zip(self._extens, self._answer_each(questions), strict=True))
        self.size = AnswerSize()

    def _verified(self, root_field: str) -> Caller | DirdError:
        """Return the caller or why there is none; a server that did not answer is not waited for again."""
        for earlier in self._callers.values():
            if isinstance(earlier, AuthServerUnreachable):
                return earlier
        try:
            return self._token.verify(f"dird.graphql.{root_field}").caller
        except DirdError as error:
            return error
