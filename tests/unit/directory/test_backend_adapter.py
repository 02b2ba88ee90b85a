"""The adapters send questions to the index of a snapshot, or to a backend that answers itself."""

import threading
import time

import pytest

from index_factory import StandaloneSnapshot
from waiting import LONG_TIMEOUT, TIMEOUT, wait_until
from xivo_dird.backend import (
    Caller,
    DialPlan,
    Environment,
    QueryBackend,
    SnapshotBackend,
    SourceOptions,
    SourceUnavailable,
)
from xivo_dird.directory.backend_adapter import MAX_ANSWER_ENTRY_BYTES, BackendAdapter
from xivo_dird.directory.query_adapter import MAX_ANSWER_ENTRIES, QueryBackendAdapter
from xivo_dird.directory.question import Fetch, FirstMatch, MatchAll, Search, SearchSimilar, SearchTyped
from xivo_dird.directory.snapshot_adapter import SnapshotBackendAdapter
from xivo_dird.index.plain_entry import VALUE_BYTES
from xivo_dird.index.search import DECODED_BYTES
from xivo_dird.threads.deadline import Deadline, DeadlinePassed

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


class LargeListing(Listing):
    """Two persons whose rows are too large to be decoded without a look at the clock."""

    def entries(self, caller):
        return [{"id": str(n), "name": "Ada", "number": "4711", "note": "x" * DECODED_BYTES} for n in (1, 2)]


class Echo(QueryBackend):
    """Returns the arguments of each call."""

    Options = SourceOptions
    is_closed = False

    def close(self):
        self.is_closed = True

    def search(self, term, caller):
        return [{"search": term}]

    def search_similar(self, term, caller):
        return [{"similar": term}]

    def first_match(self, exten, caller):
        return {"number": exten} if exten == "1" else None

    def fetch(self, ids, caller):
        return [{"ids": ids}]


class Many(Listing):
    """Ten persons of one name."""

    def entries(self, caller):
        return [{"id": str(number), "name": "Ada"} for number in range(10)]


class StoppingEarly(Echo):
    """Ends a search by itself."""

    def search_limited(self, term, caller, max_entries):
        return [{"limited": term, "max": max_entries}]


class Sized(Echo):
    """Finds so many persons as the term says; one that is asked by an id is as large as the id says."""

    read = 0

    def search(self, term, caller):
        for number in range(int(term)):
            self.read += 1
            yield {"name": str(number)}

    def search_similar(self, term, caller):
        return self.search(term, caller)

    def fetch(self, ids, caller):
        return [{"id": "x" * int(id_)} for id_ in ids]


@pytest.fixture
def open_adapter(tmp_path):
    """Return a function that opens an adapter of a `Listing`, which is closed after the test."""
    opened = []

    def open_(dial_plan=DialPlan, kind=Listing, **options):
        environment = Environment("s", "tenant", Listing.Settings(), tmp_path, dial_plan=dial_plan)
        backend = kind(SourceOptions(name="people", **options), environment)
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


@pytest.fixture
def echo(tmp_path):
    return Echo(SourceOptions(name="echo"), Environment("s", "tenant", Echo.Settings(), tmp_path))


def test_every_question_reaches_a_query_backend(echo):
    adapter: BackendAdapter = QueryBackendAdapter(echo)
    answers = {
        Search("ada"): [{"search": "ada"}],
        SearchTyped("232"): [{"search": "232"}],
        SearchSimilar("adda"): [{"similar": "adda"}],
        FirstMatch("1"): [{"number": "1"}],
        FirstMatch("2"): [],
        Fetch(("1", "2")): [{"ids": ["1", "2"]}],
    }
    assert {question: answer(adapter, question) for question in answers} == answers
    assert (adapter.is_blocking, adapter.is_busy, adapter.fails_for_all) == (True, False, True)
    assert adapter.answers_retired
    assert adapter.state() is None
    adapter.retire()
    assert not echo.is_closed
    adapter.close()
    assert echo.is_closed


