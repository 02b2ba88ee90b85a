"""The entries that a plugin lists are read within limits."""

import sqlite3

import pytest

from waiting import LONG_TIMEOUT
from xivo_dird.backend import ReadReport, ReportedEntries, SourceUnavailable
from xivo_dird.index.limits import IndexLimits
from xivo_dird.index.listed_entries import ListedEntries
from xivo_dird.threads.deadline import Deadline

LIMITS = IndexLimits(max_entries=3, max_entry_bytes=100, max_build_seconds=LONG_TIMEOUT, max_bytes=1000)


@pytest.fixture
def files(tmp_path):
    return (tmp_path / "index.part", tmp_path / "index.part-journal")


@pytest.fixture
def listed(files):
    """Return a function that reads entries."""

    def list_(entries, limits=LIMITS, is_aborted=lambda: False):
        return ListedEntries(lambda: entries, is_aborted, limits, files)

    return list_


def raising(error):
    yield {"name": "Ada"}
    raise error


def test_so_many_entries_are_read_and_not_one_more(listed):
    entries = [{"name": str(number)} for number in range(3)]
    assert list(listed(entries).read()) == [*enumerate(entries, 1)]
    reading = listed([*entries, {}]).read()
    assert [next(reading) for _ in entries] == [*enumerate(entries, 1)]
    with pytest.raises(SourceUnavailable, match=r"^it lists more than 3 entries \(index\.max_entries\)$"):
        next(reading)


def test_a_list_that_takes_too_long_is_given_up(listed):
    slow = listed([{"name": "Ada"}], IndexLimits(max_entries=1, max_build_seconds=0.0))
    reason = r"^listing its entries takes more than 0 s \(index\.max_build_seconds\)$"
    with pytest.raises(SourceUnavailable, match=reason):
        list(slow.read())


def test_the_time_until_there_is_a_list_counts(files):
    def entries():
        started = Deadline.after(0.011)
        while not started.is_expired:
            pass
        return [{"name": "Ada"}]

    listing = ListedEntries(entries, lambda: False, IndexLimits(max_build_seconds=0.01), files)
    with pytest.raises(SourceUnavailable, match=r"takes more than 0\.01 s"):
        list(listing.read())


def test_an_aborted_list_is_not_read_further(listed):
    aborted: list[bool] = []
    reading = listed([{"name": "Ada"}] * 3, is_aborted=lambda: bool(aborted)).read()
    assert [next(reading) for _ in range(2)] == [(1, {"name": "Ada"}), (2, {"name": "Ada"})]
    aborted.append(True)
    with pytest.raises(SourceUnavailable, match=r"^the source is being closed$"):
        next(reading)
    with pytest.raises(SourceUnavailable, match=r"^the source is being closed$"):
        listed([], is_aborted=lambda: True).raise_if_aborted()
    listed([]).raise_if_aborted()


@pytest.mark.parametrize("error", [OSError("disk"), sqlite3.OperationalError("disk")])
def test_an_error_that_would_be_taken_for_one_of_the_index_is_translated(listed, error):
    with pytest.raises(SourceUnavailable, match=f"^{type(error).__name__}: disk$"):
        list(listed(raising(error)).read())


def test_any_other_error_is_raised(listed):
    with pytest.raises(RuntimeError, match="bug"):
        list(listed(raising(RuntimeError("bug"))).read())


def test_what_a_plugin_has_opened_is_closed_at_once(listed):
    closed = []

    def entries():
        try:
            yield {"name": "Ada"}
            yield {"name": "Bob"}
        finally:
            closed.append("yes")

    reading = listed(entries()).read()
    next(reading)
    reading.close()
    assert closed == ["yes"]


def test_entries_that_can_not_be_used_are_left_out_and_counted(listed):
    reading = listed([{"name": "x" * 92}, {"name": "x" * 93}, "no entry"])
    assert [entry for _, entry in reading.read()] == [{"name": "x" * 92}]
    assert reading.report(1) == ReadReport(3, 2, "entry 2: it is larger than 100 bytes")
    assert listed([]).report(0) == ReadReport(0)


def test_the_report_of_a_plugin_is_completed(listed):
    entries = ReportedEntries([{"name": "Ada"}, {"name": "x" * 200}], lambda: ReadReport(9, 4, "line 7"))
    reading = listed(entries)
    assert [entry for _, entry in reading.read()] == [{"name": "Ada"}]
    assert reading.report(1) == ReadReport(9, 5, "line 7")
    silent = listed(ReportedEntries([{"name": "Ada"}, {"name": "x" * 200}], lambda: ReadReport(2)))
    list(silent.read())
    assert silent.report(1) == ReadReport(2, 1, "entry 2: it is larger than 100 bytes")


def test_the_files_of_an_index_have_a_largest_size(listed, files):
    listed([]).check_files()
    files[0].write_bytes(b"x" * 600)
    files[1].write_bytes(b"x" * 400)
    listed([]).check_files()
    files[1].write_bytes(b"x" * 401)
    with pytest.raises(
        SourceUnavailable, match=r"^its index is larger than 1000 bytes \(index\.max_bytes\)$"
    ):
        listed([]).check_files()


def test_a_large_index_leaves_a_part_of_the_disk_to_others(listed, files):
    building = listed([], IndexLimits())

    def check(size, free):
        with files[0].open("wb") as file:
            file.truncate(size)
        building.check_files({files[0].parent: free}.__getitem__)

    check(16 * 1024**2, free=0)
    check(16 * 1024**2 + 1, free=64 * 1024**2)
    with pytest.raises(
        SourceUnavailable, match=r"^its index has 16777217 bytes and the disk is nearly full$"
    ):
        check(16 * 1024**2 + 1, free=64 * 1024**2 - 1)


def test_a_large_index_is_copied_if_the_copy_leaves_a_part_of_the_disk(listed, files):
    building, mebibyte = listed([], IndexLimits()), 1024**2

    def check(size, free):
        building.check_copy(size, {files[0].parent: free}.__getitem__)

    check(16 * mebibyte, free=0)
    check(20 * mebibyte, free=84 * mebibyte)
    with pytest.raises(
        SourceUnavailable, match=r"^its index has 20971520 bytes and the disk is nearly full$"
    ):
        check(20 * mebibyte, free=84 * mebibyte - 1)


def test_a_large_index_is_built_on_a_disk_with_space(listed, files):
    with files[0].open("wb") as file:
        file.truncate(17 * 1024**2)
    listed([], IndexLimits()).check_files()
