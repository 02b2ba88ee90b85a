"""What a plugin does, or puts into its entries, costs its own source alone."""

import itertools
import threading
from collections.abc import Iterator, Mapping
from uuid import uuid4

import pytest

from attacks.plugin_sources import PluginSources, source, threads_of
from waiting import assert_prompt, wait_until
from xivo_dird.backend import QueryBackend, SnapshotBackend, SourceOptions
from xivo_dird.directory.outcome import Status
from xivo_dird.directory.question import Browse, CountGroups
from xivo_dird.directory.sort_order import SortOrder
from xivo_dird.index.limits import IndexLimits

CREW = source()
ADA: dict[str, object] = {"name": "Ada", "number": "17"}
EXITS = [SystemExit, KeyboardInterrupt, GeneratorExit]
ALL = Browse(SortOrder(("name",)), "", 0, 100)


class TextError(Exception):
    """An error whose text can't be had."""

    def __str__(self) -> str:
        raise RuntimeError("no text")


class NoText:
    """A value whose text can't be had."""

    def __str__(self) -> str:
        raise TextError


class RudeMapping(Mapping[str, object]):
    """An entry that raises when it is read."""

    def __getitem__(self, name: str) -> object:
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(("name",))

    def __len__(self) -> int:
        return 1


def nested(depth: int) -> object:
    value: object = "deep"
    for _ in range(depth):
        value = [value]
    return value


def cyclic() -> dict[str, object]:
    value: dict[str, object] = {"name": "cyclic"}
    value["itself"] = value
    return value


def bomb() -> object:
    value: object = ["boom"] * 10
    for _ in range(30):
        value = [value] * 10
    return value


UNUSABLE: dict[str, object] = {
    "a number": 17,
    "nothing": None,
    "a text": "Ada",
    "cyclic": cyclic(),
    "deep": {"name": nested(5000)},
    "a bomb": {"name": bomb()},
    "bytes as a name": {b"name": "Ada"},
    "a tuple as a name": {("a", "b"): "Ada"},
    "digits without end": {"name": 10**5000},
    "a value without text": {"name": NoText()},
    "a rude mapping": RudeMapping(),
    "many fields": {f"field {number}": "x" for number in range(50_000)},
    "a large text": {"name": "x" * 1_000_000},
    "large texts in a list": {"name": ["x" * 1000] * 1000},
}
"""Entries that are left out."""

USABLE: list[tuple[Mapping[str, object], object]] = [
    ({"name": b"bytes", "number": "1"}, "b'bytes'"),
    ({"name": float("nan")}, None),
    ({"name": float("-inf")}, None),
    ({"name": "a\ud800b"}, "a\ud800b"),
    ({"name": 2**200}, str(2**200)),
    ({"name": -(2**200)}, str(-(2**200))),
    ({"name": object}, "<class 'object'>"),
    ({"name": {1: "x", "s": {"y"}}}, {"1": "x", "s": ["y"]}),
    ({"name": nested(50)}, nested(50)),
]
"""Entries with values that are no JSON, and the value that is shown."""


class Rude(SnapshotBackend):
    """A directory that does what a test sets."""

    Options = SourceOptions
    check_interval = 0.0
    listed = ()
    version_value = "1"
    error = None
    version_error = None
    close_error = None
    close_gate = threading.Event()

    def version(self, caller):
        if self.version_error is not None:
            raise self.version_error
        return self.version_value

    def is_version_blocking(self):
        return False

    def entries(self, caller):
        yield from self.listed
        if self.error is not None:
            raise self.error

    def close(self):
        self.close_gate.wait()
        if self.close_error is not None:
            raise self.close_error


class Remote(Rude):
    """The same, but its version is read in a separate thread."""

    def is_version_blocking(self):
        return True


class RudeQueries(QueryBackend):
    """A directory that answers, in the thread of the request, what a test sets."""

    Options = SourceOptions
    is_blocking = False
    unique_column = "number"
    listed = ()
    error = None
    version = "1"
    version_error = None
    list_error = None
    gate = None

    def search(self, term, caller):
        if self.error is not None:
            raise self.error
        return self.listed

    first_match = fetch = search

    def list_version(self, caller):
        if self.version_error is not None:
            raise self.version_error
        return self.version

    def list_entries(self, caller):
        if self.gate is not None:
            self.gate.wait()
        if self.list_error is not None:
            raise self.list_error
        return self.listed


