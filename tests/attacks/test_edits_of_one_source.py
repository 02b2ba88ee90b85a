"""One client edits one source as fast as it can: threads, instances and builds stay few, and the last edit counts."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.conftest import Daemon, configuration
from attacks.plugin_sources import PluginSources, source, threads_of
from waiting import TIMEOUT, assert_prompt, wait_until
from xivo_dird.backend import Backend, QueryBackend, SnapshotBackend, SourceOptions
from xivo_dird.directory.outcome import Status

EDITS = 60


class EditedOptions(SourceOptions):
    number: int = 0


class Gates:
    """Where a backend hangs: each place has a gate, which a test closes and opens."""

    def __init__(self):
        self.gates = {
            place: threading.Event() for place in ("constructor", "answer", "listing", "version", "close")
        }
        self.open()

    def open(self):
        for gate in self.gates.values():
            gate.set()

    def wait(self, place):
        self.gates[place].wait(TIMEOUT)


class Counted(Backend):
    """Counts its instances, and hangs where a gate is closed."""

    Options = EditedOptions
    gates = Gates()
    created = 0
    is_open = 0

    def __init__(self, options, environment):
        super().__init__(options, environment)
        type(self).created += 1
        type(self).is_open += 1
        self.gates.wait("constructor")

    def close(self):
        self.gates.wait("close")
        type(self).is_open -= 1


class Queries(Counted, QueryBackend):
    """Answers the number of the edit."""

    def search(self, term, caller):
        self.gates.wait("answer")
        return [{"name": f"edit {self.options.number}"}]

    first_match = fetch = search


class Listing(Counted, SnapshotBackend):
    """Lists the number of the edit."""

    check_interval = 0.0

    def version(self, caller):
        self.gates.wait("version")
        return str(self.options.number)

    def entries(self, caller):
        self.gates.wait("listing")
        return [{"name": f"edit {self.options.number}"}]


def edited(number):
    return source("edited", {"number": number})


@pytest.fixture(params=[Queries, Listing])
def backend(request):
    """Return a backend of its own for each test."""

    gates = Gates()
    yield type("Edited", (request.param,), {"gates": gates})
    gates.open()


@pytest.fixture
def sources(tmp_path, backend):
    with PluginSources(tmp_path, backend, max_check_seconds=0.01) as sources:
        yield sources
        backend.gates.open()


def all_threads():
    return len(threads_of("edited")) + len(threads_of("plugin"))


def is_answered(sources, number):
    outcome = sources.ask(edited(number), "edit")
    return outcome.status is Status.OK and outcome.contacts[0].fields["name"] == f"edit {number}"


def test_edits_without_questions_need_few_threads(sources, backend):
    most = 0
    for number in range(EDITS):
        sources.registry.update([edited(number)])
        most = max(most, all_threads())
    assert most <= 12
    assert is_answered(sources, EDITS - 1)
    wait_until(lambda: backend.is_open == 1)


def test_each_edit_is_seen_by_the_next_question(sources, backend):
    most = 0
    for number in range(EDITS):
        sources.registry.update([edited(number)])
        assert is_answered(sources, number)
        most = max(most, all_threads())
    assert most <= 12
    wait_until(lambda: backend.is_open == 1)


@pytest.mark.parametrize("place", ["constructor", "answer", "listing", "version"])
def test_a_question_that_began_before_an_edit_is_answered(sources, backend, place):
    gate = backend.gates.gates[place]
    gate.clear()
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(is_answered, sources, 0)
        wait_until(lambda: backend.created == 1)
        sources.registry.update([edited(1)])
        gate.set()
        assert waiting.result(TIMEOUT)
    assert is_answered(sources, 1)


def test_only_the_last_of_many_edits_is_opened(sources, backend):
    backend.gates.gates["constructor"].clear()
    for number in range(EDITS):
        sources.registry.update([edited(number)])
    assert all_threads() <= 4
    backend.gates.open()
    wait_until(lambda: is_answered(sources, EDITS - 1))
    assert backend.created <= 3


@pytest.mark.parametrize("place", ["constructor", "answer", "listing", "version", "close"])
def test_a_backend_that_hangs_costs_a_limited_number_of_threads(sources, backend, place):
    sources.registry.update([edited(0)])
    assert is_answered(sources, 0)
    backend.gates.gates[place].clear()
    for number in range(1, EDITS):
        sources.registry.update([edited(number)])
        sources.ask(edited(number), f"edit {number}", timeout=0.01)
    assert all_threads() <= 9 * 6
    backend.gates.open()
    wait_until(lambda: is_answered(sources, EDITS - 1))
    wait_until(lambda: backend.is_open == 1)


def test_checks_that_hang_cost_a_limited_number_of_threads(sources, backend):
    backend.gates.gates["constructor"].clear()
    with assert_prompt():
        results = [sources.registry.check(edited(number)) for number in range(EDITS)]
    assert all(results)
    assert all_threads() <= 4
    backend.gates.open()
    wait_until(lambda: sources.registry.check(edited(0)) is None)


def test_a_request_that_began_before_an_edit_undoes_nothing(sources, backend):
    for number in range(EDITS):
        sources.registry.update([edited(number)])
        assert is_answered(sources, number)
        sources.ask(edited(number - 1), "edit")  # with the profile of the moment before
        assert is_answered(sources, number)
    assert backend.created <= EDITS + 2


def test_a_registry_that_is_closed_opens_nothing(sources, backend):
    sources.registry.close()
    sources.registry.update([edited(1)])
    assert sources.ask(edited(1), "edit").status is not Status.OK
    assert backend.created == 0


def test_a_client_that_edits_as_fast_as_it_can_costs_no_threads(tmp_path):
    with Daemon(configuration(tmp_path)) as daemon:
        body = {"name": "more", "file": "crew.csv", "searched_columns": ["firstname"]}
        uuid = daemon.request("POST", "/0.1/backends/csv/sources", json=body).json["uuid"]
        assert daemon.get("/directories/lookup/default", term="ada").json["results"]
        before, most = threading.active_count(), 0
        for number in range(100):
            changed = {**body, "format_columns": {"display": f"{{firstname}} {number}"}}
            response = daemon.request("PUT", f"/0.1/backends/csv/sources/{uuid}", json=changed)
            assert response.status_code == 204
            most = max(most, threading.active_count())
        assert most <= before + 15
        assert daemon.get("/directories/lookup/default", term="ada").json["results"]
