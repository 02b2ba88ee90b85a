"""The directory as LDAP clients search it: the entries of a search, in the order of the profile, as sources answer."""

import json
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from functools import lru_cache, partial
from hashlib import blake2b
from typing import NamedTuple, Self

from xivo_dird.caller import Caller
from xivo_dird.config.ldap_server import LdapServerSection
from xivo_dird.config.phones import PhonesSection
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.outcome import Status
from xivo_dird.displays.model import Display
from xivo_dird.distinguished_names import rdn
from xivo_dird.exceptions import UnknownProfile
from xivo_dird.ldap_server.attributes import AttributeMap
from xivo_dird.ldap_server.filters import Filter
from xivo_dird.ldap_server.matching import Predicate, digits_of, predicate
from xivo_dird.ldap_server.model import LdapEntry
from xivo_dird.ldap_server.questions import EVERYTHING, EntryId, Question, Term, questions
from xivo_dird.ldap_server.tree import DirectoryTree, Place, entry_uid, no_such_object
from xivo_dird.lookup.model import LookupOptions, SourceResult
from xivo_dird.lookup.service import LookupService
from xivo_dird.numbers.dial_plan import UNKNOWN_PLAN, DialPlan
from xivo_dird.numbers.written import MIN_LOCAL_DIGITS
from xivo_dird.phones.dialled_number import dialled_number
from xivo_dird.profiles.model import Profile
from xivo_dird.reverse.service import ReverseService
from xivo_dird.threads.deadline import NO_DEADLINE, Deadline, until

READ_FACTOR = 4
"""How many contacts of a source are read for each entry of a search, since the filter may leave some out."""

READ_GROWTH = 16
"""How many times as many are read when these do not suffice."""

MAX_CONTACTS = 100_000
"""Maximum number of contacts of each source that are read for a search."""

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
    """

    def __init__(self) -> None:
        """Begin with an ending without limits."""
        self.is_cut = False
        self.is_late = False

    def note(self, status: str) -> None:
        """Record how the question to a source ended."""
        self.is_late = self.is_late or status in _LATE


class LdapDirectory:
    """Searches the profiles of tenants."""

    def __init__(
        self,
        settings: LdapServerSection,
        phones: PhonesSection,
        tree: DirectoryTree,
        lookup: LookupService,
        reverse: ReverseService,
        dial_plan_of: Callable[[str], DialPlan],
    ) -> None:
        """Initialize with the settings, and the services that answer the questions of a filter."""
        self._tree = tree
        self._lookup = lookup
        self._reverse = reverse
        self._dial_plan_of = dial_plan_of
        self._settings = settings
        self._dialled = partial(
            dialled_number, plus=phones.leading_plus, international_prefix=phones.international_prefix
        )
        self._attribute_map = lru_cache(maxsize=256)(self._new_attribute_map)

    def find_profile(self, caller: Caller, name: str) -> Profile:
        """Return a profile of the caller's tenant.

        Raises:
            LdapFailure: There is none with this name.
            StoreUnavailable: The database does not answer, and the profile was not read before.
        """
        try:
            return self._lookup.find_profile(caller, name)
        except UnknownProfile as error:
            raise no_such_object(self._tree.base_dn) from error

    def matching(self, entries: Iterable[LdapEntry], condition: Filter) -> Iterator[LdapEntry]:
        """Yield those of some entries that match a filter, in which no number has another spelling."""
        matches = predicate(condition, UNKNOWN_PLAN)
        return (entry for entry in entries if matches(entry.values))

    def people(self, search: ProfileSearch, ending: Ending) -> Generator[LdapEntry | None]:
        """Yield the entries of a search as sources answer, in the order of the profile; None from time to time.

        Args:
            search: The search.
            ending: Set when the generator has ended.

        Raises:
            LdapFailure: The profile does not exist.
            StoreUnavailable: The database does not answer, and the profile was not read before.
        """
        profile = self.find_profile(search.caller, search.profile)
        search = search._replace(deadline=search.deadline.earlier(self._lookup.deadline_of(profile)))
        plan = self._dial_plan_of(search.caller.tenant_uuid)
        attributes = self._attribute_map(profile.display)
        selection = _Selection(attributes, self._tree, search.place, predicate(search.condition, plan))
        asked = _questions(search.condition)
        for position, question in enumerate(asked):
            shared = search.with_share_of(len(asked) - position)
            for found in self._alternatives(shared, question, ending):
                before = selection.count
                with closing(found) as contacts:
                    for entry in selection.entries(contacts):
                        if selection.count > search.max_entries:
                            ending.is_cut = True
                            return
                        yield entry
                if selection.count > before:
                    break

    def _new_attribute_map(self, display: Display | None) -> AttributeMap:
        return AttributeMap(display, self._settings.attributes, self._dialled)

    def _alternatives(self, search: ProfileSearch, asked: Question, ending: Ending) -> Iterator[Contacts]:
        """Yield the ways to answer a question; each is needed only if no entry of those before it matches.

        A whole number has one contact. Of a part of one, which somebody types, the search finds all.
        """
        if isinstance(asked, EntryId):
            yield self._with_id(search, asked, ending)
            return
        digits = digits_of(asked.text)
        is_likely_whole = asked.is_whole or len(digits) >= MIN_LOCAL_DIGITS
        ways: list[Callable[[ProfileSearch, str, Ending], Contacts]] = []
        if asked.is_number and is_likely_whole:
            ways.append(self._with_number)
        if not (asked.is_number and asked.is_whole):
            ways.append(self._with_text)
        if digits and not (asked.is_number and is_likely_whole):
            ways.append(self._with_number)
        for position, way in enumerate(ways):
            yield way(search.with_share_of(len(ways) - position), asked.text, ending)

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
        answer = self._lookup.stream(search.caller, search.profile, text, options, search.deadline)
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


class _Selection:
    """The entries among some contacts that match a filter, each once.

    Attributes:
        count: The number of entries until now.
    """

    def __init__(
        self, attributes: AttributeMap, tree: DirectoryTree, place: Place, matches: Predicate
    ) -> None:
        self.count = 0
        self._attributes = attributes
        self._below = tree.place_dn(place)
        self._matches = matches
        self._uids: set[str] = set()

    def entries(self, contacts: Contacts) -> Iterator[LdapEntry | None]:
        """Yield the entries of the contacts that match; None for None."""
        for contact in contacts:
            if contact is None:
                yield None
                continue
            uid = _uid(contact)
            entry = self._attributes.entry(contact, f"{rdn('uid', uid)},{self._below}", uid)
            if uid not in self._uids and self._matches(entry.values):
                self._uids.add(uid)
                self.count += 1
                yield entry


def _questions(condition: Filter) -> tuple[Question, ...]:
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


def _uid(contact: Contact) -> str:
    """Return the `uid` of a contact: of its source and id, or without an id, of its fields."""
    if contact.source_entry_id is not None:
        return entry_uid(contact.source, contact.source_entry_id)
    fields = json.dumps(contact.fields, sort_keys=True, default=str).encode(errors="surrogatepass")
    return entry_uid(contact.source, f"~{blake2b(fields, digest_size=8).hexdigest()}")
