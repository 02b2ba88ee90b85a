"""During an outage a snapshot serves the last good data as stale; a missing directory has no entries."""

import time

import pytest
from pydantic import ValidationError

from listed_people import ADA, BOB, CALLER, Listing, RemoteListing, all_entries, first_match, listing
from waiting import LONG_TIMEOUT, TIMEOUT, wait_until
from xivo_dird.backend import ReadReport, SourceDataMissing, SourceOptions, SourceUnavailable
from xivo_dird.index.state import SnapshotState
from xivo_dird.threads.deadline import Deadline


@pytest.mark.parametrize(
    ("error", "text"),
    [(SourceUnavailable("no line"), "no line"), (RuntimeError("bug"), "RuntimeError: bug")],
)
@pytest.mark.parametrize("where", ["version_error", "entries_error"])
def test_an_outage_before_the_first_load_is_reported(people, open_snapshot, where, error, text):
    setattr(people, where, error)
    snapshot = open_snapshot(people)
    with pytest.raises(SourceUnavailable, match=f"^{text}$") as raised:
        all_entries(snapshot)
    assert raised.value.__cause__ is error
    assert snapshot.state().error == text


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


def test_a_version_check_that_raises_system_exit_stops_nothing(people, open_snapshot):
    snapshot = open_snapshot(people)
    all_entries(snapshot)
    people.version_error = SystemExit()
    assert all_entries(snapshot) == [ADA]
    assert snapshot.state().error == "looking whether its data changed raised SystemExit"
    people.version_error = None
    people.change(BOB)
    assert all_entries(snapshot) == [BOB]


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


def test_an_outage_is_logged_once_with_the_name_of_the_source(people, open_snapshot, caplog):
    snapshot = open_snapshot(people)
    all_entries(snapshot)
    people.version_error = SourceUnavailable("no line")
    for _ in range(5):
        all_entries(snapshot)
    warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert warnings == ["Source 'people' can't be read, the last good data are used: no line"]


def test_the_state_before_the_first_data_has_no_facts(people, open_snapshot):
    assert open_snapshot(people).state() == SnapshotState(None, 0, None, None, None)


def test_the_state_has_the_facts_of_the_index(people, open_snapshot):
    people.report = ReadReport(3, 2, "row 2: no name", "size limit 3")
    snapshot = open_snapshot(people)
    facts = snapshot.ask(lambda reader: reader.facts, CALLER, Deadline.after(TIMEOUT))
    assert facts.built_at == pytest.approx(time.time(), abs=TIMEOUT)
    assert 0 < facts.build_seconds < TIMEOUT
    assert snapshot.state() == SnapshotState(
        version="version 0",
        entries=1,
        built_at=facts.built_at,
        build_seconds=facts.build_seconds,
        error=None,
        rows=3,
        skipped=2,
        skip_reason="row 2: no name",
        incomplete="size limit 3",
    )


def test_the_age_of_stale_data_is_the_time_since_the_first_failure(people, open_snapshot):
    snapshot = open_snapshot(people)
    all_entries(snapshot)
    started_at = time.time()
    for text in ("no line", "no host"):
        people.version_error = SourceUnavailable(text)
        all_entries(snapshot)
    assert 0 <= snapshot.state().age <= time.time() - started_at
