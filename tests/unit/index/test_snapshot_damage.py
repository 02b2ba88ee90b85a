"""An index that is damaged or lost is built again, and no other error says that it is."""

import threading

import pytest

from listed_people import (
    ADA,
    BOB,
    CALLER,
    Listing,
    UserListing,
    all_entries,
    first_match,
    hanging,
    listing,
    search,
)
from waiting import LONG_TIMEOUT, TIMEOUT, assert_prompt, wait_until
from xivo_dird.backend import SourceUnavailable
from xivo_dird.index.open_file import IndexDamaged, IndexLost, IndexUnreadable
from xivo_dird.threads.deadline import Deadline


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


def read_or_raise(error):
    """Return a query that raises an error."""

    def read(_reader):
        raise error

    return read


def damage(folder):
    """Damage the index file in a folder; return its path."""
    (path,) = folder.glob("*.sqlite")
    content = path.read_bytes()
    path.write_bytes(b"x" + content[1:])
    return path


@pytest.mark.parametrize("kind", [Listing, UserListing])
@pytest.mark.parametrize("error", [IndexUnreadable("out of order"), RuntimeError("bug")])
def test_an_unexpected_error_of_a_damaged_index_leads_to_a_new_one(
    open_snapshot, tmp_path, caplog, error, kind
):
    people = listing(kind)
    snapshot = open_snapshot(people)
    all_entries(snapshot)
    path = damage(tmp_path / "index")
    with pytest.raises(type(error)):
        snapshot.ask(read_or_raise(error), CALLER, Deadline.after(TIMEOUT))
    wait_until(lambda: people.listings == 2)
    wait_until(lambda: all_entries(snapshot) == [ADA])
    warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert warnings == [f"Source 'people': the index file {path} is damaged: its checksum is wrong"]


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


@pytest.mark.parametrize("kind", [Listing, UserListing])
def test_an_index_whose_file_is_gone_is_built_again(open_snapshot, tmp_path, kind):
    people = listing(kind)
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
    readers = []

    def read(reader):
        readers.append(reader)
        raise IndexLost("gone")

    with pytest.raises(SourceUnavailable, match=r"^its index is damaged again and again$"):
        snapshot.ask(read, CALLER, Deadline.after(TIMEOUT))
    assert len(set(readers)) == 3


@pytest.mark.parametrize("max_wait", [0.0, 0.04])
@pytest.mark.parametrize("error", [IndexDamaged("malformed"), IndexLost("gone")])
def test_a_question_does_not_wait_long_for_the_repair_of_an_index(people, open_snapshot, error, max_wait):
    snapshot = open_snapshot(people, max_wait=max_wait)
    all_entries(snapshot)
    people.change(ADA, BOB)
    reason = r"^its index file was damaged or removed, and is being rebuilt$"
    with hanging(people), assert_prompt(), pytest.raises(SourceUnavailable, match=reason):
        snapshot.ask(read_or_raise(error), CALLER, Deadline.after(LONG_TIMEOUT))
    wait_until(lambda: snapshot.is_ready and all_entries(snapshot) == [ADA, BOB])
