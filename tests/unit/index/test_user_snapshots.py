"""The indexes of users: open while they are used, closed when they are not, and never under a question."""

import threading

import pytest

from waiting import TIMEOUT, wait_until
from xivo_dird.backend import (
    Caller,
    Environment,
    QuestionRefused,
    SnapshotBackend,
    SourceOptions,
    SourceUnavailable,
)
from xivo_dird.index.directory_data import DirectoryData
from xivo_dird.index.limits import DEFAULT_INDEX_LIMITS, IndexLimits, SnapshotLimits
from xivo_dird.index.shared_folder import SharedFolder, remove_unused
from xivo_dird.index.snapshot_threads import SnapshotThreads
from xivo_dird.index.user_snapshots import SWEEP_SECONDS, UserSnapshots
from xivo_dird.sync import user_folder
from xivo_dird.threads.deadline import Deadline
from xivo_dird.threads.schedule import Schedule, ScheduledCall
from xivo_dird.threads.tasks import TaskThreads


class Books(SnapshotBackend):
    """Each user has an entry with their name."""

    Options = SourceOptions
    per_user = True
    check_interval = 3600.0

    def version(self, caller):
        return "1"

    def entries(self, caller):
        return [{"name": caller.user_uuid}]


class Plan:
    """A schedule that keeps the sweeps, which a test makes itself."""

    def __init__(self):
        self.sweeps = []
        self.pauses = []

    def call_after(self, seconds, work):
        if work.__name__ == "_sweep":
            self.sweeps.append(work)
        self.pauses.append(seconds)
        return ScheduledCall(work)


@pytest.fixture
def plan():
    return Plan()


@pytest.fixture
def folder(tmp_path):
    return SharedFolder(tmp_path / "books")


@pytest.fixture
def open_users(tmp_path, folder):
    """Return a function that opens the indexes of the users of a source; close them after the test."""
    opened = []

    def open_users(schedule=None, index_limits=DEFAULT_INDEX_LIMITS, backend=Books, **arguments):
        options = SourceOptions(name="books", searched_columns=["name"])
        data = DirectoryData(backend(options, Environment("books", "tenant", Books.Settings(), tmp_path)))
        schedule = schedule or Schedule("tested users")
        threads = SnapshotThreads(TaskThreads("tasks", 2), TaskThreads("checks", 2), schedule)
        users = UserSnapshots(data, folder, threads, index_limits=index_limits, **arguments)
        opened.append((users, threads))
        return users

    yield open_users
    for users, threads in opened:
        users.close()
        threads.close()
        if isinstance(threads.schedule, Schedule):
            threads.schedule.stop()


def search_all(reader):
    return reader.search("")


def ask(users, name, read=search_all):
    return users.ask(read, Caller("token", "tenant", name), Deadline.after(TIMEOUT))


def reader_of(users, name):
    """Return the open index of a user."""
    return ask(users, name, lambda reader: reader)


def test_an_index_that_nobody_uses_is_closed(open_users):
    users = open_users(max_idle_seconds=0.01)
    assert ask(users, "ada") == [{"name": "ada"}]
    wait_until(lambda: users.state().users == 0)
    assert ask(users, "ada") == [{"name": "ada"}]


def test_an_index_that_was_used_a_short_time_ago_stays_open(open_users, plan):
    users = open_users(plan)
    readers = {name: reader_of(users, name) for name in ("ada", "bob")}
    assert len(plan.sweeps) == 1
    assert SWEEP_SECONDS in plan.pauses
    plan.sweeps.pop()()
    assert users.state().users == 2
    assert len(plan.sweeps) == 1
    assert {name: reader_of(users, name) for name in readers} == readers


def test_no_search_for_unused_indexes_is_made_when_there_are_none(open_users, plan):
    users = open_users(plan, max_idle_seconds=0.0)
    ask(users, "ada")
    plan.sweeps.pop()()
    assert users.state().users == 0
    assert plan.sweeps == []
    ask(users, "ada")
    users.retire()
    users.close()
    assert len(plan.sweeps) == 1


