"""A snapshot serves current data if possible, else the last good data, and never waits past the deadline."""

import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import ValidationError

from index_factory import StandaloneSnapshot
from waiting import LONG_TIMEOUT, TIMEOUT, assert_prompt, wait_until
from xivo_dird.backend import (
    Caller,
    Environment,
    SnapshotBackend,
    SourceDataMissing,
    SourceOptions,
    SourceUnavailable,
)
from xivo_dird.index.limits import SnapshotLimits
from xivo_dird.index.open_file import IndexDamaged, IndexLost, IndexUnreadable
from xivo_dird.threads.deadline import Deadline

CALLER = Caller("token", "tenant", "user")
ADA = {"id": "1", "name": "Ada", "number": "11"}
BOB = {"id": "2", "name": "Bob", "number": "12"}


class Listing(SnapshotBackend):
    """A directory in memory that tests change while it is in use."""

    Options = SourceOptions
    check_interval = 0.0
    unique_column = "id"

    def __init__(self, options, environment):
        super().__init__(options, environment)
        self.people = [ADA]
        self.revision = 0
        self.version_error = None
        self.entries_error = None
        self.entries_gate = threading.Event()
        self.entries_gate.set()
        self.listings = 0
        self.version_calls = threading.Semaphore(0)
        self.version_gate = threading.Event()
        self.version_gate.set()
        self.closed = False
        self.on_listing = lambda: None

    def change(self, *people):
        self.people = list(people)
        self.revision += 1

    def version(self, caller):
        self.version_calls.release()
        self.version_gate.wait()
        if self.version_error:
            raise self.version_error
        return f"version {self.revision}"

    def entries(self, caller):
        self.listings += 1
        self.on_listing()
        people = list(self.people)
        self.entries_gate.wait()
        if self.entries_error:
            raise self.entries_error
        yield from people

    def close(self):
        self.closed = True


class RemoteListing(Listing):
    """A directory whose version is checked in the background only."""

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
def open_snapshot(tmp_path):
    """Return a function that opens a snapshot with short pauses; close all snapshots after the test."""
    snapshots = []

    def open_snapshot(backend, max_wait=TIMEOUT, max_check=TIMEOUT, max_reads=3, min_pause=0.01):
        limits = SnapshotLimits(max_wait, min_pause, 2 * min_pause, max_check, max_reads)
        snapshot = StandaloneSnapshot(backend, tmp_path / "index", limits)
        snapshots.append((snapshot, backend))
        return snapshot

    yield open_snapshot
    for snapshot, backend in snapshots:
        backend.entries_gate.set()
        backend.version_gate.set()
        snapshot.close()


@contextmanager
def hanging(backend):
    """Block all listings until the end of the context."""
    backend.entries_gate.clear()
    yield
    backend.entries_gate.set()


def all_entries(snapshot, timeout=TIMEOUT):
    return search(snapshot, "", timeout)


def search(snapshot, term, timeout=TIMEOUT):
    return snapshot.ask(lambda reader: reader.search(term), CALLER, Deadline.after(timeout)) or []


def first_match(snapshot, exten):
    return snapshot.ask(lambda reader: reader.first_match(exten), CALLER, Deadline.after(TIMEOUT))


def test_the_first_question_waits_for_the_data(people, open_snapshot):
    snapshot = open_snapshot(people)
    assert search(snapshot, "AD") == [ADA]
    assert first_match(snapshot, "11") == ADA
    assert people.listings == 1


@pytest.mark.parametrize("kind", [Listing, RemoteListing])
def test_the_first_question_does_not_wait_past_its_deadline(open_snapshot, kind):
    people = listing(kind)
    snapshot = open_snapshot(people)
    with hanging(people), pytest.raises(SourceUnavailable, match="for the first time"):
        all_entries(snapshot, timeout=0.02)


def test_warming_loads_before_the_first_question(people, open_snapshot):
    snapshot = open_snapshot(people)
    assert not snapshot.is_ready
    snapshot.warm()
    wait_until(lambda: snapshot.is_ready)
    state = snapshot.state()
    assert (state.version, state.entries, state.error) == ("version 0", 1, None)
    assert state.built_at == pytest.approx(time.time(), abs=TIMEOUT)


