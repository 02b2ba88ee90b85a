"""A snapshot answers fresh data when it can, the last good data when it must, and never waits past the deadline."""

import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from waiting import FOREVER, TIMEOUT, promptly, wait_until
from xivo_dird.backend import (
    Caller,
    Environment,
    SnapshotBackend,
    SourceDataMissing,
    SourceOptions,
    SourceUnavailable,
)
from xivo_dird.index import refresher
from xivo_dird.index.snapshot import Snapshot, SnapshotLimits
from xivo_dird.threads.deadline import Deadline

CALLER = Caller("token", "tenant", "user")
ADA = {"id": "1", "name": "Ada", "number": "11"}
BOB = {"id": "2", "name": "Bob", "number": "12"}


class Listing(SnapshotBackend):
    """A directory in memory; tests change it while it is in use."""

    Options = SourceOptions
    check_interval = 0.0
    unique_column = "id"

    def __init__(self, options, environment):
        super().__init__(options, environment)
        self.people = [ADA]
        self.number = 0
        self.version_error = None
        self.entries_error = None
        self.gate = threading.Event()
        self.gate.set()
        self.listed = 0
        self.looked = threading.Semaphore(0)
        self.look_gate = threading.Event()
        self.look_gate.set()
        self.closed = False
        self.on_listing = lambda: None

    def change(self, *people):
        self.people = list(people)
        self.number += 1

    def version(self, caller):
        self.looked.release()
        self.look_gate.wait()
        if self.version_error:
            raise self.version_error
        return f"version {self.number}"

    def entries(self, caller):
        self.listed += 1
        self.on_listing()
        people = list(self.people)
        self.gate.wait()
        if self.entries_error:
            raise self.entries_error
        yield from people

    def close(self):
        self.closed = True


class RemoteListing(Listing):
    """The same, looked at in the background only."""

    check_interval = 0.01


def listing(kind=Listing):
    options = SourceOptions(name="people", searched_columns=["name"], first_matched_columns=["number"])
    return kind(options, Environment("source", "tenant", kind.Settings(), Path("unused")))


@pytest.fixture
def people():
    return listing()


@pytest.fixture
def remote():
    return listing(RemoteListing)


@pytest.fixture
def opened(tmp_path):
    """Open snapshots, closed after the test."""
    snapshots = []

    def open_snapshot(backend, max_wait=TIMEOUT, folder="index"):
        limits = SnapshotLimits(max_wait, min_pause=0.01, max_pause=0.02)
        snapshot = Snapshot(backend, tmp_path / folder, limits)
        snapshots.append((snapshot, backend))
        return snapshot

    yield open_snapshot
    for snapshot, backend in snapshots:
        backend.gate.set()
        backend.look_gate.set()
        snapshot.close()


@contextmanager
def hanging(backend):
    backend.gate.clear()
    yield
    backend.gate.set()


def everybody(snapshot, timeout=TIMEOUT):
    return search(snapshot, "", timeout)


def search(snapshot, term, timeout=TIMEOUT):
    return snapshot.ask(lambda reader: reader.search(term), CALLER, Deadline.after(timeout)) or []


def first_match(snapshot, exten):
    return snapshot.ask(lambda reader: reader.first_match(exten), CALLER, Deadline.after(TIMEOUT))


def test_the_first_question_waits_for_the_data(people, opened):
    snapshot = opened(people)
    assert search(snapshot, "AD") == [ADA]
    assert first_match(snapshot, "11") == ADA
    assert people.listed == 1


def test_the_first_question_waits_no_longer_than_its_timeout(people, opened):
    snapshot = opened(people)
    with hanging(people), pytest.raises(SourceUnavailable, match="for the first time"):
        everybody(snapshot, timeout=0.02)


def test_warming_loads_before_the_first_question(people, opened):
    snapshot = opened(people)
    assert not snapshot.ready
    snapshot.warm()
    wait_until(lambda: snapshot.ready)
    state = snapshot.state()
    assert (state.version, state.entries, state.error) == ("version 0", 1, None)
    assert state.built_at == pytest.approx(time.time(), abs=TIMEOUT)


