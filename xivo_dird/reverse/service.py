"""The reverse lookup service: find the contact with a number."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from xivo_dird.caller import Caller
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.first_match import ask_first
from xivo_dird.directory.outcome import Outcome
from xivo_dird.directory.question import FirstMatch
from xivo_dird.directory.registry import Registry
from xivo_dird.numbers.caller import caller_number
from xivo_dird.profiles.model import NO_SERVICE, Profile
from xivo_dird.profiles.service import ProfileFinder
from xivo_dird.sources.model import Source
from xivo_dird.threads.deadline import NO_DEADLINE, Deadline


@dataclass(frozen=True, slots=True)
class ReverseAnswer:
    """The result of a reverse lookup.

    Attributes:
        profile: The profile of the lookup.
        sources: The sources in the order of the profile.
        outcomes: The outcome of each source, in the same order; None for a source that was not waited for.
        best: The outcome with the best match, None if there is no match.
    """

    profile: Profile
    sources: Sequence[Source] = ()
    outcomes: Sequence[Outcome | None] = ()
    best: Outcome | None = None

    @property
    def contact(self) -> Contact | None:
        """Return the contact with the number, None if no source has one."""
        return self.best.contacts[0] if self.best is not None else None


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
        asked_at = time.monotonic()
        profile = self._profiles.find_by_name(
            caller.tenant_uuid, profile_name, deadline.earlier(Deadline.of_request(self._timeout))
        )
        number = caller_number(exten)
        if number is None:  # it must not match an entry with an empty column, or with the same word
            return ReverseAnswer(profile)
        service = profile.services.get("reverse", NO_SERVICE)
        sources = [self._registry.get(source) for source in service.sources]
        deadline = deadline.earlier(Deadline.of_request(service.timeout or self._timeout, asked_at))
        result = ask_first(sources, FirstMatch(number), caller, deadline, self._grace)
        outcomes = [result.outcomes.get(source) for source in sources]
        return ReverseAnswer(profile, service.sources, outcomes, result.best)
