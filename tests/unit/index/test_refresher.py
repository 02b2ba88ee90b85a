"""Refreshes run one at a time, on behalf of the last caller, and are repeated: soon after a failure, else later."""

import threading
from pathlib import Path

import pytest
from typing_extensions import override

from listed_people import ADA, BOB, CALLER, Listing, UserListing, hanging, listing
from waiting import LONG_TIMEOUT, TIMEOUT, wait_until
from xivo_dird.backend import Caller, SourceDataMissing, SourceUnavailable, SyncPage, SyncState
from xivo_dird.index.builds import IndexBuilds
from xivo_dird.index.directory_data import DirectoryData
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.limits import DEFAULT_INDEX_LIMITS
from xivo_dird.index.refresher import IndexRefresher
from xivo_dird.index.shared_folder import SharedFolder
from xivo_dird.index.snapshot_threads import SnapshotThreads
from xivo_dird.index.state import RefreshFailure
from xivo_dird.threads.retry import Backoff
from xivo_dird.threads.schedule import ScheduledCall
from xivo_dird.threads.tasks import TaskThreads


class Plan:
    """A schedule whose calls a test makes itself."""

    def __init__(self):
        self.pauses = []
        self.calls = []

    def call_after(self, seconds, work):
        self.pauses.append(seconds)
        self.calls.append(ScheduledCall(work))
        return self.calls[-1]


class CopiedListing(Listing):
    """Lists a copy of `people`."""

    state_folder: Path

    @override
    def entries(self, caller):
        pages = [SyncPage([(str(entry["id"]), entry) for entry in super().entries(caller)], "cursor")]
        return SyncState(self.state_folder, "").synchronized(lambda _: pages)


class RefusingThreads(TaskThreads):
    """The system refuses every thread while `refuses` is set."""

    refuses = False

    def run(self, task):
        if self.refuses:
            raise SourceUnavailable("no thread can be started")
        super().run(task)


@pytest.fixture
def plan():
    return Plan()


@pytest.fixture
def tasks():
    tasks = RefusingThreads("tasks", 2)
    yield tasks
    tasks.close()


@pytest.fixture
def refresh(tmp_path, plan, tasks):
    """Return a function that creates the refresher of a directory; close it at the end."""
    opened = []

    def refresh(directory, interval=LONG_TIMEOUT):
        directory.check_interval = interval
        data = DirectoryData(directory)
        closing = threading.Event()
        folder = SharedFolder(tmp_path / "index")
        files = IndexFiles(folder, data.shape, closing)
        builds = IndexBuilds(data, files, folder.path, DEFAULT_INDEX_LIMITS)
        threads = SnapshotThreads(tasks, tasks, plan)
        refresher = IndexRefresher(
            data, files, builds, threads, closing, Backoff(max_pause=2.0, min_pause=0.5)
        )
        opened.append((refresher, directory))
        return refresher

    yield refresh
    for refresher, directory in opened:
        directory.entries_gate.set()
        refresher.close()


def complete(refresher, caller=None):
    """Request a refresh, and wait until it is completed; return its ticket."""
    ticket = refresher.request(caller)
    refresher.wait(ticket, lambda _: False, TIMEOUT)
    return ticket


def test_the_pauses_after_failures_double_until_a_success(people, refresh, plan):
    refresher = refresh(people)
    people.version_error = SourceUnavailable("no line")
    ticket = complete(refresher)
    for _ in range(3):
        plan.calls[-1].run()
        ticket += 1
        refresher.wait(ticket, lambda _: False, TIMEOUT)
    assert plan.pauses == [0.5, 1.0, 2.0, 2.0]
    people.version_error = None
    complete(refresher)
    people.version_error = SourceUnavailable("no line")
    complete(refresher)
    assert plan.pauses[4:] == [LONG_TIMEOUT, 0.5]


def test_the_pause_is_as_long_as_a_server_asks_for(people, refresh, plan):
    people.version_error = SourceUnavailable("slow down")
    people.version_error.retry_after = 100
    complete(refresh(people))
    assert plan.pauses == [100]


