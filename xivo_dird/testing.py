"""PUBLIC: what the author of a backend tests it with; needs pytest.

class TestTeam(BackendContract):
    backend = TeamBackend
    options = {"members": {"Ada Stern": "2045"}, "searched_columns": ["name"], "first_matched_columns": ["number"]}
    term, exten = "ada", "2045"
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import pytest

from xivo_dird.backend import Backend, Caller, SourceOptions
from xivo_dird.directory.breaker import BreakerLimits
from xivo_dird.directory.question import Fetch, FirstMatch, Question, Search, SearchSimilar, SearchTyped
from xivo_dird.directory.registry import InstalledBackend, Registry
from xivo_dird.directory.source import Contacts, LiveSource, SourceLimits
from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.sources.model import Source

__all__ = ["CALLER", "HOSTILE_NUMBERS", "HOSTILE_TERMS", "BackendContract", "open_source"]

SECONDS = 10.0

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


@contextmanager
def open_source(
    backend: type[Backend[SourceOptions]],
    options: Mapping[str, object],
    folder: Path,
    settings: Mapping[str, object] | None = None,
) -> Iterator[LiveSource]:
    """Open a source as the daemon does; `folder` is where it may write."""
    installed = InstalledBackend(backend, backend.Settings.model_validate(settings or {}))
    limits = SourceLimits(workers=4, queue=64, breaker=BreakerLimits(3, 0.1, 1.0))
    registry = Registry({"tested": installed}, limits, folder)
    source = Source("33333333-3333-4333-8333-333333333333", CALLER.tenant_uuid, "tested", "tested", options)
    try:
        yield registry.live(source)
    finally:
        registry.close()


class BackendContract:
    """What the daemon relies on in every backend. Inherit it in a test class and fill in what is declared here."""

    backend: ClassVar[type[Backend[SourceOptions]]]
    options: ClassVar[Mapping[str, object]]
    settings: ClassVar[Mapping[str, object]] = {}
    term: ClassVar[str]
    """A text that finds somebody."""
    exten: ClassVar[str]
    """A number that finds somebody."""

    @pytest.fixture
    def source(self, tmp_path: Path) -> Iterator[LiveSource]:
        """Open the source that the class describes."""
        with open_source(self.backend, self.options, tmp_path, self.settings) as source:
            yield source

    def test_the_options_need_a_name(self) -> None:
        """A source without a name is refused by the schema."""
        assert self.backend.Options.model_fields["name"].is_required()

    def test_search_finds_somebody(self, source: LiveSource) -> None:
        """The term of the class has an answer, and every field has a name."""
        found = source.answer(Search(self.term), CALLER, SECONDS)
        assert found
        assert all(isinstance(name, str) for contact in found for name in contact.fields)

    def test_search_answers_the_same_to_many_at_once(self, source: LiveSource) -> None:
        """The instance is shared by threads."""
        alone = source.answer(Search(self.term), CALLER, SECONDS)
        with ThreadPoolExecutor(8) as threads:
            together = list(
                threads.map(lambda _: source.answer(Search(self.term), CALLER, SECONDS), range(32))
            )
        assert together == [alone] * 32

    def test_first_match_finds_the_number(self, source: LiveSource) -> None:
        """The number of the class has an answer."""
        assert len(source.answer(FirstMatch(self.exten), CALLER, SECONDS)) == 1

    def test_a_number_that_nobody_has_finds_nobody(self, source: LiveSource) -> None:
        """No match is no error."""
        assert source.answer(FirstMatch("no-such-number-0"), CALLER, SECONDS) == ()

    def test_fetch_answers_what_search_named(self, source: LiveSource) -> None:
        """Favorites are fetched by the entry ids that a search gave out."""
        found = source.answer(Search(self.term), CALLER, SECONDS)
        ids = tuple(contact.source_entry_id for contact in found if contact.source_entry_id is not None)
        fetched = source.answer(Fetch(ids), CALLER, SECONDS)
        assert {contact.source_entry_id for contact in fetched} == set(ids)

    def test_fetch_of_unknown_ids_answers_nobody(self, source: LiveSource) -> None:
        """A favorite whose entry is gone is left out."""
        assert source.answer(Fetch(("no-such-id-0",)), CALLER, SECONDS) == ()

    @pytest.mark.parametrize("term", HOSTILE_TERMS, ids=ascii)
    def test_a_hostile_term_is_only_text(self, source: LiveSource, term: str) -> None:
        """It finds whoever has it, or nobody; the source works on."""
        _ask_hostile(source, Search(term))
        assert source.answer(Search(self.term), CALLER, SECONDS)

    @pytest.mark.parametrize("digits", ["2", "232", "0" * 500])
    def test_digits_typed_on_a_keypad_find_somebody_or_nobody(self, source: LiveSource, digits: str) -> None:
        """A backend that knows no keypad looks for the digits as a text."""
        _ask_hostile(source, SearchTyped(digits))
        assert source.answer(Search(self.term), CALLER, SECONDS)

    @pytest.mark.parametrize("term", ["xyzzy", *HOSTILE_TERMS], ids=ascii)
    def test_a_term_with_an_error_finds_somebody_or_nobody(self, source: LiveSource, term: str) -> None:
        """A backend that forgives no error finds nobody."""
        _ask_hostile(source, SearchSimilar(term))
        assert source.answer(Search(self.term), CALLER, SECONDS)

    @pytest.mark.parametrize("exten", HOSTILE_NUMBERS, ids=ascii)
    def test_a_hostile_number_is_only_text(self, source: LiveSource, exten: str) -> None:
        """It finds nobody; the source works on."""
        _ask_hostile(source, FirstMatch(exten))
        assert source.answer(FirstMatch(self.exten), CALLER, SECONDS)


def _ask_hostile(source: LiveSource, question: Question) -> Contacts:
    try:
        return source.answer(question, CALLER, SECONDS)
    except SourceUnavailable:
        return ()
