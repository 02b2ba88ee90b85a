"""A lookup: how it may be asked beyond the plain way, what it found, and what each source did."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from xivo_dird.directory.contact import Contact
from xivo_dird.directory.outcome import Outcome
from xivo_dird.profiles.model import Profile
from xivo_dird.sources.model import Source

Order = Literal["source", "relevance"]

People = Sequence[Sequence[Contact]]
"""Persons, each as the contacts that are one: at most one per source, in the order of the sources."""


@dataclass(frozen=True, slots=True)
class LookupOptions:
    """What a client may ask for beyond the plain lookup.

    `order` is that of the contacts within a source, `limit` the most contacts of an answer, after all else.
    `t9`: digits may be letters, as they are typed on a keypad. `fuzzy`: if nobody has the term, who has nearly it.
    `merge`: what several sources have of one person is one result.
    """

    order: Order = "source"
    limit: int | None = None
    t9: bool = False
    fuzzy: bool = False
    merge: bool = False


PLAIN = LookupOptions()


@dataclass(frozen=True, slots=True)
class SourcePart:
    """One source's part in a lookup: how it ended, how long the lookup waited for it, how many contacts it found."""

    name: str
    backend: str
    status: Literal["ok", "late", "failed", "refused", "skipped"]
    seconds: float
    contacts: int


def part_of(source: Source, outcome: Outcome) -> SourcePart:
    """Tell what a source did."""
    seconds = round(outcome.seconds, 6)
    return SourcePart(source.name, source.backend, outcome.status.value, seconds, len(outcome.contacts))


@dataclass(frozen=True, slots=True)
class LookupAnswer:
    """What a lookup found: contacts in the order of the profile's sources, and what each source did.

    `people` has the same contacts by person, if they were to be merged.
    """

    profile: Profile
    contacts: Sequence[Contact]
    sources: Sequence[Source]
    outcomes: Sequence[Outcome]
    people: People | None = None

    @property
    def parts(self) -> list[SourcePart]:
        """What each source did, in the order of the profile."""
        return [part_of(source, outcome) for source, outcome in zip(self.sources, self.outcomes, strict=True)]


class Arrival(NamedTuple):
    """What one source answered; `position` is its place in the profile."""

    position: int
    part: SourcePart
    contacts: Sequence[Contact]


@dataclass(frozen=True, slots=True)
class ArrivingAnswer:
    """A lookup whose sources are asked while `arrivals` is read: each as it answers, None from time to time.

    Whoever closes `arrivals` ends the asking.
    """

    profile: Profile
    arrivals: Generator[Arrival | None]