def test_a_change_is_found_by_the_next_question(people, opened):
    snapshot = opened(people)
    for number in range(5):
        people.change(ADA, {"name": f"Person {number}"})
        assert everybody(snapshot) == [ADA, {"name": f"Person {number}"}]


def test_no_question_waits_while_a_large_directory_is_built_anew(people, opened):
    snapshot = opened(people, max_wait=0.0)
    assert everybody(snapshot) == [ADA]
    people.change(BOB)
    with hanging(people):
        assert everybody(snapshot) == [ADA]
    wait_until(lambda: everybody(snapshot) == [BOB])


def test_a_build_that_grew_slow_costs_a_question_no_more_than_the_patience(people, opened):
    snapshot = opened(people, max_wait=0.05)
    everybody(snapshot)
    people.change(BOB)
    with hanging(people):
        assert everybody(snapshot, timeout=FOREVER) == [ADA]


def test_while_a_look_at_the_version_hangs_the_last_good_data_answer_and_the_state_tells_it(people, opened):
    snapshot = opened(people)
    everybody(snapshot)
    people.change(BOB)
    people.look_gate.clear()
    with promptly():
        assert everybody(snapshot, timeout=FOREVER) == [ADA]
        wait_until(lambda: snapshot.state().error or everybody(snapshot, timeout=FOREVER) != [ADA])
    assert snapshot.state().error == "to look whether its data changed takes too long"
    people.look_gate.set()
    wait_until(lambda: everybody(snapshot) == [BOB])
    assert snapshot.state().error is None


def test_a_look_at_the_version_that_wants_to_end_the_thread_ends_nothing(people, opened):
    snapshot = opened(people)
    everybody(snapshot)
    people.version_error = SystemExit()
    assert everybody(snapshot) == [ADA]
    assert "SystemExit" in snapshot.state().error
    people.version_error = None
    people.change(BOB)
    assert everybody(snapshot) == [BOB]


def test_a_restart_with_unchanged_data_reads_nothing_again(people, opened):
    everybody(opened(people))
    again = listing()
    assert everybody(opened(again)) == [ADA]
    assert again.listed == 0


def test_data_that_changed_while_they_were_read_are_read_again(people, opened):
    def change_once():
        if people.listed == 1:
            people.change(BOB)

    people.on_listing = change_once
    assert everybody(opened(people)) == [BOB]


def test_data_that_change_all_the_time_are_served_anyway(people, opened):
    people.on_listing = lambda: people.change(ADA)
    assert everybody(opened(people)) == [ADA]
    assert people.listed >= refresher.ROUNDS


@pytest.mark.parametrize("error", [SourceUnavailable("no line"), KeyError("bug")])
@pytest.mark.parametrize("where", ["version_error", "entries_error"])
def test_an_outage_before_any_data_is_told(people, opened, where, error):
    setattr(people, where, error)
    snapshot = opened(people)
    with pytest.raises(SourceUnavailable, match=r"no line|bug"):
        everybody(snapshot)
    assert str(error) in snapshot.state().error


@pytest.mark.parametrize("where", ["version_error", "entries_error"])
def test_the_last_good_data_survive_an_outage_and_the_state_tells_it(people, opened, where):
    snapshot = opened(people)
    everybody(snapshot)
    people.change(BOB)
    setattr(people, where, SourceUnavailable("no line"))
    assert not snapshot.state().stale
    assert everybody(snapshot) == [ADA]
    state = snapshot.state()
    assert (state.error, state.stale) == ("no line", True)
    assert 0 <= state.age < TIMEOUT
    setattr(people, where, None)
    wait_until(lambda: everybody(snapshot) == [BOB])
    state = snapshot.state()
    assert (state.error, state.stale, state.age) == (None, False, None)


def test_a_listing_that_failed_is_tried_again_in_the_background(people, opened):
    people.entries_error = SourceUnavailable("no line")
    snapshot = opened(people)
    snapshot.warm()
    wait_until(lambda: people.listed > 2)
    people.entries_error = None
    wait_until(lambda: snapshot.ready)