def test_a_change_is_found_by_the_next_question(people, open_snapshot):
    snapshot = open_snapshot(people)
    for number in range(5):
        people.change(ADA, {"name": f"Person {number}"})
        assert all_entries(snapshot) == [ADA, {"name": f"Person {number}"}]


def test_no_question_waits_for_the_rebuild_of_a_large_directory(people, open_snapshot):
    snapshot = open_snapshot(people, max_wait=0.0)
    assert all_entries(snapshot) == [ADA]
    people.change(BOB)
    with hanging(people):
        assert all_entries(snapshot) == [ADA]
    wait_until(lambda: all_entries(snapshot) == [BOB])


def test_a_question_waits_for_a_slow_build_only_as_long_as_max_wait(people, open_snapshot):
    snapshot = open_snapshot(people, max_wait=0.05)
    all_entries(snapshot)
    people.change(BOB)
    with hanging(people):
        assert all_entries(snapshot, timeout=LONG_TIMEOUT) == [ADA]


def test_the_last_good_data_are_served_while_a_version_check_hangs(people, open_snapshot):
    snapshot = open_snapshot(people, max_check=0.05)
    wait_until(lambda: all_entries(snapshot) == [ADA])
    people.change(BOB)
    people.version_gate.clear()
    with assert_prompt():
        assert all_entries(snapshot, timeout=LONG_TIMEOUT) == [ADA]
        wait_until(lambda: snapshot.state().error or all_entries(snapshot, timeout=LONG_TIMEOUT) != [ADA])
    assert snapshot.state().error == "to look whether its data changed takes too long"
    people.version_gate.set()
    wait_until(lambda: all_entries(snapshot) == [BOB] and snapshot.state().error is None)


def test_a_version_check_that_raises_system_exit_stops_nothing(people, open_snapshot):
    snapshot = open_snapshot(people)
    all_entries(snapshot)
    people.version_error = SystemExit()
    assert all_entries(snapshot) == [ADA]
    assert "SystemExit" in snapshot.state().error
    people.version_error = None
    people.change(BOB)
    assert all_entries(snapshot) == [BOB]


def test_a_restart_with_unchanged_data_reads_nothing_again(people, open_snapshot):
    all_entries(open_snapshot(people))
    restarted = listing()
    assert all_entries(open_snapshot(restarted)) == [ADA]
    assert restarted.listings == 0


def test_data_that_changed_while_being_read_are_read_again(people, open_snapshot):
    def change_once():
        if people.listings == 1:
            people.change(BOB)

    people.on_listing = change_once
    assert all_entries(open_snapshot(people)) == [BOB]


def test_data_that_change_during_every_read_are_served_anyway(people, open_snapshot):
    people.on_listing = lambda: people.change(ADA)
    assert all_entries(open_snapshot(people, max_reads=2)) == [ADA]
    assert people.listings == 2


@pytest.mark.parametrize("error", [SourceUnavailable("no line"), RuntimeError("bug")])
@pytest.mark.parametrize("where", ["version_error", "entries_error"])
def test_an_outage_before_the_first_load_is_reported(people, open_snapshot, where, error):
    setattr(people, where, error)
    snapshot = open_snapshot(people)
    with pytest.raises(SourceUnavailable, match=r"no line|bug"):
        all_entries(snapshot)
    assert str(error) in snapshot.state().error


def test_the_state_does_not_quote_the_entry_that_an_error_is_about(people, open_snapshot):
    with pytest.raises(ValidationError) as raised:
        SourceOptions.model_validate({"name": {"number": "a secret"}})
    people.entries_error = raised.value
    snapshot = open_snapshot(people)
    with pytest.raises(SourceUnavailable, match="name: Input should be a valid string"):
        all_entries(snapshot)
    assert "a secret" not in snapshot.state().error


