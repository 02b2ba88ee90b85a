"""What a source asks: questions reach the index, or the backend that answers itself."""

import pytest

from waiting import TIMEOUT
from xivo_dird.backend import Caller, Environment, QueryBackend, SnapshotBackend, SourceOptions
from xivo_dird.directory.asked_backend import AskedBackend, IndexedBackend, QueriedBackend
from xivo_dird.directory.question import Fetch, FirstMatch, Search, SearchSimilar, SearchTyped
from xivo_dird.index.snapshot import Snapshot
from xivo_dird.threads.deadline import Deadline

CALLER = Caller("token", "tenant", "user")
ADA = {"id": "1", "name": "Ada", "number": "0144556677"}


class Listing(SnapshotBackend):
    """One person in memory."""

    Options = SourceOptions
    unique_column = "id"

    def version(self, caller):
        return "1"

    def entries(self, caller):
        return [ADA]


class Echo(QueryBackend):
    """Answers with what it was asked."""

    Options = SourceOptions

    def search(self, term, caller):
        return [{"search": term}]

    def search_similar(self, term, caller):
        return [{"similar": term}]

    def first_match(self, exten, caller):
        return {"number": exten} if exten == "1" else None

    def fetch(self, ids, caller):
        return [{"ids": ids}]


@pytest.fixture
def listed(tmp_path):
    """Open the index over a `Listing`, closed after the test."""
    opened = []

    def open_listing(country=lambda: None, **options):
        environment = Environment("s", "tenant", Listing.Settings(), tmp_path, country=country)
        backend = Listing(SourceOptions(name="people", **options), environment)
        opened.append(IndexedBackend(backend, Snapshot(backend, tmp_path / "index")))
        return opened[-1]

    yield open_listing
    for asked in opened:
        asked.close()


def answer(asked, question):
    return list(asked.answer(question, CALLER, Deadline.after(TIMEOUT)))


def test_every_question_is_answered_from_the_index(listed):
    asked = listed(searched_columns=["name"], first_matched_columns=["number"])
    for question in (
        Search("AD"),
        SearchTyped("232"),
        SearchSimilar("adda"),
        FirstMatch("0144556677"),
        Fetch(("1",)),
    ):
        assert answer(asked, question) == [ADA], question
    for question in (Search("x"), SearchTyped("9"), SearchSimilar("bob"), FirstMatch("2"), Fetch(("2",))):
        assert answer(asked, question) == [], question
    assert not asked.waits
    assert asked.state().entries == 1


def test_every_question_reaches_a_backend_that_answers_itself(tmp_path):
    backend = Echo(SourceOptions(name="echo"), Environment("s", "tenant", Echo.Settings(), tmp_path))
    asked: AskedBackend = QueriedBackend(backend)
    answers = {
        Search("ada"): [{"search": "ada"}],
        SearchTyped("232"): [{"search": "232"}],
        SearchSimilar("adda"): [{"similar": "adda"}],
        FirstMatch("1"): [{"number": "1"}],
        FirstMatch("2"): [],
        Fetch(("1", "2")): [{"ids": ("1", "2")}],
    }
    assert {question: answer(asked, question) for question in answers} == answers
    assert (asked.waits, asked.state()) == (True, None)


def test_without_searched_columns_nobody_is_found_by_text_in_an_index(listed):
    asked = listed(first_matched_columns=["number"])
    for question in (Search(""), SearchTyped("2"), SearchSimilar("ada")):
        assert answer(asked, question) == []
    assert answer(asked, FirstMatch("0144556677")) == [ADA]


def test_a_change_of_the_country_is_used_by_the_next_question(listed):
    country = ["FR"]
    asked = listed(lambda: country[0], first_matched_columns=["number"])
    assert answer(asked, FirstMatch("+33144556677")) == [ADA]
    country[0] = "DE"
    assert answer(asked, FirstMatch("+33144556677")) == []
