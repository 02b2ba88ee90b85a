"""Threads, processes and users share snapshots, which end without waiting for what hangs."""

import threading

import pytest

from listed_people import ADA, BOB, UserListing, all_entries, hanging, listing
from waiting import LONG_TIMEOUT, TIMEOUT, wait_until
from xivo_dird.backend import Caller, SourceUnavailable


def test_two_snapshots_share_one_folder(people, open_snapshot):
    first, second = open_snapshot(people), open_snapshot(people)
    assert all_entries(first) == all_entries(second) == [ADA]
    assert people.listings == 1
    people.change(BOB)
    assert all_entries(first) == all_entries(second) == [BOB]
    assert people.listings == 2


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


def test_a_retired_snapshot_still_answers_and_is_not_refreshed(people, open_snapshot):
    snapshot = open_snapshot(people)
    assert all_entries(snapshot) == [ADA]
    snapshot.retire()
    people.change(BOB)
    assert all_entries(snapshot) == [ADA]
    assert people.listings == 1


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


class RemoteUserListing(UserListing):
    """The same, and it is not checked during the test."""

    check_interval = LONG_TIMEOUT


@pytest.mark.parametrize("kind", [UserListing, RemoteUserListing])
def test_a_new_token_is_used_at_once_after_the_last_one_failed(open_snapshot, kind):
    people = listing(kind)
    people.refused = {"old"}
    snapshot = open_snapshot(people)
    old, new = Caller("old", "tenant", "ada"), Caller("new", "tenant", "ada")
    with pytest.raises(SourceUnavailable, match=r"^old has expired$"):
        all_entries(snapshot, caller=old)
    assert all_entries(snapshot, caller=new) == [ADA]
    assert people.callers == [new]


def test_a_retired_snapshot_answers_a_new_token_after_the_last_one_failed(open_snapshot):
    people = listing(UserListing)
    snapshot = open_snapshot(people)
    old, new = Caller("old", "tenant", "ada"), Caller("new", "tenant", "ada")
    for refused in (set(), {"old"}):
        people.refused = refused
        assert all_entries(snapshot, caller=old) == [ADA]
    snapshot.retire()
    assert all_entries(snapshot, caller=new) == [ADA]


def test_a_question_with_a_new_token_does_not_wait_while_there_are_data(open_snapshot):
    people = listing(UserListing)
    snapshot = open_snapshot(people, max_wait=0.02)
    old, new = Caller("old", "tenant", "ada"), Caller("new", "tenant", "ada")
    for refused in (set(), {"old"}):
        people.refused = refused
        assert all_entries(snapshot, caller=old) == [ADA]
    people.change(BOB)
    with hanging(people):
        assert all_entries(snapshot, LONG_TIMEOUT, new) == [ADA]
    wait_until(lambda: all_entries(snapshot, caller=new) == [BOB])