@pytest.mark.parametrize("where", ["version_error", "entries_error"])
def test_the_last_good_data_are_served_as_stale_during_an_outage(people, open_snapshot, where):
    snapshot = open_snapshot(people)
    all_entries(snapshot)
    people.change(BOB)
    setattr(people, where, SourceUnavailable("no line"))
    assert not snapshot.state().stale
    assert all_entries(snapshot) == [ADA]
    state = snapshot.state()
    assert (state.error, state.stale) == ("no line", True)
    assert 0 <= state.age < TIMEOUT
    setattr(people, where, None)
    wait_until(lambda: all_entries(snapshot) == [BOB])
    state = snapshot.state()
    assert (state.error, state.stale, state.age) == (None, False, None)


def test_a_failed_listing_is_retried_in_the_background(people, open_snapshot):
    people.entries_error = SourceUnavailable("no line")
    snapshot = open_snapshot(people)
    snapshot.warm()
    wait_until(lambda: people.listings > 2)
    people.entries_error = None
    wait_until(lambda: snapshot.is_ready)


@pytest.mark.parametrize("where", ["version_error", "entries_error"])
@pytest.mark.parametrize("kind", [Listing, RemoteListing])
def test_a_missing_directory_returns_nothing_until_it_is_back(open_snapshot, where, kind):
    people = listing(kind)
    snapshot = open_snapshot(people)
    assert all_entries(snapshot) == [ADA]
    people.change(ADA, BOB)
    setattr(people, where, SourceDataMissing("the file is missing"))
    wait_until(lambda: all_entries(snapshot) == [])
    assert first_match(snapshot, "11") is None
    assert (snapshot.state().error, snapshot.state().stale) == ("the file is missing", False)
    setattr(people, where, None)
    wait_until(lambda: all_entries(snapshot) == [ADA, BOB])
    assert snapshot.state().error is None


def test_a_directory_that_never_existed_returns_nothing(people, open_snapshot):
    people.version_error = SourceDataMissing("the file is missing")
    snapshot = open_snapshot(people)
    assert all_entries(snapshot) == []
    assert snapshot.is_ready


def test_a_directory_that_is_back_unchanged_is_not_read_again(people, open_snapshot):
    snapshot = open_snapshot(people)
    all_entries(snapshot)
    people.version_error = SourceDataMissing("moved away")
    assert all_entries(snapshot) == []
    people.version_error = None
    assert all_entries(snapshot) == [ADA]
    assert people.listings == 1


def test_no_question_waits_for_a_remote_directory_after_its_first_load(remote, open_snapshot):
    snapshot = open_snapshot(remote)
    assert all_entries(snapshot) == [ADA]
    remote.change(BOB)
    with hanging(remote):
        wait_until(lambda: remote.listings == 2)
        assert all_entries(snapshot) == [ADA]
    wait_until(lambda: all_entries(snapshot) == [BOB])


def test_a_remote_directory_is_checked_without_questions(remote, open_snapshot):
    open_snapshot(remote).warm()
    for _ in range(5):
        assert remote.version_calls.acquire(timeout=TIMEOUT)