class Matching(Echo):
    """Finds many numbers at once."""

    def match_all(self, extens, caller):
        return {"1": {"asked": extens}, "not asked": {}, "2": None}


def test_many_numbers_reach_a_query_backend_at_once(echo):
    adapter = QueryBackendAdapter(Matching(echo.options, echo.environment))
    matches = adapter.match_all(MatchAll(("1", "2", "3")), CALLER, Deadline.after(TIMEOUT))
    assert matches == {"1": {"asked": ["1", "2", "3"]}, "2": None, "3": None}


def test_a_backend_that_finds_one_number_is_asked_for_each(echo):
    adapter = QueryBackendAdapter(echo)
    matches = adapter.match_all(MatchAll(("2", "1")), CALLER, Deadline.after(TIMEOUT))
    assert matches == {"2": None, "1": {"number": "1"}}


def test_an_entry_of_many_numbers_that_cannot_be_shown_is_an_error(echo):
    class Unusable(Echo):
        def first_match(self, exten, caller):
            return {"id": {object: 1}}

    class UnusableOfMany(Unusable):
        def match_all(self, extens, caller):
            return {exten: self.first_match(exten, caller) for exten in extens}

    for kind in (Unusable, UnusableOfMany):
        adapter = QueryBackendAdapter(kind(echo.options, echo.environment))
        with pytest.raises(SourceUnavailable, match="what can't be used"):
            adapter.match_all(MatchAll(("1",)), CALLER, Deadline.after(TIMEOUT))


def test_an_answer_for_many_numbers_that_is_no_mapping_is_an_error(echo):
    class Listed(Echo):
        def match_all(self, extens, caller):
            return [{"number": exten} for exten in extens]

    adapter = QueryBackendAdapter(Listed(echo.options, echo.environment))
    with pytest.raises(SourceUnavailable, match="list where match_all returns a mapping"):
        adapter.match_all(MatchAll(("1",)), CALLER, Deadline.after(TIMEOUT))


class Twins(Listing):
    """Two persons with one number, and one with another spelling of it."""

    def entries(self, caller):
        return [{"id": str(number), "number": "0144556677"} for number in (1, 2)] + [
            {"id": "3", "number": "01 44 55 66 77"}
        ]


class Crowd(Listing):
    """Many persons whose numbers end alike."""

    def entries(self, caller):
        return [{"id": str(number), "number": f"0{number}556677"} for number in range(100, 500)]


class LastTwins(Twins):
    match_all_takes_last = True


@pytest.mark.parametrize(("kind", "id_"), [(Twins, "1"), (LastTwins, "2")])
def test_many_numbers_are_answered_from_the_index(open_adapter, kind, id_):
    adapter = open_adapter(lambda: DialPlan("FR"), kind, first_matched_columns=["number"])
    asked = MatchAll(("0144556677", "+33144556677", "9"))
    matches = adapter.match_all(asked, CALLER, Deadline.after(TIMEOUT))
    assert {exten: entry and entry["id"] for exten, entry in matches.items()} == {
        "0144556677": id_,
        "+33144556677": "1",
        "9": None,
    }


def test_many_numbers_are_given_up_at_the_deadline(open_adapter):
    adapter, many = open_adapter(kind=Crowd, first_matched_columns=["number"]), MatchAll(("+33144556677",))
    assert adapter.match_all(many, CALLER, Deadline.after(TIMEOUT)) == {"+33144556677": None}
    with pytest.raises(DeadlinePassed):
        adapter.match_all(many, CALLER, Deadline(time.monotonic(), LONG_TIMEOUT))


def test_the_entries_of_an_answer_are_limited_in_number_and_size(echo):
    assert MAX_ANSWER_ENTRIES == 250_000
    adapter = QueryBackendAdapter(Sized(echo.options, echo.environment), max_answer_entries=3)
    assert answer(adapter, Search("3")) == [{"name": "0"}, {"name": "1"}, {"name": "2"}]
    with pytest.raises(SourceUnavailable, match=r"^the answer has more than 3 entries$"):
        answer(adapter, Search("4"))
    longest = MAX_ANSWER_ENTRY_BYTES - len("id") - VALUE_BYTES
    assert len(answer(adapter, Fetch((str(longest),)))) == 1
    error = f"the backend answered what can't be used: it is larger than {16 * 1024 * 1024} bytes"
    with pytest.raises(SourceUnavailable, match=f"^{error}$"):
        answer(adapter, Fetch((str(longest + 1),)))


