"""The options of a lookup, its result, and the outcome of each source."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from xivo_dird.directory.contact import Contact
from xivo_dird.directory.outcome import Outcome
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.profiles.model import Profile
from xivo_dird.sources.model import Source
from xivo_dird.threads.deadline import Deadline

Order = Literal["source", "relevance"]

People = Sequence[Sequence[Contact]]
"""Persons, each as its contacts: at most one per source, in the order of the sources."""


@dataclass(frozen=True, slots=True)
class LookupOptions:
    """The options of a lookup.

    Attributes:
        order: The order of the contacts within a source.
        limit: The maximum number of results, applied after everything else.
        t9: A term of digits also finds words typed on a keypad.
        fuzzy: If no source has the term, search for similar texts.
        merge: Merge the contacts of one person from several sources into one result.
        max_contacts_per_source: The maximum number of contacts of a source: the first ones in its own order, before
            they are sorted by relevance or merged. The outcome of a source that has more is marked (`Outcome.is_cut`).
            Unlike with `limit`, further contacts are neither read nor formatted, as far as the source can do that.
    """

    order: Order = "source"
    limit: int | None = None
    t9: bool = False
    fuzzy: bool = False
    merge: bool = False
    max_contacts_per_source: int | None = None


DEFAULT_OPTIONS = LookupOptions()


@dataclass(frozen=True, slots=True)
class SourcePart:
    """The outcome of one source in a lookup: its status, the seconds waited for it, its number of contacts.

    `truncated` is `Outcome.is_cut`.
    """

    name: str
    backend: str
    status: Literal["ok", "late", "failed", "refused", "skipped"]
    seconds: float
    contacts: int
    truncated: bool


def source_part(source: Source, outcome: Outcome) -> SourcePart:
    """Return the outcome of a source as clients see it."""
    seconds = round(outcome.seconds, 6)
    return SourcePart(
        source.name, source.backend, outcome.status.value, seconds, len(outcome.contacts), outcome.is_cut
    )


@dataclass(frozen=True, slots=True)
class LookupAnswer:
    """The result of a lookup.

    Attributes:
        profile: The profile of the lookup.
        contacts: The contacts in the order of the profile's sources.
        sources: The sources in the order of the profile.
        outcomes: The outcome of each source, in the same order.
        deadline: Until when the sources were waited for.
        people: The same contacts by person, if they were merged.
    """

    profile: Profile
    contacts: Sequence[Contact]
    sources: Sequence[Source]
    outcomes: Sequence[Outcome]
    deadline: Deadline
    people: People | None = None

    @property
    def is_cut(self) -> bool:
        """Return whether a source has contacts that are missing here since it has more than the maximum."""
        return any(outcome.is_cut for outcome in self.outcomes)

    @property
    def parts(self) -> list[SourcePart]:
        """Return the outcome of each source as clients see it, in the order of the profile."""
        return [
            source_part(source, outcome) for source, outcome in zip(self.sources, self.outcomes, strict=True)
        ]


class SourceResult(NamedTuple):
    """The result of one source; `position` is its index in the profile, `is_cut` as in `Outcome`."""

    position: int
    part: SourcePart
    contacts: Sequence[Contact]
    is_cut: bool = False


class ContactPosition(NamedTuple):
    """A contact in a streamed answer: the position of its source in the profile, and its own among its contacts."""

    source: int
    result: int


@dataclass(frozen=True, slots=True)
class StreamedAnswer:
    """The result of a streamed lookup.

    `source_results` yields the result of each source as it completes, and None from time to time. The sources are
    queried while it is read; closing it releases the pending calls. `deadline` is until when they are waited for.
    `plan` is how numbers are dialled, read before the answer begins: it can't fail any more then.
    """

    profile: Profile
    source_results: Generator[SourceResult | None]
    deadline: Deadline
    plan: DialPlan