def test_retired_indexes_are_closed_once_and_for_all(open_users, plan):
    users = open_users(plan)
    ask(users, "ada")
    users.retire()
    plan.sweeps.pop()()
    assert users.state().users == 1
    assert plan.sweeps == []
    users.close()
    assert users.state().users == 0


def test_an_index_that_is_used_is_not_closed(open_users):
    users = open_users(index_limits=IndexLimits(max_open_users=1), max_idle_seconds=0.01)

    def read(reader):
        assert ask(users, "bob") == [{"name": "bob"}]
        wait_until(lambda: users.state().users == 1)
        return reader.search("")

    assert ask(users, "ada", read) == [{"name": "ada"}]


def test_an_index_is_used_until_the_last_of_several_questions_has_ended(open_users):
    users = open_users(index_limits=IndexLimits(max_open_users=1))

    def read(reader):
        assert reader_of(users, "ada") is reader
        ask(users, "bob")
        return reader_of(users, "ada") is reader

    assert ask(users, "ada", read)
    ask(users, "cy")
    assert users.state().users == 1


def test_the_least_recently_used_index_is_closed_first(open_users):
    users = open_users(index_limits=IndexLimits(max_open_users=2))
    ada = reader_of(users, "ada")
    bob = reader_of(users, "bob")
    assert reader_of(users, "ada") is ada
    ask(users, "cy")
    assert users.state().users == 2
    assert reader_of(users, "ada") is ada
    assert reader_of(users, "bob") is not bob


def test_each_user_has_a_folder_in_that_of_the_source(open_users, folder):
    users = open_users()
    for name in ("ada", "bob"):
        ask(users, name)
    assert all(user_folder(folder.path, "tenant", name).is_dir() for name in ("ada", "bob"))
    assert not remove_unused(folder.path)
    users.close()
    assert remove_unused(folder.path)


def test_the_limits_of_a_source_are_those_of_each_index(open_users, plan):
    limits = SnapshotLimits(min_pause=7.0)
    users = open_users(plan, IndexLimits(max_entries=0), limits=limits)
    with pytest.raises(SourceUnavailable, match=r"^it lists more than 0 entries \(index.max_entries\)$"):
        ask(users, "ada")
    assert 7.0 in plan.pauses


def test_retired_indexes_still_answer_and_no_other_is_opened(open_users):
    users = open_users()
    ask(users, "ada")
    users.retire()
    assert ask(users, "ada") == [{"name": "ada"}]
    with pytest.raises(SourceUnavailable, match=r"^the source was edited or removed$"):
        ask(users, "bob")


@pytest.mark.parametrize("nobody", [None, ""])
def test_a_caller_without_a_user_is_refused(open_users, nobody):
    reason = r"^each user has entries of their own here, and the token has no user$"
    with pytest.raises(QuestionRefused, match=reason):
        ask(open_users(), nobody)


def test_many_threads_share_the_indexes(open_users):
    users, found = open_users(index_limits=IndexLimits(max_open_users=3)), []
    names = [f"user {number % 7}" for number in range(70)]
    threads = [
        threading.Thread(target=lambda name=name: found.append((name, ask(users, name)))) for name in names
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT)
    assert sorted(name for name, _ in found) == sorted(names)
    assert all(entries == [{"name": name}] for name, entries in found)
    assert (users.state().users or 0) <= 7


class GuardedBooks(Books):
    """Only the token `trusted` may read the books of other users."""

    def authorize(self, caller):
        if caller.token != "trusted":
            raise QuestionRefused("not yours")


def test_the_backend_decides_which_token_of_another_may_ask(open_users):
    users = open_users(backend=GuardedBooks)
    owner = Caller("token", "tenant", "ada")
    for caller in (owner, Caller("trusted", "tenant", "bob").for_user("ada")):
        assert users.ask(search_all, caller, Deadline.after(TIMEOUT)) == [{"name": "ada"}]
    with pytest.raises(QuestionRefused, match="not yours"):
        users.ask(search_all, Caller("token", "tenant", "bob").for_user("ada"), Deadline.after(TIMEOUT))