def test_data_that_each_question_checks_are_not_checked_in_the_background(people, refresh, plan):
    complete(refresh(people, interval=0.0))
    assert plan.pauses == []


def test_only_the_last_scheduled_check_is_made_and_none_after_retiring(people, refresh, plan, tasks):
    refresher = refresh(people)
    for _ in range(3):
        complete(refresher)
    versions = len(people.version_callers)
    for call in plan.calls[:-1]:
        call.run()
    wait_until(lambda: not tasks.is_busy)
    refresher.retire()
    plan.calls[-1].run()
    wait_until(lambda: not tasks.is_busy)
    assert len(plan.calls) == 3
    assert len(people.version_callers) == versions
    with pytest.raises(SourceUnavailable, match=r"^the source was edited or removed$"):
        refresher.request(None)


def test_a_check_without_a_thread_is_made_later(people, refresh, plan, tasks):
    complete(refresh(people))
    tasks.refuses = True
    plan.calls[-1].run()
    assert plan.pauses == [LONG_TIMEOUT, 0.5]
    tasks.refuses = False
    people.change(BOB)
    plan.calls[-1].run()
    wait_until(lambda: people.listings == 2)


def test_checks_in_the_background_are_made_for_the_last_caller(refresh, plan):
    people = listing(UserListing)
    refresher = refresh(people)
    complete(refresher, CALLER)
    newer = Caller("newer", "tenant", "user")
    assert refresher.use_caller(CALLER) is None
    assert refresher.use_caller(newer) is None
    plan.calls[-1].run()
    refresher.wait(2, lambda _: False, TIMEOUT)
    assert people.version_callers == [CALLER, CALLER, newer]


def test_a_new_caller_repeats_a_refresh_that_failed(refresh):
    people = listing(UserListing)
    people.refused = {"token"}
    refresher = refresh(people)
    complete(refresher, CALLER)
    newer = Caller("newer", "tenant", "user")
    ticket = refresher.use_caller(newer)
    assert ticket == 2
    refresher.wait(ticket, lambda _: False, TIMEOUT)
    assert refresher.failure is None
    assert people.callers == [newer]


def test_a_new_caller_of_retired_data_repeats_nothing(refresh):
    people = listing(UserListing)
    people.refused = {"token"}
    refresher = refresh(people)
    complete(refresher, CALLER)
    refresher.retire()
    assert refresher.use_caller(Caller("newer", "tenant", "user")) is None


def test_requests_during_a_refresh_share_the_next_one(people, refresh):
    refresher = refresh(people)
    with hanging(people):
        first = refresher.request(None)
        wait_until(lambda: people.listings == 1)
        others = [refresher.request(None) for _ in range(5)]
    refresher.wait(first, lambda _: False, TIMEOUT)
    refresher.wait(others[-1], lambda _: False, TIMEOUT)
    assert len(people.version_callers) == 3  # before and after the reading, and once more


def test_unchanged_data_are_served_from_the_same_index(people, refresh):
    refresher = refresh(people)
    complete(refresher)
    loaded = refresher.loaded
    complete(refresher)
    assert refresher.loaded is loaded
    people.change(BOB)
    complete(refresher)
    assert refresher.loaded.reader.search("") == [BOB]


def test_data_that_change_during_each_read_have_the_version_of_the_last(people, refresh):
    people.on_listing = lambda: people.change(ADA)
    refresher = refresh(people)
    complete(refresher)
    assert people.listings == 3
    assert refresher.loaded.version == "version 2"


def test_a_copy_that_changes_while_it_is_read_is_served_at_once(refresh, tmp_path):
    people = listing(CopiedListing)
    people.state_folder = tmp_path / "state"
    people.on_listing = lambda: people.change(ADA)
    refresher = refresh(people)
    complete(refresher)
    assert people.listings == 1
    assert (refresher.loaded.version, refresher.loaded.reader.search("")) == ("version 0", [ADA])
    complete(refresher)
    assert (people.listings, refresher.loaded.version) == (2, "version 1")


