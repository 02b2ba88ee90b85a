"""Reverse lookups of many numbers, the results of all reverse lookups, and their limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from xivo_dird.caller import Caller
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.outcome import Outcome
from xivo_dird.profiles.model import Profile
from xivo_dird.sources.model import Source

MAX_NUMBERS = 1000
"""Maximum number of distinct numbers in one request."""

MAX_NUMBER_CHARACTERS = 1024
"""Maximum length of each of several numbers, in characters."""


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


class ReverseQuestion(NamedTuple):
    """Many numbers that a caller looks for in a profile; blank ones, of withheld callers, are not looked for."""

    caller: Caller
    profile_name: str
    extens: Sequence[str]


@dataclass(frozen=True, slots=True)
class ReverseAnswers:
    """The result of a reverse lookup of many numbers.

    Attributes:
        contacts: The contact of each number that a source has, by the number.
        sources: The sources in the order of the profile.
        outcomes: The outcome of each source, in the same order; None for a source that was not waited for.
    """

    contacts: Mapping[str, Contact] = field(default_factory=dict)
    sources: Sequence[Source] = ()
    outcomes: Sequence[Outcome | None] = ()
