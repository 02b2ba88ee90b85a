"""PUBLIC: tests for authors of backends; needs pytest.

Inherit from `BackendContract`, and pytest runs the tests that every backend must pass:

class TestTeam(BackendContract):
    backend = TeamBackend
    options = {"members": {"Ada Stern": "2045"}, "searched_columns": ["name"], "first_matched_columns": ["number"]}
    term, exten = "ada", "2045"

For a backend that is `per_user`, `term` and `exten` find entries of the user of `CALLER`, and `other_term` finds those
of the user of `OTHER_CALLER` only.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar

import pytest

from xivo_dird.backend import (
    AnyBackend,
    Backend,
    Caller,
    Entry,
    QueryBackend,
    SnapshotBackend,
    SourceOptions,
    StoredContacts,
)
from xivo_dird.directory.answer import Answer
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.opening import NO_CONTACTS, InstalledBackend, SourceOpener
from xivo_dird.directory.question import (
    Browse,
    CountGroups,
    Fetch,
    FirstMatch,
    MatchAll,
    Question,
    Search,
    SearchSimilar,
    SearchTyped,
)
from xivo_dird.directory.registry import Registry
from xivo_dird.directory.sort_order import SortOrder
from xivo_dird.directory.source import DirectorySource
from xivo_dird.directory.source_calls import SourceLimits
from xivo_dird.exceptions import QuestionRefused, SourceUnavailable
from xivo_dird.numbers.dial_plan import UNKNOWN_PLAN, DialPlan
from xivo_dird.numbers.spellings import spellings
from xivo_dird.sources.model import Source
from xivo_dird.text.hostile_texts import HOSTILE_NUMBERS, HOSTILE_TERMS
from xivo_dird.text.sort_groups import GroupCounts
from xivo_dird.threads.breaker import BreakerLimits
from xivo_dird.threads.deadline import Deadline

__all__ = [
    "CALLER",
    "HOSTILE_NUMBERS",
    "HOSTILE_TERMS",
    "OTHER_CALLER",
    "BackendContract",
    "TestedSource",
    "open_source",
]

TIMEOUT = 10.0
"""The timeout of a question, in seconds."""

CALLER = Caller(
    token="a-token",  # noqa: S106 - a caller of tests
    tenant_uuid="11111111-1111-4111-8111-111111111111",
    user_uuid="22222222-2222-4222-8222-222222222222",
)

OTHER_CALLER = Caller(
    token="another-token",  # noqa: S106 - a caller of tests
    tenant_uuid=CALLER.tenant_uuid,
    user_uuid="44444444-4444-4444-8444-444444444444",
)
USERLESS_CALLER = Caller(token="a-userless-token", tenant_uuid=CALLER.tenant_uuid)  # noqa: S106


class TestedSource:
    """A source as lookups use it: it returns formatted contacts and raises whatever the backend raises."""

    __test__ = False

    def __init__(self, source: DirectorySource) -> None:
        """Query `source` in the thread of the test."""
        self._source = source

    @property
    def is_blocking(self) -> bool:
        """Return True if lookups query the source on workers of its own."""
        return self._source.is_blocking

    def search(
        self, term: str, caller: Caller = CALLER, max_contacts: int | None = None
    ) -> Sequence[Contact]:
        """Return the contacts that contain a text, at most `max_contacts`."""
        return self._ask(Search(term, max_contacts), caller)[:max_contacts]

    def search_typed(self, digits: str, caller: Caller = CALLER) -> Sequence[Contact]:
        """Return the contacts with a word that begins with `digits` on a keypad, or a number that contains them."""
        return self._ask(SearchTyped(digits), caller)

    def search_similar(self, term: str, caller: Caller = CALLER) -> Sequence[Contact]:
        """Return the contacts with a similar text."""
        return self._ask(SearchSimilar(term), caller)

    def first_match(self, exten: str, caller: Caller = CALLER) -> Contact | None:
        """Return a contact with the number `exten`, or None."""
        return next(iter(self._ask(FirstMatch(exten), caller)), None)

    def match_all(self, extens: Iterable[str], caller: Caller = CALLER) -> Mapping[str, Contact]:
        """Return a contact per number, without the numbers that no contact has; no number is asked for twice."""
        asked = dict.fromkeys(exten for exten in extens if exten.strip())
        found = self._ask(MatchAll(tuple(asked)), caller) if asked else ()
        return {contact.exten: contact for contact in found if contact.exten is not None}

    def fetch(self, ids: Sequence[str], caller: Caller = CALLER) -> Sequence[Contact]:
        """Return the contacts with these ids."""
        return self._ask(Fetch(tuple(ids)), caller)

    def browse(self, field: str, caller: Caller = CALLER, page_size: int = 100) -> Sequence[Contact]:
        """Return all contacts in the order of a field, page by page; raise `QuestionRefused` if that is refused."""
        order, key, skip = SortOrder((field,)), "", 0
        found: list[Contact] = []
        while True:
            answer = self._answer(Browse(order, key, skip, page_size), caller)
            found += answer.contacts
            if not answer.is_cut or not answer.contacts:
                return found
            keys = [order.key(contact.fields) for contact in found]
            key, skip = keys[-1], keys.count(keys[-1])

    def count_groups(self, field: str, caller: Caller = CALLER) -> GroupCounts:
        """Return the groups of all contacts in the order of a field."""
        groups = self._answer(CountGroups(SortOrder((field,))), caller).groups
        assert groups is not None
        return groups

    def _ask(self, question: Question, caller: Caller) -> Sequence[Contact]:
        return self._answer(question, caller).contacts

    def _answer(self, question: Question, caller: Caller) -> Answer:
        return self._source.answer(question, caller, Deadline.after(TIMEOUT))


@contextmanager
def open_source(
    backend: type[AnyBackend],
    options: Mapping[str, object],
    folder: Path,
    settings: Mapping[str, object] | None = None,
    contacts: StoredContacts = NO_CONTACTS,
    dial_plan: DialPlan = UNKNOWN_PLAN,
) -> Iterator[TestedSource]:
    """Open a source as the daemon does.

    Args:
        backend: The class that is tested.
        options: The options of the source; the default of the option `name` is `tested`.
        folder: The folder in which the backend may write.
        settings: The section `backends.<name>` of the configuration.
        contacts: The contacts that the daemon stores.
        dial_plan: How numbers are dialled at the tenant.
    """
    installed = InstalledBackend(backend, backend.Settings.model_validate(settings or {}))
    limits = SourceLimits(workers=4, queue=64, breaker=BreakerLimits(3, 0.1, 1.0))
    registry = Registry(SourceOpener({"tested": installed}, folder, contacts, lambda _: dial_plan), limits)
    source = Source("33333333-3333-4333-8333-333333333333", CALLER.tenant_uuid, "tested", "tested", options)
    try:
        yield TestedSource(registry.get(source))
    finally:
        registry.close()


class BackendContract:
    """The tests that every backend must pass. Inherit from it and set the attributes that are declared here."""

    backend: ClassVar[type[AnyBackend]]
    options: ClassVar[Mapping[str, object]]
    settings: ClassVar[Mapping[str, object]] = {}
    term: ClassVar[str]
    """A text that finds at least one entry."""
    exten: ClassVar[str]
    """A number that finds an entry."""
    other_term: ClassVar[str | None] = None
    """A text that finds an entry of `OTHER_CALLER` and none of `CALLER`; needed if the backend is `per_user`."""

    @pytest.fixture
    def source(self, tmp_path: Path) -> Iterator[TestedSource]:
        """Yield a source with the options of the class."""
        with open_source(self.backend, self.options, tmp_path, self.settings) as source:
            yield source

    def test_the_options_need_a_name(self) -> None:
        """The schema rejects a source without a name."""
        assert self.backend.Options.model_fields["name"].is_required()

    def test_search_finds_an_entry(self, source: TestedSource) -> None:
        """The term of the class finds an entry, and every field has a name."""
        found = source.search(self.term)
        assert found
        assert all(isinstance(name, str) for contact in found for name in contact.fields)

    def test_a_limited_search_returns_the_first_contacts(self, source: TestedSource) -> None:
        """A maximum does not change which contacts come first."""
        found = source.search(self.term)
        for count in (1, len(found), len(found) + 1):
            assert source.search(self.term, max_contacts=count) == found[:count]

    def test_parallel_searches_return_the_same(self, source: TestedSource) -> None:
        """The instance is shared by threads."""
        expected = source.search(self.term)
        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(source.search, [self.term] * 32))
        assert found == [expected] * 32

    def test_only_a_backend_that_is_per_user_learns_who_asks(self, tmp_path: Path) -> None:
        """An index that users share is built for nobody, so that it can't show what only its first user may see."""
        if not issubclass(self.backend, SnapshotBackend):  # it answers itself
            return
        callers: list[Caller | None] = []
        recording = _recording(self.backend, callers)
        with open_source(recording, self.options, tmp_path, self.settings) as source:
            assert source.search(self.term, CALLER)
        assert set(callers) == {CALLER if self._is_per_user() else None}

    def test_users_see_their_own_entries_or_all_the_same(self, source: TestedSource) -> None:
        """A backend that is `per_user` shows each user only their entries; the index of another one shows all alike."""
        if not self._is_per_user():
            others = (OTHER_CALLER, USERLESS_CALLER) if self._is_alike_for_all() else ()
            assert all(source.search(self.term, other) == source.search(self.term) for other in others)
            return
        assert self.other_term is not None, "set `other_term`, which finds an entry of OTHER_CALLER only"
        terms = {CALLER: self.term, OTHER_CALLER: self.other_term}
        with ThreadPoolExecutor(8) as threads:
            asked = [(term, owner, caller) for owner, term in terms.items() for caller in terms] * 8
            found = list(threads.map(lambda question: bool(source.search(question[0], question[2])), asked))
        assert found == [owner == caller for _, owner, caller in asked]
        with pytest.raises(QuestionRefused):
            source.search(self.term, USERLESS_CALLER)

    def test_first_match_finds_the_number(self, source: TestedSource) -> None:
        """The number of the class finds an entry."""
        assert source.first_match(self.exten) is not None

    def test_an_unknown_number_finds_nothing(self, source: TestedSource) -> None:
        """No match is not an error."""
        assert source.first_match("no-such-number-0") is None

    def test_many_numbers_find_what_each_of_them_finds(self, source: TestedSource) -> None:
        """Numbers that are asked for together, twice or in other spellings have the entries that each has alone."""
        spelled = spellings(self.exten, UNKNOWN_PLAN)
        asked = [self.exten, "no-such-number-0", *spelled, *spelled[::-1], "", " ", "no-such-number-1"]
        alone = {exten: source.first_match(exten) for exten in asked if exten.strip()}
        assert source.match_all(asked) == {
            exten: found for exten, found in alone.items() if found is not None
        }
        assert self.exten in source.match_all([self.exten])

    def test_hostile_numbers_do_not_hide_the_others(self, source: TestedSource) -> None:
        """They may find entries or nothing; the source continues to work."""
        with suppress(SourceUnavailable):
            source.match_all(HOSTILE_NUMBERS)
        assert source.match_all([self.exten, "no-such-number-0"]).keys() == {self.exten}

    def test_fetch_returns_the_entries_that_search_found(self, source: TestedSource) -> None:
        """Favorites are fetched by the entry ids that a search returned."""
        found = source.search(self.term)
        ids = [contact.source_entry_id for contact in found if contact.source_entry_id is not None]
        assert {contact.source_entry_id for contact in source.fetch(ids)} == set(ids)

    def test_fetch_of_unknown_ids_returns_nothing(self, source: TestedSource) -> None:
        """A favorite whose entry was removed is not shown."""
        assert not source.fetch(["no-such-id-0"])

    def test_a_list_without_a_term_has_the_contacts_that_search_finds(self, source: TestedSource) -> None:
        """Pages of any size have the same contacts, each once and in order; a backend may refuse to list them."""
        found = source.search(self.term)
        field = min(name for contact in found for name in contact.fields)
        try:
            listed = source.browse(field)
        except QuestionRefused:
            return
        ids = [contact.source_entry_id for contact in listed]
        assert {contact.source_entry_id for contact in found} <= {*ids}
        assert [contact.source_entry_id for contact in source.browse(field, page_size=2)] == ids
        assert None in ids or len({*ids}) == len(ids)
        keys = [SortOrder((field,)).key(contact.fields) for contact in listed]
        assert keys == sorted(keys)
        assert source.count_groups(field).initials.total() == len(listed)

    @pytest.mark.parametrize("term", HOSTILE_TERMS, ids=ascii)
    def test_a_hostile_term_is_only_text(self, source: TestedSource, term: str) -> None:
        """It may find entries or nothing; the source continues to work."""
        with suppress(SourceUnavailable):
            source.search(term)
        assert source.search(self.term)

    @pytest.mark.parametrize("digits", ["2", "232", "0" * 500])
    def test_keypad_digits_do_not_break_the_source(self, source: TestedSource, digits: str) -> None:
        """A backend without keypad support searches the digits as text."""
        with suppress(SourceUnavailable):
            source.search_typed(digits)
        assert source.search(self.term)

    @pytest.mark.parametrize("term", ["xyzzy", *HOSTILE_TERMS], ids=ascii)
    def test_a_misspelled_term_does_not_break_the_source(self, source: TestedSource, term: str) -> None:
        """A backend without a similarity search finds nothing."""
        with suppress(SourceUnavailable):
            source.search_similar(term)
        assert source.search(self.term)

    @pytest.mark.parametrize("exten", HOSTILE_NUMBERS, ids=ascii)
    def test_a_hostile_number_is_only_text(self, source: TestedSource, exten: str) -> None:
        """It may find an entry or nothing; the source continues to work."""
        with suppress(SourceUnavailable):
            source.first_match(exten)
        assert source.first_match(self.exten) is not None

    def _is_per_user(self) -> bool:
        return issubclass(self.backend, SnapshotBackend) and self.backend.per_user

    def _is_alike_for_all(self) -> bool:
        if issubclass(self.backend, QueryBackend):
            return self.backend.is_caller_independent
        return not self._is_per_user()


def _recording(
    backend: type[SnapshotBackend[SourceOptions]], callers: list[Caller | None]
) -> type[AnyBackend]:
    """Return a subclass of a backend that records for whom its index is built and checked."""

    def version(self: SnapshotBackend[SourceOptions], caller: Caller | None) -> str:
        callers.append(caller)
        return backend.version(self, caller)

    def entries(self: SnapshotBackend[SourceOptions], caller: Caller | None) -> Iterable[Entry]:
        callers.append(caller)
        return backend.entries(self, caller)

    recording = type(backend.__name__, (backend,), {"version": version, "entries": entries})
    if not issubclass(recording, Backend):
        raise TypeError(f"{recording} is not a backend")
    return recording
