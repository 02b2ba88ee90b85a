"""A snapshot serves current data if possible, else the last good data, and never waits past the deadline."""

import threading
import time
from dataclasses import dataclass

import pytest

from listed_people import (
    ADA,
    BOB,
    CALLER,
    FastListing,
    Listing,
    RemoteListing,
    UserListing,
    all_entries,
    first_match,
    hanging,
    listing,
    search,
)
from waiting import LONG_TIMEOUT, TIMEOUT, assert_prompt, wait_until
from xivo_dird.backend import SourceUnavailable
from xivo_dird.threads.deadline import Deadline


def test_the_first_question_waits_for_the_data(people, open_snapshot):
    snapshot = open_snapshot(people)
    assert search(snapshot, "AD") == [ADA]
    assert first_match(snapshot, "11") == ADA
    assert people.listings == 1


@pytest.mark.parametrize("kind", [Listing, RemoteListing])
def test_the_first_question_does_not_wait_past_its_deadline(open_snapshot, kind):
    people = listing(kind)
    snapshot = open_snapshot(people)
    reason = r"^its data are still being read for the first time$"
    with hanging(people), pytest.raises(SourceUnavailable, match=reason):
        all_entries(snapshot, timeout=0.02)


def test_warming_loads_before_the_first_question(people, open_snapshot):
    snapshot = open_snapshot(people)
    assert not snapshot.is_ready
    snapshot.warm()
    wait_until(lambda: snapshot.is_ready)
    state = snapshot.state()
    assert (state.version, state.entries, state.error) == ("version 0", 1, None)
    assert state.built_at == pytest.approx(time.time(), abs=TIMEOUT)


@pytest.mark.parametrize("kind", [Listing, FastListing, UserListing])
def test_a_change_is_found_by_the_next_question(open_snapshot, kind):
    people = listing(kind)
    snapshot = open_snapshot(people)
    for number in range(3):
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


def test_a_restart_with_unchanged_data_reads_nothing_again(people, open_snapshot):
    all_entries(open_snapshot(people))
    restarted = listing(Listing)
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
    wait_until(lambda: len(remote.version_callers) >= 5)


def test_the_first_question_of_a_remote_directory_waits_for_its_data(remote, open_snapshot):
    assert all_entries(open_snapshot(remote)) == [ADA]
    assert remote.listings == 1


def test_the_first_question_waits_for_the_read_that_runs_already(remote, open_snapshot):
    remote.entries_error = SourceUnavailable("no line")
    snapshot = open_snapshot(remote, min_pause=LONG_TIMEOUT)
    remote.entries_gate.clear()
    snapshot.warm()
    wait_until(lambda: remote.listings == 1)
    with pytest.raises(SourceUnavailable, match="no line"):
        snapshot.ask(
            lambda _reader: None,
            CALLER,
            OpeningDeadline(time.monotonic() + TIMEOUT, TIMEOUT, remote.entries_gate),
        )
    assert remote.listings == 1


@dataclass(frozen=True)
class OpeningDeadline(Deadline):
    """Opens a gate when a question begins to wait."""

    gate: threading.Event

    def remaining(self) -> float:
        self.gate.set()
        return super().remaining()


@pytest.mark.parametrize("kind", [Listing, FastListing])
def test_a_version_check_that_may_block_has_a_thread_of_its_own(open_snapshot, kind):
    people = listing(kind)
    snapshot = open_snapshot(people)
    for _ in range(2):
        assert all_entries(snapshot) == [ADA]
    own = "version people" if kind is Listing else threading.current_thread().name
    assert people.version_threads == [own, "snapshot people", "snapshot people", own]


def test_the_first_question_of_a_user_needs_no_check_of_its_own(open_snapshot):
    people = listing(UserListing)
    assert all_entries(open_snapshot(people)) == [ADA]
    assert people.version_threads == ["snapshot people", "snapshot people"]
    assert people.version_callers == [CALLER, CALLER]


def test_the_first_question_waits_for_a_slow_version_check(people, open_snapshot):
    snapshot, found = open_snapshot(people, max_check=0.0), []
    people.version_gate.clear()
    thread = threading.Thread(target=lambda: found.append(all_entries(snapshot)))
    thread.start()
    wait_until(lambda: people.version_callers)
    thread.join(0.02)
    assert found == []
    people.version_gate.set()
    thread.join(TIMEOUT)
    assert found == [[ADA]]