def test_a_damaged_index_is_rebuilt_during_the_question(people, open_snapshot, tmp_path):
    snapshot = open_snapshot(people)
    all_entries(snapshot)
    (path,) = (tmp_path / "index").glob("*.sqlite")
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    # Concurrent questions open new connections, whose caches do not hold the undamaged pages.
    threads = [threading.Thread(target=all_entries, args=[snapshot]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert search(snapshot, "ada") == [ADA]
    assert first_match(snapshot, "11") == ADA


def test_two_snapshots_share_one_folder(people, open_snapshot):
    first, second = open_snapshot(people), open_snapshot(people)
    assert all_entries(first) == all_entries(second) == [ADA]
    assert people.listings == 1
    people.change(BOB)
    assert all_entries(first) == all_entries(second) == [BOB]
    assert people.listings == 2


def test_closing_does_not_wait_for_a_hanging_listing(people, open_snapshot):
    snapshot = open_snapshot(people)
    with hanging(people):
        snapshot.warm()
        wait_until(lambda: people.listings)
        snapshot.close()
    assert people.closed
    wait_until(lambda: not any(thread.name == "snapshot people" for thread in threading.enumerate()))


def test_closing_wakes_waiting_questions(people, open_snapshot):
    snapshot = open_snapshot(people)
    errors = []

    def ask():
        try:
            all_entries(snapshot, timeout=LONG_TIMEOUT)
        except SourceUnavailable as error:
            errors.append(error)

    with hanging(people):
        thread = threading.Thread(target=ask)
        thread.start()
        wait_until(lambda: people.listings)
        snapshot.close()
        thread.join(TIMEOUT)
    assert errors


def test_an_outage_is_logged_once_with_the_name_of_the_source(people, open_snapshot, caplog):
    snapshot = open_snapshot(people)
    all_entries(snapshot)
    people.version_error = SourceUnavailable("no line")
    for _ in range(5):
        all_entries(snapshot)
    warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert warnings == ["Source 'people' can't be read, the last good data are used: no line"]


def test_concurrent_threads_see_only_whole_snapshots(people, open_snapshot):
    snapshot = open_snapshot(people)
    seen = set()

    def ask():
        while people.revision < 10:
            seen.add(tuple(entry["name"] for entry in all_entries(snapshot)))

    people.change(*[{"name": "0"}] * 20)
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(1, 11):
        people.change(*[{"name": str(number)}] * 20)
        all_entries(snapshot)
    for thread in threads:
        thread.join(TIMEOUT)
    assert all(len(names) == 20 and len(set(names)) == 1 for names in seen)


class UserListing(Listing):
    """A directory in which each user sees their own name."""

    per_user = True

    def __init__(self, options, environment):
        super().__init__(options, environment)
        self.callers = []
        self.refused = set()

    def version(self, caller):
        if caller.token in self.refused:
            raise SourceUnavailable(f"{caller.token} has expired")
        return super().version(caller)

    def entries(self, caller):
        self.callers.append(caller)
        return super().entries(caller)


@pytest.mark.parametrize("interval", [0.0, 3600.0])
def test_a_new_token_is_used_at_once_after_the_last_one_failed(open_snapshot, interval):
    people = listing(UserListing)
    people.check_interval = interval
    people.refused = {"old"}
    snapshot = open_snapshot(people)
    old, new = Caller("old", "tenant", "ada"), Caller("new", "tenant", "ada")

    def ask(caller):
        return snapshot.ask(lambda reader: reader.search(""), caller, Deadline.after(TIMEOUT))

    with pytest.raises(SourceUnavailable, match="old has expired"):
        ask(old)
    assert ask(new) == [ADA]
    assert people.callers == [new]


def read_or_raise(error):
    """Return a query that raises an error."""

    def read(_reader):
        raise error

    return read


def damage(folder):
    (path,) = folder.glob("*.sqlite")
    content = path.read_bytes()
    path.write_bytes(b"x" + content[1:])


@pytest.mark.parametrize("error", [IndexUnreadable("out of order"), RuntimeError("bug")])
def test_an_unexpected_error_of_a_damaged_index_leads_to_a_new_one(people, open_snapshot, tmp_path, error):
    snapshot = open_snapshot(people)
    all_entries(snapshot)
    damage(tmp_path / "index")
    with pytest.raises(type(error)):
        snapshot.ask(read_or_raise(error), CALLER, Deadline.after(TIMEOUT))
    wait_until(lambda: people.listings == 2)
    wait_until(lambda: all_entries(snapshot) == [ADA])


@pytest.mark.parametrize("error", [SourceUnavailable("too large"), MemoryError()])
def test_an_expected_error_says_nothing_about_the_index(people, open_snapshot, tmp_path, error):
    snapshot = open_snapshot(people)
    all_entries(snapshot)
    damage(tmp_path / "index")
    with pytest.raises(type(error)):
        snapshot.ask(read_or_raise(error), CALLER, Deadline.after(TIMEOUT))
    wait_until(lambda: not snapshot.threads.is_busy)
    assert snapshot.is_ready
    assert people.listings == 1


def test_an_index_whose_file_is_gone_is_built_again(people, open_snapshot, tmp_path):
    snapshot = open_snapshot(people)
    all_entries(snapshot)
    (path,) = (tmp_path / "index").glob("*.sqlite")
    path.unlink()
    assert snapshot.ask(lose_once(), CALLER, Deadline.after(TIMEOUT)) == [ADA]
    assert people.listings == 2


def lose_once():
    """Return a query of all entries that finds its file lost the first time."""
    errors = [IndexLost("gone")]

    def read(reader):
        if errors:
            raise errors.pop()
        return reader.search("")

    return read


def test_an_index_that_is_lost_again_and_again_is_given_up(people, open_snapshot):
    snapshot = open_snapshot(people)
    all_entries(snapshot)
    with pytest.raises(SourceUnavailable, match="its index is damaged again and again"):
        snapshot.ask(read_or_raise(IndexLost("gone")), CALLER, Deadline.after(TIMEOUT))


def test_a_question_does_not_wait_for_the_repair_of_a_large_index(people, open_snapshot):
    snapshot = open_snapshot(people, max_wait=0.0)
    all_entries(snapshot)
    with hanging(people), assert_prompt(), pytest.raises(SourceUnavailable, match="is being rebuilt"):
        snapshot.ask(read_or_raise(IndexDamaged("malformed")), CALLER, Deadline.after(LONG_TIMEOUT))


def test_a_retired_snapshot_still_answers_and_is_not_refreshed(people, open_snapshot):
    snapshot = open_snapshot(people)
    assert all_entries(snapshot) == [ADA]
    snapshot.retire()
    people.change(BOB)
    assert all_entries(snapshot) == [ADA]
    assert people.listings == 1


def test_the_first_question_of_a_remote_directory_waits_for_its_data(remote, open_snapshot):
    assert all_entries(open_snapshot(remote)) == [ADA]
    assert remote.listings == 1


def test_the_first_questions_at_once_cause_one_reading(people, open_snapshot):
    snapshot, found = open_snapshot(people), []
    with hanging(people):
        threads = [threading.Thread(target=lambda: found.append(all_entries(snapshot))) for _ in range(4)]
        for thread in threads:
            thread.start()
        wait_until(lambda: people.listings == 1)
    for thread in threads:
        thread.join(TIMEOUT)
    assert found == [[ADA]] * 4
    assert people.listings == 1


def test_the_state_before_the_first_data_has_no_facts(people, open_snapshot):
    state = open_snapshot(people).state()
    assert (state.version, state.entries, state.built_at, state.build_seconds, state.error) == (
        None,
        0,
        None,
        None,
        None,
    )
    assert (state.stale, state.age) == (False, None)


def test_data_that_can_not_be_read_are_not_read_with_each_question(people, open_snapshot):
    snapshot = open_snapshot(people, min_pause=LONG_TIMEOUT)
    all_entries(snapshot)
    people.change(BOB)
    people.entries_error = SourceUnavailable("no line")
    for _ in range(3):
        assert all_entries(snapshot) == [ADA]
    assert people.listings == 2
    people.change(BOB)
    people.entries_error = None
    assert all_entries(snapshot) == [BOB]


def test_retiring_ends_no_reading_that_a_question_waits_for(people, open_snapshot):
    snapshot, found = open_snapshot(people), []
    with hanging(people):
        thread = threading.Thread(target=lambda: found.append(all_entries(snapshot)))
        thread.start()
        wait_until(lambda: people.listings == 1)
        with pytest.raises(SourceUnavailable):
            all_entries(snapshot, timeout=0.02)
        snapshot.retire()
    thread.join(TIMEOUT)
    assert found == [[ADA]]


def test_retiring_ends_a_reading_that_nobody_waits_for(people, open_snapshot):
    snapshot = open_snapshot(people)
    with hanging(people):
        snapshot.warm()
        wait_until(lambda: people.listings == 1)
        snapshot.retire()
    wait_until(lambda: not snapshot.threads.is_busy)
    assert not snapshot.is_ready
    with pytest.raises(SourceUnavailable, match=r"edited or removed|being closed"):
        all_entries(snapshot)
