"""The adapters send questions to the index of a snapshot, or to a backend that answers itself."""

import pytest

from index_factory import StandaloneSnapshot
from waiting import TIMEOUT
from xivo_dird.backend import Caller, DialPlan, Environment, QueryBackend, SnapshotBackend, SourceOptions
from xivo_dird.directory.backend_adapter import BackendAdapter, QueryBackendAdapter, SnapshotBackendAdapter
from xivo_dird.directory.question import Fetch, FirstMatch, Search, SearchSimilar, SearchTyped
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
    """Returns the arguments of each call."""

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
def open_adapter(tmp_path):
    """Return a function that opens an adapter of a `Listing`, which is closed after the test."""
    opened = []

    def open_(dial_plan=DialPlan, **options):
        environment = Environment("s", "tenant", Listing.Settings(), tmp_path, dial_plan=dial_plan)
        backend = Listing(SourceOptions(name="people", **options), environment)
        snapshot = StandaloneSnapshot(backend, tmp_path / "index")
        opened.append(SnapshotBackendAdapter(backend, snapshot, snapshot.threads))
        return opened[-1]

    yield open_
    for adapter in opened:
        adapter.close()


def answer(adapter, question):
    return list(adapter.answer(question, CALLER, Deadline.after(TIMEOUT)))


def test_every_question_is_answered_from_the_index(open_adapter):
    adapter = open_adapter(searched_columns=["name"], first_matched_columns=["number"])
    for question in (
        Search("AD"),
        SearchTyped("232"),
        SearchSimilar("adda"),
        FirstMatch("0144556677"),
        Fetch(("1",)),
    ):
        assert answer(adapter, question) == [ADA], question
    for question in (Search("x"), SearchTyped("9"), SearchSimilar("bob"), FirstMatch("2"), Fetch(("2",))):
        assert answer(adapter, question) == [], question
    assert not adapter.is_blocking
    assert adapter.state().entries == 1


def test_every_question_reaches_a_query_backend(tmp_path):
    backend = Echo(SourceOptions(name="echo"), Environment("s", "tenant", Echo.Settings(), tmp_path))
    adapter: BackendAdapter = QueryBackendAdapter(backend)
    answers = {
        Search("ada"): [{"search": "ada"}],
        SearchTyped("232"): [{"search": "232"}],
        SearchSimilar("adda"): [{"similar": "adda"}],
        FirstMatch("1"): [{"number": "1"}],
        FirstMatch("2"): [],
        Fetch(("1", "2")): [{"ids": ["1", "2"]}],
    }
    assert {question: answer(adapter, question) for question in answers} == answers
    assert (adapter.is_blocking, adapter.state()) == (True, None)


def test_an_index_without_searched_columns_finds_no_text(open_adapter):
    adapter = open_adapter(first_matched_columns=["number"])
    for question in (Search(""), SearchTyped("2"), SearchSimilar("ada")):
        assert answer(adapter, question) == []
    assert answer(adapter, FirstMatch("0144556677")) == [ADA]


def test_a_changed_country_applies_to_the_next_question(open_adapter):
    country = ["FR"]
    adapter = open_adapter(lambda: DialPlan(country[0]), first_matched_columns=["number"])
    assert answer(adapter, FirstMatch("+33144556677")) == [ADA]
    country[0] = "DE"
    assert answer(adapter, FirstMatch("+33144556677")) == []