@pytest.mark.parametrize(
    ("where", "error", "version", "text"),
    [
        ("version_error", SourceUnavailable("no line"), None, "no line"),
        ("entries_error", SourceUnavailable("no line"), "version 0", "no line"),
        ("entries_error", SystemExit(), "version 0", "reading its data raised SystemExit"),
    ],
)
def test_a_failure_names_the_version_that_could_not_be_read(people, refresh, where, error, version, text):
    setattr(people, where, error)
    refresher = refresh(people)
    complete(refresher)
    assert refresher.failure.version == version
    assert str(refresher.failure.error) == text


def test_a_failure_is_logged_with_its_consequence_unless_it_is_repeated(people, refresh, caplog):
    refresher = refresh(people)
    loaded = [
        (SourceUnavailable("no line"), "the last good data are used: no line"),
        (SourceUnavailable("no line"), None),
        (SourceDataMissing("no file"), "it returns nothing: no file"),
        (RuntimeError("bug"), "the last good data are used: bug"),
    ]
    for error, consequence in [(SourceUnavailable("no host"), "it has no data: no host"), *loaded]:
        if error is loaded[0][0]:
            complete(refresher)
        caplog.clear()
        refresher.record_failure(RefreshFailure(None, error))
        expected = [] if consequence is None else [f"Source 'people' can't be read, {consequence}"]
        assert [record.getMessage() for record in caplog.records] == expected
        tracebacks = [record.exc_info[1] for record in caplog.records if record.exc_info]
        assert tracebacks == ([error] if isinstance(error, RuntimeError) else [])
    refresher.close()
    caplog.clear()
    refresher.record_failure(RefreshFailure(None, SourceUnavailable("being closed")))
    assert caplog.records == []


def test_data_are_failing_since_the_first_of_consecutive_failures(people, refresh):
    refresher = refresh(people)
    times = []
    for text in ("one", "two"):
        refresher.record_failure(RefreshFailure(None, SourceUnavailable(text)))
        times.append(refresher.failing_since)
    complete(refresher)
    refresher.record_failure(RefreshFailure(None, SourceUnavailable("three")))
    assert times[0] == times[1] < refresher.failing_since


def test_after_a_wait_a_reading_has_nobody_who_waits_for_it(people, refresh, tasks):
    refresher = refresh(people)
    with hanging(people):
        ticket = refresher.request(None)
        wait_until(lambda: people.listings == 1)
        for _ in range(2):
            refresher.wait(ticket, lambda _: True, 0.0)
        refresher.retire()
    wait_until(lambda: not tasks.is_busy)
    assert refresher.loaded is None


def test_a_user_is_served_from_the_former_index_while_newer_data_are_read(refresh, folder_files):
    users = listing(UserListing)
    complete(refresh(users), CALLER)
    users.change(BOB)
    restarted = refresh(users)
    with hanging(users):
        restarted.wait(restarted.request(CALLER), lambda _: True, TIMEOUT)
        assert restarted.loaded.version == "version 0"
    wait_until(lambda: restarted.loaded.version == "version 1")


@pytest.mark.parametrize("broken", ["version_error", "entries_error"])
def test_after_a_restart_during_an_outage_the_former_index_is_served(people, refresh, broken):
    complete(refresh(people))
    people.change(BOB)
    setattr(people, broken, SourceUnavailable("no line"))
    restarted = refresh(people)
    complete(restarted)
    assert str(restarted.failure.error) == "no line"
    assert restarted.loaded.reader.search("") == [ADA]
    setattr(people, broken, None)
    complete(restarted)
    assert restarted.loaded.reader.search("") == [BOB]


def test_the_index_of_a_user_without_a_directory_is_removed(refresh, folder_files, caplog):
    users = listing(UserListing)
    complete(refresh(users), CALLER)
    assert folder_files()
    users.change(BOB)
    users.entries_error = SourceDataMissing("the user has no directory")
    caplog.set_level("INFO")
    complete(refresh(users), CALLER)
    assert not folder_files()
    assert [record.levelname for record in caplog.records if "no directory" in record.message] == ["INFO"]


@pytest.fixture
def folder_files(tmp_path):
    """Return a function that returns the index files on the disk."""
    return lambda: list((tmp_path / "index").glob("index-*.sqlite"))