@pytest.fixture(params=[Rude, Remote])
def rude(request):
    """Return a rude backend of its own for each test."""
    close_gate = threading.Event()
    close_gate.set()
    yield type("Rude", (request.param,), {"listed": [ADA], "close_gate": close_gate})
    close_gate.set()


@pytest.fixture
def rude_queries():
    gate = threading.Event()
    gate.set()
    yield type("RudeQueries", (RudeQueries,), {"listed": [ADA], "gate": gate})
    gate.set()


@pytest.fixture
def open_source(tmp_path):
    """Return a function that opens a source of a backend; close it after the test."""
    opened = []

    def open_source(backend, **limits):
        opened.append(PluginSources(tmp_path, backend, index_limits=IndexLimits(**limits)))
        opened[-1].registry.update([CREW])
        return opened[-1]

    yield open_source
    for sources in opened:
        sources.registry.close()


def state(sources):
    snapshot = sources.report(CREW).snapshot
    assert snapshot is not None
    return snapshot


def error_of(sources):
    """Return the error of the index, "" while there is none."""
    snapshot = sources.report(CREW).snapshot
    return "" if snapshot is None else snapshot.error or ""


@pytest.mark.parametrize("entry", UNUSABLE.values(), ids=UNUSABLE)
def test_an_unusable_entry_is_left_out_and_counted(open_source, rude, entry):
    rude.listed = [{"name": "first"}, entry, ADA]
    sources = open_source(rude, max_entry_bytes=500_000)
    assert sources.names(CREW, "ada") == ["Ada"]
    found = state(sources)
    assert (found.entries, found.rows, found.skipped) == (2, 3, 1)
    assert (found.skip_reason or "").startswith("entry 2: ")


@pytest.mark.parametrize(("entry", "shown"), USABLE, ids=[ascii(shown)[:40] for _, shown in USABLE])
def test_a_value_that_is_no_json_becomes_json(open_source, rude, rude_queries, entry, shown):
    rude.listed = rude_queries.listed = [entry]
    assert open_source(rude).names(CREW, "") == ([] if shown is None else [shown])
    assert open_source(rude_queries).names(CREW, "") == [shown]


@pytest.mark.parametrize("entry", UNUSABLE.values(), ids=UNUSABLE)
def test_an_unusable_entry_of_an_answer_fails_its_source(open_source, rude_queries, entry):
    rude_queries.listed = [entry, ADA]
    sources = open_source(rude_queries)
    outcome = sources.ask(CREW, "ada")
    if outcome.status is Status.OK:  # it is large, but an answer may be
        assert len(outcome.contacts) == 2
        return
    assert outcome.status is Status.FAILED
    assert "the backend answered what can't be used" in (outcome.error or "")


def test_entries_without_an_end_are_not_indexed(open_source, rude, tmp_path):
    rude.listed = itertools.repeat(ADA)
    sources = open_source(rude, max_entries=10_000)
    wait_until(lambda: error_of(sources))
    assert error_of(sources) == "it lists more than 10000 entries (index.max_entries)"
    assert not list(tmp_path.glob("crew/*.part*"))


def test_an_index_has_a_largest_size(open_source, rude, tmp_path):
    rude.listed = ({"name": f"{number}" * 1000} for number in itertools.count())
    sources = open_source(rude, max_bytes=20_000_000)
    wait_until(lambda: error_of(sources))
    assert error_of(sources) == "its index is larger than 20000000 bytes (index.max_bytes)"
    assert not list(tmp_path.glob("crew/*.part*"))


def test_listing_has_a_time_limit_also_for_slow_entries(open_source, rude):
    gate = threading.Event()

    def slow():
        while True:
            gate.wait(0.02)
            yield ADA

    rude.listed = slow()
    sources = open_source(rude, max_build_seconds=0.2)
    wait_until(lambda: error_of(sources))
    assert "takes more than 0.2 s" in error_of(sources)


