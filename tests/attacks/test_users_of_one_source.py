"""Two users of one source: what one user sees, and that there is one, is no business of the other."""

import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

import pytest

from attacks.plugin_sources import ADA, BOB, NOBODY, OTHER_TENANT, PluginSources, source, threads_of
from waiting import TIMEOUT, wait_until
from xivo_dird.backend import Caller, Entry, SnapshotBackend, SourceOptions, SourceUnavailable
from xivo_dird.directory.outcome import Status
from xivo_dird.directory.question import Fetch, FirstMatch
from xivo_dird.index.limits import IndexLimits
from xivo_dird.testing import OTHER_CALLER, BackendContract, open_source

CREW = source("users")


class AddressBooks(SnapshotBackend[SourceOptions]):
    """The address book of each user has one entry with the token of the user."""

    Options = SourceOptions
    per_user = True
    check_interval = 0.0
    unique_column = "id"
    calls: ClassVar[list[Caller | None]] = []
    failing: ClassVar[set[str]] = set()
    gate: ClassVar[threading.Event] = threading.Event()

    def version(self, caller: Caller | None) -> str:
        return "1"

    def entries(self, caller: Caller | None) -> Iterable[Entry]:
        self.calls.append(caller)
        assert caller is not None
        self.gate.wait(TIMEOUT)
        if caller.token in self.failing:
            raise SourceUnavailable("the token has expired")
        yield {"id": "1", "name": f"Contact of {caller.token}", "number": "17"}


class RemoteAddressBooks(AddressBooks):
    """The versions of these address books are checked in the background."""

    check_interval = 0.01


class HangingVersions(AddressBooks):
    """The versions of some of these address books hang."""

    hanging: ClassVar[set[str]] = set()
    version_gate: ClassVar[threading.Event] = threading.Event()

    def version(self, caller: Caller | None) -> str:
        if caller is not None and caller.token in self.hanging:
            self.version_gate.wait(TIMEOUT)
        return "1"


class Shared(AddressBooks):
    """A directory that would show the identity of the first user to all."""

    per_user = False

    def version(self, caller: Caller | None) -> str:
        self.calls.append(caller)
        return str(len(self.calls))

    def entries(self, caller: Caller | None) -> Iterable[Entry]:
        self.calls.append(caller)
        yield {"id": "1", "name": "Contact of everybody", "number": "17"}


@pytest.fixture(autouse=True)
def reset():
    """Open the gate of every address book, and forget the calls."""
    AddressBooks.calls.clear()
    AddressBooks.failing.clear()
    AddressBooks.gate.set()
    HangingVersions.hanging.clear()
    HangingVersions.version_gate.clear()
    yield
    HangingVersions.version_gate.set()


@pytest.fixture
def open_sources(tmp_path):
    """Return a function that opens the address books; close them after the test."""
    opened = []

    def open_sources(backend=AddressBooks, **limits):
        opened.append(PluginSources(tmp_path, backend, index_limits=IndexLimits(**limits)))
        opened[-1].registry.update([CREW])
        return opened[-1]

    yield open_sources
    AddressBooks.gate.set()
    HangingVersions.version_gate.set()
    for sources in opened:
        sources.registry.close()


def users(count):
    return [Caller(f"token {number}", ADA.tenant_uuid, f"user {number}") for number in range(count)]


def folders(tmp_path):
    found = (tmp_path / CREW.uuid / "users").glob("*")
    return sorted(path.name for path in found)


@pytest.mark.parametrize("backend", [AddressBooks, RemoteAddressBooks])
def test_each_user_sees_only_their_own_entries(open_sources, backend):
    sources = open_sources(backend)
    for _ in range(2):
        for caller in (ADA, BOB):
            assert sources.names(CREW, "contact", caller) == [f"Contact of {caller.token}"]
            for question in (FirstMatch("17"), Fetch(("1",))):
                (contact,) = sources.ask(CREW, question, caller).contacts
                assert contact.fields["name"] == f"Contact of {caller.token}"
        assert sources.names(CREW, "bob", ADA) == sources.names(CREW, "ada", BOB) == []
    assert all(caller in (ADA, BOB) for caller in AddressBooks.calls)