@pytest.mark.parametrize(
    "question", [Search("1000", 2), SearchTyped("1000", 2), SearchSimilar("1000", 2)], ids=repr
)
def test_one_entry_more_than_the_maximum_is_read_of_an_answer(echo, question):
    backend = Sized(echo.options, echo.environment)
    adapter = QueryBackendAdapter(backend, max_answer_entries=3)
    assert answer(adapter, question) == [{"name": "0"}, {"name": "1"}, {"name": "2"}]
    assert backend.read == 3


def test_a_backend_may_end_a_limited_search_early(echo):
    adapter = QueryBackendAdapter(StoppingEarly(echo.options, echo.environment))
    assert answer(adapter, Search("ada", 2)) == [{"limited": "ada", "max": 3}]
    assert answer(adapter, Search("ada")) == [{"search": "ada"}]


def test_a_maximum_reaches_the_index(open_adapter):
    adapter = open_adapter(kind=Many, searched_columns=["name"])
    for question in (Search("", 2), Search("ada", 2), SearchTyped("232", 2), SearchSimilar("adda", 2)):
        assert [entry["id"] for entry in adapter.answer(question, CALLER, Deadline.after(TIMEOUT))] == [
            "0",
            "1",
            "2",
        ]


def test_an_answer_is_read_until_twice_the_timeout_has_passed(echo):
    adapter, now = QueryBackendAdapter(echo), time.monotonic()
    late, abandoned = Deadline(now - 5, 10.0), Deadline(now - 10, 10.0)
    assert list(adapter.answer(Search("ada"), CALLER, late)) == [{"search": "ada"}]
    with pytest.raises(SourceUnavailable, match=r"^the answer takes more than 20 s$"):
        list(adapter.answer(Search("ada"), CALLER, abandoned))


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


def test_a_search_in_the_index_ends_at_the_deadline(open_adapter):
    adapter = open_adapter(kind=LargeListing, searched_columns=["name", "number"])
    for question in (Search("ada"), SearchTyped("232"), SearchSimilar("adda")):
        assert len(answer(adapter, question)) == 2
    for question in (Search("ada"), SearchTyped("232")):
        with pytest.raises(DeadlinePassed):
            list(adapter.answer(question, CALLER, Deadline(time.monotonic(), LONG_TIMEOUT)))


def test_a_number_is_found_in_the_spellings_of_the_country(open_adapter):
    numbers = {"searched_columns": ["number"], "first_matched_columns": ["number"]}
    questions = (Search("+33144556677"), SearchTyped("0033144556677"), FirstMatch("+33144556677"))
    french, unknown = open_adapter(lambda: DialPlan("FR"), **numbers), open_adapter(**numbers)
    for question in questions:
        assert (answer(french, question), answer(unknown, question)) == ([ADA], []), question


def threads_of_the_index():
    return [
        thread for thread in threading.enumerate() if thread.name in {"snapshot people", "version people"}
    ]


def test_a_retired_index_still_answers_and_its_idle_threads_end(open_adapter):
    adapter = open_adapter(searched_columns=["name"])
    assert answer(adapter, Search("ada")) == [ADA]
    assert adapter.fails_for_all
    adapter.retire()
    wait_until(lambda: not threads_of_the_index())
    assert not adapter.is_busy
    assert answer(adapter, Search("ada")) == [ADA]


def test_only_an_index_knows_the_columns_of_all_entries(open_adapter, echo):
    deadline = Deadline.after(TIMEOUT)
    assert set(open_adapter(searched_columns=["name"]).columns(CALLER, deadline)) == set(ADA)
    adapter: BackendAdapter = QueryBackendAdapter(echo)
    assert adapter.columns(CALLER, deadline) is None
