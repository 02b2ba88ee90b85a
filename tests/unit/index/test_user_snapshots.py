"""The indexes of users: open while they are used, closed when they are not, and never under a question."""

import threading

import pytest

from waiting import LONG_TIMEOUT, TIMEOUT, wait_until
from xivo_dird.backend import (
    Caller,
    Environment,
    QuestionRefused,
    SnapshotBackend,
    SourceOptions,
    SourceUnavailable,
)
from xivo_dird.index.directory_data import DirectoryData
from xivo_dird.index.limits import IndexLimits, SnapshotLimits
from xivo_dird.index.shared_folder import SharedFolder
from xivo_dird.index.snapshot_threads import SnapshotThreads
from xivo_dird.index.user_snapshots import UserSnapshots, folder_name
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

    def call_after(self, seconds, work):
        if work.__name__ == "_sweep":
            self.sweeps.append(work)
        return ScheduledCall(work)


@pytest.fixture
def plan():
    return Plan()


@pytest.fixture
def open_users(tmp_path):
    """Return a function that opens the indexes of the users of a source; close them after the test."""
    opened = []

    def open_users(max_open_users=64, max_idle_seconds=LONG_TIMEOUT):
        options = SourceOptions(name="books", searched_columns=["name"])
        data = DirectoryData(Books(options, Environment("books", "tenant", Books.Settings(), tmp_path)))
        threads = SnapshotThreads.create("books", Schedule("tested users"), 2)
        limits = IndexLimits(max_open_users=max_open_users)
        users = UserSnapshots(
            data, SharedFolder(tmp_path), threads, SnapshotLimits(), limits, max_idle_seconds
        )
        opened.append((users, threads))
        return users

    yield open_users
    for users, threads in opened:
        users.close()
        threads.close()
        threads.schedule.stop()


def ask(users, name, read=lambda reader: reader.search("")):
    return users.ask(read, Caller("token", "tenant", name), Deadline.after(TIMEOUT))


def test_an_index_that_nobody_uses_is_closed(open_users):
    users = open_users(max_idle_seconds=0.01)
    assert ask(users, "ada") == [{"name": "ada"}]
    wait_until(lambda: users.state().users == 0)
    assert ask(users, "ada") == [{"name": "ada"}]


def test_an_index_that_was_used_a_short_time_ago_stays_open(tmp_path, plan):
    threads = SnapshotThreads(TaskThreads("tasks", 2), TaskThreads("checks", 2), plan)
    options = SourceOptions(name="books", searched_columns=["name"])
    data = DirectoryData(Books(options, Environment("books", "tenant", Books.Settings(), tmp_path)))
    users = UserSnapshots(data, SharedFolder(tmp_path), threads, max_idle_seconds=LONG_TIMEOUT)
    for name in ("ada", "bob"):
        ask(users, name)
    assert len(plan.sweeps) == 1
    plan.sweeps.pop()()
    assert users.state().users == 2
    assert len(plan.sweeps) == 1
    users.close()
    plan.sweeps.pop()()
    assert plan.sweeps == []
    threads.close()


def test_an_index_that_is_used_is_not_closed(open_users):
    users = open_users(max_open_users=1, max_idle_seconds=0.01)

    def read(reader):
        assert ask(users, "bob") == [{"name": "bob"}]
        wait_until(lambda: users.state().users == 1)
        return reader.search("")

    assert ask(users, "ada", read) == [{"name": "ada"}]


def test_the_least_recently_used_index_is_closed_first(open_users):
    users = open_users(max_open_users=2)
    for name in ("ada", "bob", "ada", "cy"):
        ask(users, name)
    assert users.state().users == 2
    opened = []
    for name in ("ada", "cy"):
        ask(users, name, lambda reader: opened.append(reader.facts.built_at))
    assert users.state().users == 2


def test_retired_indexes_still_answer_and_no_other_is_opened(open_users):
    users = open_users()
    ask(users, "ada")
    users.retire()
    assert ask(users, "ada") == [{"name": "ada"}]
    with pytest.raises(SourceUnavailable, match="edited or removed"):
        ask(users, "bob")


@pytest.mark.parametrize("nobody", [None, ""])
def test_a_caller_without_a_user_is_refused(open_users, nobody):
    with pytest.raises(QuestionRefused):
        ask(open_users(), nobody)


def test_many_threads_share_the_indexes(open_users):
    users, found = open_users(max_open_users=3), []
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


def test_tenant_and_user_are_not_confused():
    pairs = [
        ("a", "bc"),
        ("ab", "c"),
        ("", "abc"),
        ("abc", ""),
        ("1", "1:1"),
        ("1:1", "1"),
        ("\ud800", "x"),
        ("x", "\ud800"),
    ]
    assert len({folder_name(*pair) for pair in pairs}) == len(pairs)
