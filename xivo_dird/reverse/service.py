"""The reverse lookup service: find the contacts with numbers."""

import time
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from xivo_dird.caller import Caller
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.first_match import NumbersFanOut, ask_first
from xivo_dird.directory.question import FirstMatch, MatchAll
from xivo_dird.directory.registry import Registry
from xivo_dird.directory.source import DirectorySource
from xivo_dird.exceptions import DirdError, RequestAbandoned
from xivo_dird.numbers.caller import caller_number
from xivo_dird.profiles.model import NO_SERVICE, Profile, ServiceConfig
from xivo_dird.profiles.service import ProfileFinder
from xivo_dird.reverse.model import ReverseAnswer, ReverseAnswers, ReverseQuestion
from xivo_dird.reverse.validator import check_numbers
from xivo_dird.threads.deadline import NO_DEADLINE, Deadline


class _Inquiry(NamedTuple):
    """What a reverse lookup asks, and until when."""

    profile: Profile
    service: ServiceConfig
    sources: list[DirectorySource]
    deadline: Deadline


class _StartedReverse(NamedTuple):
    """A reverse lookup of many numbers that was started; there is nothing to wait for if none could have a contact.

    Attributes:
        inquiry: What is asked.
        numbers: The number to look for of each text that has one.
        fan_out: The questions, None if there are no numbers.
        grace: Seconds that the other sources have after all numbers have a match.
    """

    inquiry: _Inquiry
    numbers: Mapping[str, str]
    fan_out: NumbersFanOut | None
    grace: float

    def collect(self) -> ReverseAnswers:
        """Return the contacts, at the latest at the deadline."""
        if self.fan_out is None:
            return ReverseAnswers()
        result = self.fan_out.collect(self.grace)
        outcomes = [result.outcomes.get(source) for source in self.inquiry.sources]
        found = {
            exten: result.contacts[number]
            for exten, number in self.numbers.items()
            if number in result.contacts
        }
        return ReverseAnswers(found, self.inquiry.service.sources, outcomes)

    def release(self) -> None:
        """Stop waiting for the sources."""
        if self.fan_out is not None:
            self.fan_out.release()


class ReverseService:
    """Queries the sources of the profile's `reverse` service; the order of the sources decides between matches."""

    def __init__(self, profiles: ProfileFinder, registry: Registry, timeout: float, grace: float) -> None:
        """Initialize the service.

        Args:
            profiles: The profiles of all tenants.
            registry: The open sources.
            timeout: The timeout of profiles without their own, in seconds.
            grace: Seconds that the other sources have after the first match.
        """
        self._profiles = profiles
        self._registry = registry
        self._timeout = timeout
        self._grace = grace

    def find(self, caller: Caller, profile_name: str, exten: str) -> Contact | None:
        """Return the contact with the number `exten`, or None if no source has one; see `answer`.

        Raises:
            UnknownProfile: The tenant has no profile with this name.
        """
        return self.answer(caller, profile_name, exten).contact

    def answer(
        self, caller: Caller, profile_name: str, exten: str, deadline: Deadline = NO_DEADLINE
    ) -> ReverseAnswer:
        """Return the contact with the number `exten`, and the outcome of each source.

        Without a number, as for a caller who withholds it (`caller_number`), no source is asked.

        Args:
            caller: The caller.
            profile_name: The profile.
            exten: The number.
            deadline: The end of the lookup, if the timeout of the profile is not before.

        Raises:
            UnknownProfile: The tenant has no profile with this name.
        """
        profile, service, sources, deadline = self._inquiry(caller, profile_name, deadline)
        number = caller_number(exten)
        if number is None:  # it must not match an entry with an empty column, or with the same word
            return ReverseAnswer(profile)
        result = ask_first(sources, FirstMatch(number), caller, deadline, self._grace)
        outcomes = [result.outcomes.get(source) for source in sources]
        return ReverseAnswer(profile, service.sources, outcomes, result.best)

    def answer_all(self, question: ReverseQuestion) -> ReverseAnswers:
        """Return the contact with each of many numbers, and the outcome of each source.

        Each source is asked once, whatever the number of numbers. A number that no source had time for has no contact.

        Raises:
            UnknownProfile: The tenant has no profile with this name.
            InvalidData: There are too many numbers, or one is too long or can't be compared by every store.
        """
        return self._start(question).collect()

    def answer_each(self, questions: Iterable[ReverseQuestion]) -> list[ReverseAnswers | DirdError]:
        """Return what `answer_all` returns or raises for each question; all of them have the same time.

        Raises:
            RequestAbandoned: The client has gone.
        """
        runs: list[_StartedReverse | DirdError] = []
        try:
            for question in questions:
                runs.append(self._start_or_error(question))
            return [run.collect() if isinstance(run, _StartedReverse) else run for run in runs]
        except BaseException:
            for run in runs:
                if isinstance(run, _StartedReverse):
                    run.release()
            raise

    def _start_or_error(self, question: ReverseQuestion) -> _StartedReverse | DirdError:
        try:
            return self._start(question)
        except RequestAbandoned:
            raise
        except DirdError as error:
            return error

    def _start(self, question: ReverseQuestion) -> _StartedReverse:
        caller, profile_name, extens = question
        check_numbers(extens)
        inquiry = self._inquiry(caller, profile_name)
        numbers = {exten: number for exten in extens if (number := caller_number(exten)) is not None}
        if not numbers:
            return _StartedReverse(inquiry, numbers, None, self._grace)
        asked = MatchAll(tuple(dict.fromkeys(numbers.values())))
        fan_out = NumbersFanOut(inquiry.sources, asked, caller, inquiry.deadline)
        return _StartedReverse(inquiry, numbers, fan_out, self._grace)

    def _inquiry(self, caller: Caller, profile_name: str, deadline: Deadline = NO_DEADLINE) -> _Inquiry:
        asked_at = time.monotonic()
        profile = self._profiles.find_by_name(
            caller.tenant_uuid, profile_name, deadline.earlier(Deadline.of_request(self._timeout))
        )
        service = profile.services.get("reverse", NO_SERVICE)
        sources = [self._registry.get(source) for source in service.sources]
        deadline = deadline.earlier(Deadline.of_request(service.timeout or self._timeout, asked_at))
        return _Inquiry(profile, service, sources, deadline)