def test_an_answer_without_an_end_fails_its_source(open_source, rude_queries):
    rude_queries.listed = itertools.repeat(ADA)
    outcome = open_source(rude_queries).ask(CREW, "ada")
    assert outcome.status is Status.FAILED
    assert "entries" in (outcome.error or "")


def test_an_answer_that_drips_for_ever_ends(open_source, rude_queries):
    gate = threading.Event()

    def slow():
        while True:
            gate.wait(0.01)
            yield ADA

    rude_queries.listed = slow()
    rude_queries.is_blocking = True
    sources = open_source(rude_queries)
    assert sources.ask(CREW, "ada", timeout=0.05).status is Status.LATE
    wait_until(lambda: not sources.registry.get(CREW).is_busy)


@pytest.mark.parametrize("error", [*EXITS, TextError, RecursionError, MemoryError])
def test_whatever_listing_raises_the_source_is_tried_again(open_source, rude, error):
    rude.error = error
    sources = open_source(rude)
    assert sources.ask(CREW, "ada").status is Status.FAILED
    assert error.__name__ in error_of(sources)
    rude.error = None
    wait_until(lambda: sources.ask(CREW, "ada").status is Status.OK)


@pytest.mark.parametrize("error", [*EXITS, TextError])
def test_whatever_version_raises_the_last_data_are_served(open_source, rude, error):
    sources = open_source(rude)
    assert sources.names(CREW, "ada") == ["Ada"]
    rude.version_error = error
    assert sources.names(CREW, "ada") == ["Ada"]
    assert error.__name__ in error_of(sources)


@pytest.mark.parametrize("value", [None, 17, b"1", object()])
def test_a_version_that_is_no_text_is_an_error_of_its_source(open_source, rude, value):
    rude.version_value = value
    outcome = open_source(rude).ask(CREW, "ada")
    assert outcome.status is Status.FAILED
    assert "its version is a" in (outcome.error or "")


def test_a_version_without_an_end_is_shown_shortened(open_source, rude):
    rude.version_value = "1" * 10_000_000
    sources = open_source(rude)
    assert sources.names(CREW, "ada") == ["Ada"]
    assert len(state(sources).version or "") < 200


@pytest.mark.parametrize("error", [*EXITS, TextError])
def test_whatever_an_answer_raises_is_an_error_of_its_source(open_source, rude_queries, error):
    rude_queries.error = error
    outcome = open_source(rude_queries).ask(CREW, "ada")
    assert outcome.status is Status.FAILED
    assert error.__name__ in (outcome.error or "")


@pytest.mark.parametrize("error", [*EXITS, TextError, RecursionError, MemoryError])
def test_whatever_a_list_without_a_term_raises_costs_no_lookup(open_source, rude_queries, error):
    rude_queries.is_blocking, rude_queries.list_error = True, error
    sources = open_source(rude_queries)
    for _ in range(5):
        outcome = sources.ask(CREW, ALL)
        assert outcome.status is Status.FAILED
        assert error.__name__ in (outcome.error or "")
        assert sources.names(CREW, "ada") == ["Ada"]
    rude_queries.list_error = None
    assert len(sources.ask(CREW, ALL).contacts) == 1


@pytest.mark.parametrize("version", [17, ["1"], {}, NoText()], ids=["number", "list", "map", "no text"])
def test_a_version_of_a_list_that_is_no_text_costs_no_lookup(open_source, rude_queries, version):
    rude_queries.version = version
    sources = open_source(rude_queries)
    for question in (ALL, CountGroups(ALL.order)):
        outcome = sources.ask(CREW, question)
        assert outcome.status is Status.FAILED
        assert "the version of its list is a" in (outcome.error or "")
    assert sources.names(CREW, "ada") == ["Ada"]


@pytest.mark.parametrize("error", [*EXITS, TextError])
def test_whatever_the_version_of_a_list_raises_costs_no_lookup(open_source, rude_queries, error):
    rude_queries.version_error = error
    sources = open_source(rude_queries)
    outcome = sources.ask(CREW, ALL)
    assert outcome.status is Status.FAILED
    assert error.__name__ in (outcome.error or "")
    assert sources.names(CREW, "ada") == ["Ada"]


