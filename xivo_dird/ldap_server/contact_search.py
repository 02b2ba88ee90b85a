"""The questions of an LDAP search to the services of the directory: contacts by text, by number and by id."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from typing import NamedTuple, Self

from xivo_dird.caller import Caller
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.outcome import Status
from xivo_dird.ldap_server.filters import Filter
from xivo_dird.ldap_server.matching import digits_of
from xivo_dird.ldap_server.questions import EVERYTHING, EntryId, Question, Term, questions
from xivo_dird.ldap_server.tree import Place
from xivo_dird.lookup.model import LookupOptions, SourceResult
from xivo_dird.lookup.service import LookupService
from xivo_dird.numbers.written import MIN_LOCAL_DIGITS
from xivo_dird.reverse.service import ReverseService
from xivo_dird.threads.deadline import NO_DEADLINE, Deadline, until

READ_FACTOR = 4
"""How many contacts of a source are read for each entry of a search, since the filter may leave some out."""

READ_GROWTH = 16
"""How many times as many are read when these do not suffice."""

MAX_CONTACTS = 100_000
"""Maximum number of contacts of each source that are read for a search."""

POLL_SECONDS = 0.05
"""Longest wait for a source after which the connection is looked at: the user of a phone has typed the next letter."""

_LATE = frozenset((Status.LATE, Status.SKIPPED))

Contacts = Generator[Contact | None]
"""Contacts that may match; None from time to time, so that the connection can be looked at."""


class ProfileSearch(NamedTuple):
    """A search of the people of one profile.

    Attributes:
        caller: The caller.
        place: The profile, with its tenant if its name in the tree has one.
        condition: The filter.
        max_entries: The maximum number of entries.
        deadline: When the sources are not waited for any longer, if the timeout of the profile is not before.
    """

    caller: Caller
    place: Place
    condition: Filter
    max_entries: int
    deadline: Deadline

    @property
    def profile(self) -> str:
        """Return the name of the profile."""
        return self.place.profile or ""

    def with_share_of(self, steps: int) -> Self:
        """Return the search with its part of the time: a source that hangs must leave some for the other steps."""
        if steps == 1:
            return self
        return self._replace(deadline=self.deadline.within(self.deadline.remaining() / steps))


class Ending:
    """How a search ended.

    Attributes:
        is_cut: Whether there are more entries than the maximum.
        is_late: Whether a source did not answer in time.
        time_limit: When the time that the client gave has passed.
    """

    def __init__(self) -> None:
        """Begin with an ending without limits."""
        self.is_cut = False
        self.is_late = False
        self.time_limit = NO_DEADLINE

    def note(self, status: str) -> None:
        """Record how the question to a source ended."""
        self.is_late = self.is_late or status in _LATE


class LdapContacts:
    """Finds the contacts that a filter may mean."""

    def __init__(self, lookup: LookupService, reverse: ReverseService) -> None:
        """Initialize with the services."""
        self._lookup = lookup
        self._reverse = reverse

    def alternatives(self, search: ProfileSearch, asked: Question, ending: Ending) -> Iterator[Contacts]:
        """Yield the ways to answer a question; each is needed only if no entry of those before it matches.

        A whole number is that of a caller, who is looked up as by a reverse lookup. Somebody types a part of one.
        """
        if isinstance(asked, EntryId):
            yield self._with_id(search, asked, ending)
            return
        if asked.is_number and asked.is_whole:
            yield from self._with_whole_number(search, asked.text, ending)
            return
        digits = digits_of(asked.text)
        ways = [self._with_text, *([self._with_number] if digits else [])]
        if asked.is_number and len(digits) >= MIN_LOCAL_DIGITS:
            ways.reverse()
        for position, way in enumerate(ways):
            yield way(search.with_share_of(len(ways) - position), asked.text, ending)

    def _with_whole_number(self, search: ProfileSearch, number: str, ending: Ending) -> Iterator[Contacts]:
        """Yield the contact with a number, then all others, in case that it does not match the filter."""
        found = list(self._with_number(search, number, ending))
        if found:
            yield (contact for contact in found)
            yield self._with_text(search, number, ending)

    def _with_id(self, search: ProfileSearch, asked: EntryId, ending: Ending) -> Contacts:
        source, entry_id = asked
        outcome = self._lookup.fetch(search.caller, search.profile, source, entry_id, search.deadline)
        if outcome is not None:
            ending.note(outcome.status)
            yield from outcome.contacts

    def _with_number(self, search: ProfileSearch, number: str, ending: Ending) -> Contacts:
        answer = self._reverse.answer(search.caller, search.profile, number, search.deadline)
        for outcome in answer.outcomes:
            if outcome is not None:
                ending.note(outcome.status)
        if answer.contact is not None:
            yield answer.contact

    def _with_text(self, search: ProfileSearch, text: str, ending: Ending) -> Contacts:
        """Yield the contacts with a text: not many more than needed, unless the filter leaves most of them out."""
        maximum = min(search.max_entries * READ_FACTOR, MAX_CONTACTS)
        while (yield from self._looked_up(search, text, maximum, ending)):
            if maximum == MAX_CONTACTS:
                ending.is_cut = True
                return
            maximum = min(maximum * READ_GROWTH, MAX_CONTACTS)

    def _looked_up(
        self, search: ProfileSearch, text: str, maximum: int, ending: Ending
    ) -> Generator[Contact | None, None, bool]:
        """Yield the contacts with a text, at most so many of each source; return whether a source has more."""
        options = LookupOptions(max_contacts_per_source=maximum)
        answer = self._lookup.stream(
            search.caller, search.profile, text, options, search.deadline, POLL_SECONDS
        )
        is_cut = False
        with closing(answer.source_results) as results:
            for result in _in_order(results):
                if result is None:
                    yield None
                    continue
                ending.note(result.part.status)
                is_cut = is_cut or result.is_cut
                yield from until(NO_DEADLINE, result.contacts)
        return is_cut


def asked_questions(condition: Filter) -> tuple[Question, ...]:
    """Return the questions of a filter; for all entries that there are, one for the empty text."""
    asked = questions(condition)
    return (Term(""),) if asked is EVERYTHING else asked


def _in_order(results: Iterable[SourceResult | None]) -> Iterator[SourceResult | None]:
    """Yield results in the order of the profile: each when all sources before its own have answered."""
    waiting: dict[int, SourceResult] = {}
    position = 0
    for result in results:
        if result is None:
            yield None
            continue
        waiting[result.position] = result
        while position in waiting:
            yield waiting.pop(position)
            position += 1