def test_users_who_ask_at_once_see_only_their_own_entries(open_sources):
    sources = open_sources()
    found = {}

    def ask(caller):
        found[caller.token] = sources.names(CREW, "contact", caller)

    threads = [threading.Thread(target=ask, args=[caller]) for caller in users(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT)
    assert found == {caller.token: [f"Contact of {caller.token}"] for caller in users(20)}


def test_a_token_without_a_user_is_refused(open_sources):
    sources = open_sources()
    for nobody in (NOBODY, replace(NOBODY, user_uuid="")):
        outcome = sources.ask(CREW, "contact", nobody)
        assert (outcome.status, outcome.contacts) == (Status.REFUSED, ())
        assert "the token has no user" in (outcome.error or "")
    assert AddressBooks.calls == []


def test_the_same_user_uuid_in_another_tenant_is_another_user(open_sources):
    sources = open_sources()
    other = Caller("other", OTHER_TENANT, ADA.user_uuid)
    assert sources.names(CREW, "contact", ADA) == ["Contact of token of ada"]
    assert sources.names(CREW, "contact", other) == ["Contact of other"]


def test_a_backend_that_users_share_never_learns_who_asks(open_sources):
    sources = open_sources(Shared)
    for caller in (ADA, BOB, NOBODY):
        assert sources.names(CREW, "contact", caller) == ["Contact of everybody"]
    assert set(Shared.calls) == {None}


def test_a_failing_token_costs_only_its_user(open_sources):
    sources = open_sources()
    AddressBooks.failing.add(BOB.token)
    for number in range(10):
        assert sources.ask(CREW, f"contact {number}", BOB).status is Status.FAILED
        assert sources.names(CREW, "contact", ADA) == ["Contact of token of ada"]
    assert sources.report(CREW).breaker == "closed"


@pytest.mark.parametrize("backend", [AddressBooks, RemoteAddressBooks])
def test_a_new_token_of_a_user_is_used_at_once(open_sources, backend):
    sources = open_sources(backend)
    AddressBooks.failing.add(BOB.token)
    assert sources.ask(CREW, "contact", BOB).status is Status.FAILED
    renewed = replace(BOB, token="new token of bob")
    assert sources.names(CREW, "contact", renewed) == ["Contact of new token of bob"]


def test_users_whose_version_hangs_keep_nobody_from_their_first_data(open_sources):
    sources = open_sources(HangingVersions)
    for caller in users(4):
        assert sources.names(CREW, "contact", caller) == [f"Contact of {caller.token}"]
        HangingVersions.hanging.add(caller.token)
        assert sources.names(CREW, "contact", caller) == [f"Contact of {caller.token}"]
    assert sources.names(CREW, "contact", ADA) == ["Contact of token of ada"]


def test_users_with_other_outcomes_do_not_flood_the_log(open_sources, caplog):
    sources = open_sources()
    for number in range(50):
        sources.ask(CREW, f"contact {number}", NOBODY)
        sources.ask(CREW, f"contact {number}", ADA)
    assert len([record for record in caplog.records if record.name.endswith("outcome")]) <= 10


def test_the_state_of_a_source_names_no_user(open_sources):
    sources = open_sources()
    for caller in (ADA, BOB):
        sources.names(CREW, "contact", caller)
    state = sources.report(CREW).snapshot
    assert state is not None
    assert (state.users, state.entries, state.version) == (2, 2, None)
    assert "token" not in repr(state)
    assert str(ADA.user_uuid) not in repr(state)


def test_names_of_folders_are_no_text_of_a_token(open_sources, tmp_path):
    sources = open_sources()
    for text in ("../../escape", "/etc/passwd", "\ud800", "a" * 5000, "x\0y"):
        caller = Caller("t", text, text)
        assert sources.names(CREW, "contact", caller) == ["Contact of t"]
    assert len(folders(tmp_path)) == 5
    assert all(len(name) == 32 and int(name, 16) >= 0 for name in folders(tmp_path))


def test_many_users_need_few_threads_and_few_open_indexes(open_sources, tmp_path):
    sources = open_sources(RemoteAddressBooks, max_open_users=5)
    for caller in users(40):
        assert sources.names(CREW, "contact", caller) == [f"Contact of {caller.token}"]
        state = sources.report(CREW).snapshot
        assert state is not None
        assert (state.users or 0) <= 5
        assert len(threads_of("users")) <= 4 + 4 + 4
    assert len(folders(tmp_path)) == 40
    calls = len(AddressBooks.calls)
    for caller in users(40):
        assert sources.names(CREW, "contact", caller) == [f"Contact of {caller.token}"]
    assert len(AddressBooks.calls) == calls  # the files of the closed ones were opened again


def test_users_whose_address_books_hang_cost_only_a_few_threads(open_sources):
    sources = open_sources()
    AddressBooks.gate.clear()
    for caller in users(30):
        assert sources.ask(CREW, "contact", caller, timeout=0.02).status is not Status.OK
    assert len(threads_of("users")) <= 4 + 4 + 4
    AddressBooks.gate.set()
    wait_until(lambda: sources.ask(CREW, "contact", ADA).status is Status.OK)


def test_the_unused_index_of_a_user_is_removed_from_the_disk(open_sources, tmp_path):
    sources = open_sources(max_open_users=1, keep_user_seconds=0.01)
    for caller in (ADA, BOB):
        sources.names(CREW, "contact", caller)
    assert len(folders(tmp_path)) == 2

    def is_cleaned():
        sources.opener.folders.clean([CREW.uuid])
        return len(folders(tmp_path)) == 1

    wait_until(is_cleaned)  # the other one is open
    assert sources.names(CREW, "contact", BOB) == ["Contact of token of bob"]


def test_the_index_of_a_user_is_used_again_after_a_restart(open_sources):
    open_sources().names(CREW, "contact", ADA)
    assert len(AddressBooks.calls) == 1
    assert open_sources().names(CREW, "contact", ADA) == ["Contact of token of ada"]
    assert len(AddressBooks.calls) == 1


class ContractBooks(SnapshotBackend[SourceOptions]):
    """The address books of the two users of the contract."""

    Options = SourceOptions
    per_user = True
    check_interval = 0.0
    unique_column = "id"

    def version(self, caller: Caller | None) -> str:
        return "1"

    def entries(self, caller: Caller | None) -> Iterable[Entry]:
        assert caller is not None
        return [{"id": "1", "name": f"Contact of {caller.token}", "number": "17"}]


class TestAddressBooks(BackendContract):
    """The contract of all backends holds for one with an index per user."""

    backend = ContractBooks
    options: ClassVar = {"name": "books", "searched_columns": ["name"], "first_matched_columns": ["number"]}
    term, exten, other_term = "of a-token", "17", "of another"


@pytest.mark.parametrize("defect", ["per_user is False", "entries of the first user"])
def test_the_contract_finds_a_backend_that_shows_the_entries_of_others(tmp_path, defect):
    first: list[Caller] = []

    class Careless(ContractBooks):
        per_user = defect != "per_user is False"

        def entries(self, caller: Caller | None) -> Iterable[Entry]:
            first.append(caller or OTHER_CALLER)
            return super().entries(first[0])

    class CarelessContract(TestAddressBooks):
        backend = Careless

    def check() -> None:
        with open_source(Careless, CarelessContract.options, tmp_path) as opened:
            CarelessContract().test_search_finds_an_entry(opened)
            CarelessContract().test_users_see_their_own_entries_or_all_the_same(opened)

    with pytest.raises((AssertionError, SourceUnavailable)):
        check()