@pytest.mark.parametrize("listed", [None, 17, "Ada", [None], [["number", "17"]]], ids=repr)
def test_a_list_of_anything_else_than_entries_fails_its_source(open_source, rude_queries, listed):
    rude_queries.listed = listed
    outcome = open_source(rude_queries).ask(CREW, ALL)
    assert outcome.status is Status.FAILED


def test_entries_of_a_list_without_usable_ids_are_left_out(open_source, rude_queries):
    rude_queries.listed = [{"name": "no id"}, {"number": None}, ADA, {**ADA, "name": "same id"}]
    outcome = open_source(rude_queries).ask(CREW, ALL)
    assert {contact.fields["name"] for contact in outcome.contacts} == {"same id"}


def test_lists_that_hang_delay_no_lookup(open_source, rude_queries):
    rude_queries.is_blocking = True
    sources = open_source(rude_queries)
    assert sources.names(CREW, "ada") == ["Ada"]
    rude_queries.gate.clear()
    for field in "abcdefgh":
        hanging = Browse(SortOrder((field,)), "", 0, 100)
        assert sources.ask(CREW, hanging, timeout=0.02).status in (Status.LATE, Status.SKIPPED)
        assert sources.names(CREW, "ada") == ["Ada"]
    assert sources.report(CREW).breaker == "closed"
    outcome = sources.ask(CREW, ALL)
    assert outcome.status is Status.SKIPPED
    assert "workers still wait for earlier calls" in (outcome.error or "")
    with assert_prompt():
        sources.registry.close()


@pytest.mark.parametrize("error", EXITS)
def test_whatever_a_constructor_raises_is_an_error_of_its_source(open_source, rude, error):
    def raising(*arguments):
        raise error

    rude.__init__ = raising
    sources = open_source(rude)
    assert error.__name__ in (sources.registry.check(CREW) or "")
    assert sources.ask(CREW, "ada").status is Status.FAILED


@pytest.mark.parametrize("error", [*EXITS, TextError])
def test_a_close_that_raises_costs_nothing(open_source, rude, error, caplog):
    rude.close_error = error
    sources = open_source(rude)
    other = source("other")
    sources.registry.update([CREW, other])
    assert sources.names(CREW, "ada") == sources.names(other, "ada") == ["Ada"]
    sources.registry.close()
    assert caplog.text.count("closing its backend failed") == 2


def test_a_close_that_hangs_delays_no_stop(open_source, rude):
    sources = open_source(rude)
    assert sources.names(CREW, "ada") == ["Ada"]
    rude.close_gate.clear()
    with assert_prompt():
        sources.registry.close()


def test_a_close_that_hangs_costs_one_thread(open_source, rude):
    sources = open_source(rude)
    rude.close_gate.clear()
    name = str(uuid4())  # other tests have sources of the name "crew", whose threads may not have ended
    for number in range(6):
        edited = source(name, options={"format_columns": {"display": str(number)}})
        sources.registry.update([edited])
        assert sources.names(edited, "ada") == ["Ada"]
    wait_until(lambda: f"close {name}" in threads_of(name))
    assert threads_of(name).count(f"close {name}") == 1


def test_what_a_listing_has_opened_is_closed_when_a_limit_ends_it(open_source, rude):
    closed = threading.Event()

    def listed():
        try:
            while True:
                yield ADA
        finally:
            closed.set()

    rude.listed = listed()
    sources = open_source(rude, max_entries=10)
    wait_until(lambda: error_of(sources))
    assert closed.is_set()


@pytest.mark.parametrize("error", EXITS)
def test_a_backend_that_cannot_be_opened_is_closed(open_source, rude, error):
    closed = threading.Event()

    def raising(backend):
        raise error

    rude.is_version_blocking = raising
    rude.close = lambda backend: closed.set()
    outcome = open_source(rude).ask(CREW, "ada")
    assert outcome.status is Status.FAILED
    assert error.__name__ in (outcome.error or "")
    assert closed.is_set()