@pytest.mark.parametrize("where", ["version_error", "entries_error"])
@pytest.mark.parametrize("kind", [Listing, RemoteListing])
def test_a_directory_that_is_gone_answers_nothing_until_it_is_back(opened, where, kind):
    people = listing(kind)
    snapshot = opened(people)
    assert everybody(snapshot) == [ADA]
    people.change(ADA, BOB)
    setattr(people, where, SourceDataMissing("the file is missing"))
    wait_until(lambda: everybody(snapshot) == [])
    assert first_match(snapshot, "11") is None
    assert (snapshot.state().error, snapshot.state().stale) == ("the file is missing", False)
    setattr(people, where, None)
    wait_until(lambda: everybody(snapshot) == [ADA, BOB])
    assert snapshot.state().error is None


def test_a_directory_that_never_was_answers_nothing(people, opened):
    people.version_error = SourceDataMissing("the file is missing")
    snapshot = opened(people)
    assert everybody(snapshot) == []
    assert snapshot.ready


def test_a_directory_is_back_with_the_very_same_data(people, opened):
    snapshot = opened(people)
    everybody(snapshot)
    people.version_error = SourceDataMissing("moved away")
    assert everybody(snapshot) == []
    people.version_error = None
    assert everybody(snapshot) == [ADA]
    assert people.listed == 1


def test_no_question_waits_for_a_remote_directory_that_was_read_once(remote, opened):
    snapshot = opened(remote)
    assert everybody(snapshot) == [ADA]
    remote.change(BOB)
    with hanging(remote):
        wait_until(lambda: remote.listed == 2)
        assert everybody(snapshot) == [ADA]
    wait_until(lambda: everybody(snapshot) == [BOB])


def test_a_remote_directory_is_looked_at_though_nobody_asks(remote, opened):
    opened(remote).warm()
    for _ in range(5):
        assert remote.looked.acquire(timeout=TIMEOUT)


def test_a_damaged_index_is_built_anew_within_the_question(people, opened, tmp_path):
    snapshot = opened(people)
    everybody(snapshot)
    (path,) = (tmp_path / "index").glob("*.sqlite")
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with_new_connections = [threading.Thread(target=everybody, args=[snapshot]) for _ in range(4)]
    for thread in with_new_connections:
        thread.start()
    for thread in with_new_connections:
        thread.join()
    assert search(snapshot, "ada") == [ADA]
    assert first_match(snapshot, "11") == ADA


def test_two_snapshots_share_one_folder(people, opened):
    first, second = opened(people), opened(people)
    assert everybody(first) == everybody(second) == [ADA]
    assert people.listed == 1
    people.change(BOB)
    assert everybody(first) == everybody(second) == [BOB]
    assert people.listed == 2


def test_closing_does_not_wait_for_a_listing_that_hangs(people, opened):
    snapshot = opened(people)
    with hanging(people):
        snapshot.warm()
        wait_until(lambda: people.listed)
        snapshot.close()
    assert people.closed
    wait_until(lambda: not any(thread.name == "snapshot people" for thread in threading.enumerate()))


def test_closing_wakes_who_waits(people, opened):
    snapshot = opened(people)
    outcome = []

    def ask():
        try:
            everybody(snapshot, timeout=FOREVER)
        except SourceUnavailable as error:
            outcome.append(error)

    with hanging(people):
        asker = threading.Thread(target=ask)
        asker.start()
        wait_until(lambda: people.listed)
        snapshot.close()
        asker.join(TIMEOUT)
    assert outcome


def test_an_outage_is_logged_once_with_the_name_of_the_source(people, opened, caplog):
    snapshot = opened(people)
    everybody(snapshot)
    people.version_error = SourceUnavailable("no line")
    for _ in range(5):
        everybody(snapshot)
    warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert warnings == ["Source 'people' can't be read, the last good data answer: no line"]


def test_many_askers_see_only_whole_snapshots_while_the_data_change(people, opened):
    snapshot = opened(people)
    seen = set()

    def ask():
        while people.number < 30:
            seen.add(tuple(entry["name"] for entry in everybody(snapshot)))

    people.change(*[{"name": "0"}] * 20)
    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    for number in range(1, 31):
        people.change(*[{"name": str(number)}] * 20)
        everybody(snapshot)
    for asker in askers:
        asker.join(TIMEOUT)
    assert all(len(names) == 20 and len(set(names)) == 1 for names in seen)
