"""PUBLIC: what the author of a backend tests it with; needs pytest.

class TestTeam(BackendContract):
    backend = TeamBackend
    options = {"members": {"Ada Stern": "2045"}, "searched_columns": ["name"], "first_matched_columns": ["number"]}
    term, exten = "ada", "2045"
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar

import pytest

from xivo_dird.backend import AnyBackend, Caller, StoredContacts
from xivo_dird.directory.breaker import BreakerLimits
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.opening import NO_CONTACTS, InstalledBackend, SourceOpener
from xivo_dird.directory.question import Fetch, FirstMatch, Question, Search, SearchSimilar, SearchTyped
from xivo_dird.directory.registry import Registry
from xivo_dird.directory.source import DirectorySource, SourceLimits
from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.sources.model import Source
from xivo_dird.threads.deadline import Deadline

__all__ = ["CALLER", "HOSTILE_NUMBERS", "HOSTILE_TERMS", "BackendContract", "TestedSource", "open_source"]

TIMEOUT = 10.0
"""Seconds that a question may take."""

CALLER = Caller(
    token="a-token",  # noqa: S106 - a caller of tests
    tenant_uuid="11111111-1111-4111-8111-111111111111",
    user_uuid="22222222-2222-4222-8222-222222222222",
)

HOSTILE_TERMS = (
    "x" * 10_000,
    "\0",
    "a\r\nb",
    "\ud800",
    "\u202eadA",
    "a\u200bb",
    "e" + "\u0301" * 500,
    "\N{GRINNING FACE}",
    "\u0131\u0130",
    "\xdf",
    "%",
    "_",
    "\\",
    "*)(uid=*",
    "\\2a",
    ")(|",
    '"',
    "NEAR(a b)",
    "-a",
    "col:a",
    "(a+)+$",
    "' OR 1=1 --",
)
HOSTILE_NUMBERS = (
    "",
    "anonymous",
    "+",
    "++49",
    "*31#",
    "**610",
    "1" * 40,
    "\u0661\u0662\u0663",
    "100;ext=5",
    "tel:+49",
    "sip:a@b",
    '");',
    "\0",
    "\ud800",
)


class TestedSource:
    """A source as lookups see it: its contacts are formatted, and what the backend raises is raised."""

    __test__ = False

    def __init__(self, source: DirectorySource) -> None:
        """Ask `source`, in the thread of the test."""
        self._source = source

    @property
    def waits(self) -> bool:
        """Whether lookups ask it on workers of its own."""
        return self._source.waits

    def search(self, term: str, caller: Caller = CALLER) -> Sequence[Contact]:
        """Return the contacts with a text."""
        return self._ask(Search(term), caller)

    def search_typed(self, digits: str, caller: Caller = CALLER) -> Sequence[Contact]:
        """Return the contacts with a word that was typed on a keypad."""
        return self._ask(SearchTyped(digits), caller)

    def search_similar(self, term: str, caller: Caller = CALLER) -> Sequence[Contact]:
        """Return the contacts with nearly a text."""
        return self._ask(SearchSimilar(term), caller)

    def first_match(self, exten: str, caller: Caller = CALLER) -> Contact | None:
        """Return a contact with a number, None if there is none."""
        return next(iter(self._ask(FirstMatch(exten), caller)), None)

    def fetch(self, ids: Sequence[str], caller: Caller = CALLER) -> Sequence[Contact]:
        """Return the contacts with these ids."""
        return self._ask(Fetch(tuple(ids)), caller)

    def _ask(self, question: Question, caller: Caller) -> Sequence[Contact]:
        return self._source.answer(question, caller, Deadline.after(TIMEOUT))


@contextmanager
def open_source(
    backend: type[AnyBackend],
    options: Mapping[str, object],
    folder: Path,
    settings: Mapping[str, object] | None = None,
    contacts: StoredContacts = NO_CONTACTS,
) -> Iterator[TestedSource]:
    """Open a source as the daemon does.

    Args:
        backend: The class that is tested.
        options: The options of the source; its name is `tested` unless they name it.
        folder: Where the backend may write.
        settings: The section `backends.<name>` of the configuration.
        contacts: What the daemon keeps, for backends that show it.
    """
    installed = InstalledBackend(backend, backend.Settings.model_validate(settings or {}))
    limits = SourceLimits(workers=4, queue=64, breaker=BreakerLimits(3, 0.1, 1.0))
    registry = Registry(SourceOpener({"tested": installed}, folder, contacts), limits)
    source = Source("33333333-3333-4333-8333-333333333333", CALLER.tenant_uuid, "tested", "tested", options)
    try:
        yield TestedSource(registry.live(source))
    finally:
        registry.close()


class BackendContract:
    """What the daemon relies on in every backend. Inherit it in a test class and fill in what is declared here."""

    backend: ClassVar[type[AnyBackend]]
    options: ClassVar[Mapping[str, object]]
    settings: ClassVar[Mapping[str, object]] = {}
    term: ClassVar[str]
    """A text that finds somebody."""
    exten: ClassVar[str]
    """A number that finds somebody."""

    @pytest.fixture
    def source(self, tmp_path: Path) -> Iterator[TestedSource]:
        """Open the source that the class describes."""
        with open_source(self.backend, self.options, tmp_path, self.settings) as source:
            yield source

    def test_the_options_need_a_name(self) -> None:
        """A source without a name is refused by the schema."""
        assert self.backend.Options.model_fields["name"].is_required()

    def test_search_finds_somebody(self, source: TestedSource) -> None:
        """The term of the class has an answer, and every field has a name."""
        found = source.search(self.term)
        assert found
        assert all(isinstance(name, str) for contact in found for name in contact.fields)

    def test_search_answers_the_same_to_many_at_once(self, source: TestedSource) -> None:
        """The instance is shared by threads."""
        alone = source.search(self.term)
        with ThreadPoolExecutor(8) as threads:
            together = list(threads.map(source.search, [self.term] * 32))
        assert together == [alone] * 32

    def test_first_match_finds_the_number(self, source: TestedSource) -> None:
        """The number of the class has an answer."""
        assert source.first_match(self.exten) is not None

    def test_a_number_that_nobody_has_finds_nobody(self, source: TestedSource) -> None:
        """No match is no error."""
        assert source.first_match("no-such-number-0") is None

    def test_fetch_answers_what_search_named(self, source: TestedSource) -> None:
        """Favorites are fetched by the entry ids that a search gave out."""
        found = source.search(self.term)
        ids = [contact.source_entry_id for contact in found if contact.source_entry_id is not None]
        assert {contact.source_entry_id for contact in source.fetch(ids)} == set(ids)

    def test_fetch_of_unknown_ids_answers_nobody(self, source: TestedSource) -> None:
        """A favorite whose entry is gone is left out."""
        assert not source.fetch(["no-such-id-0"])

    @pytest.mark.parametrize("term", HOSTILE_TERMS, ids=ascii)
    def test_a_hostile_term_is_only_text(self, source: TestedSource, term: str) -> None:
        """It finds whoever has it, or nobody; the source works on."""
        with suppress(SourceUnavailable):
            source.search(term)
        assert source.search(self.term)

    @pytest.mark.parametrize("digits", ["2", "232", "0" * 500])
    def test_digits_typed_on_a_keypad_find_somebody_or_nobody(
        self, source: TestedSource, digits: str
    ) -> None:
        """A backend that knows no keypad looks for the digits as a text."""
        with suppress(SourceUnavailable):
            source.search_typed(digits)
        assert source.search(self.term)

    @pytest.mark.parametrize("term", ["xyzzy", *HOSTILE_TERMS], ids=ascii)
    def test_a_term_with_an_error_finds_somebody_or_nobody(self, source: TestedSource, term: str) -> None:
        """A backend that forgives no error finds nobody."""
        with suppress(SourceUnavailable):
            source.search_similar(term)
        assert source.search(self.term)

    @pytest.mark.parametrize("exten", HOSTILE_NUMBERS, ids=ascii)
    def test_a_hostile_number_is_only_text(self, source: TestedSource, exten: str) -> None:
        """It finds nobody; the source works on."""
        with suppress(SourceUnavailable):
            source.first_match(exten)
        assert source.first_match(self.exten) is not None
