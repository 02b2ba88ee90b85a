"""The copy of a remote directory: a run changes it as a whole or not at all."""

import sqlite3

import pytest

from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.read_report import ReadReport
from xivo_dird.sync import CursorRefused, FullRuns, LargeWork, LeftOut, SyncPage, SyncState, small_work_only

ADA, BOB, CY = ({"name": name} for name in ("Ada", "Bob", "Cy"))


class Server:
    """A directory that returns prepared pages, and records the cursors that it got."""

    def __init__(self):
        self.cursors = []
        self.runs = []

    def fetch(self, cursor):
        self.cursors.append(cursor)
        for page in self.runs.pop(0):
            if isinstance(page, Exception):
                raise page
            yield page


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def run(tmp_path, server):
    """Return a function that makes a run with the given pages and returns the entries."""

    def run(*pages, fingerprint="fields", more=(), **limits):
        server.runs = [pages, *more]
        return list(SyncState(tmp_path / "user", fingerprint, **limits).synchronized(server.fetch))

    return run


@pytest.fixture
def read(tmp_path, server):
    """Return a function that makes a run with a page and returns the entries and the report."""

    def read(page):
        server.runs = [[page]]
        reported = SyncState(tmp_path / "user", "fields").synchronized(server.fetch)
        return list(reported), reported.report()

    return read


class Turns:
    """Users whose full runs are spread out; the first turn is taken."""

    def __init__(self, folder, server):
        self.now = 0.0
        self._folder = folder
        self._server = server
        self._full_runs = FullRuns(2.0, clock=lambda: self.now)
        self._full_runs.may_start()

    def run(self, user, *pages, more=(), **limits):
        self._server.runs = [pages, *more]
        state = SyncState(self._folder / user, "fields", full_runs=self._full_runs, **limits)
        return list(state.synchronized(self._server.fetch))


@pytest.fixture
def turns(tmp_path, server):
    return Turns(tmp_path, server)


def everyone(cursor="1"):
    return SyncPage([("a", ADA), ("b", BOB)], cursor)


def test_the_first_run_fetches_everything_and_the_next_what_has_changed(run, server):
    assert run(everyone()) == [ADA, BOB]
    assert run(SyncPage([("a", None), ("c", CY), ("b", ADA)], "2")) == [ADA, CY]
    assert run(SyncPage([], "3")) == [ADA, CY]
    assert server.cursors == [None, "1", "2"]


def test_pages_are_applied_together_and_only_the_last_cursor_counts(run, server):
    pages = (
        SyncPage([("a", BOB), ("a", ADA)], "first"),
        SyncPage([]),
        SyncPage([("b", CY), ("b", None)], "last"),
    )
    assert run(*pages) == [ADA]
    run(SyncPage([]))
    assert server.cursors == [None, "last"]


def test_without_a_cursor_the_next_run_fetches_everything(run, server):
    run(everyone(None))
    assert run(SyncPage([("c", CY)])) == [CY]
    assert server.cursors == [None, None]


@pytest.mark.parametrize("error", [SourceUnavailable("down"), ValueError("no JSON"), MemoryError()])
def test_a_run_that_does_not_end_normally_changes_nothing(run, server, error):
    run(everyone())
    for failing in ([SyncPage([("a", None), ("c", CY)], "2"), error], [error]):
        with pytest.raises(type(error)):
            run(*failing)
    assert run(SyncPage([], "2")) == [ADA, BOB]
    assert server.cursors == [None, "1", "1", "1"]


def test_more_changes_than_fit_between_questions_change_nothing(run):
    assert run(SyncPage([("1", ADA)], "a")) == [ADA]
    with pytest.raises(LargeWork), small_work_only(2):
        run(SyncPage([("1", None), ("2", BOB)]), SyncPage([("3", CY)], "b"))
    assert run(SyncPage([("3", CY)], "b")) == [ADA, CY]


def test_a_full_run_that_fails_removes_nobody(run):
    run(everyone())
    with pytest.raises(SourceUnavailable, match="down"):
        run(CursorRefused("old"), more=[[SyncPage([("c", CY)]), SourceUnavailable("down")]])
    assert run(SyncPage([], "2")) == [ADA, BOB]


def test_a_refused_cursor_leads_to_one_full_run(run, server):
    run(everyone())
    assert run(SyncPage([("b", None)]), CursorRefused("old"), more=[[everyone("9")]]) == [ADA, BOB]
    assert server.cursors == [None, "1", None]


def test_a_cursor_that_is_refused_again_is_an_error(run, server):
    run(everyone())
    with pytest.raises(CursorRefused, match="again"):
        run(CursorRefused("old"), more=[[CursorRefused("again")]])
    assert server.cursors == [None, "1", None]


def test_other_options_or_an_old_full_run_fetch_everything(run, server):
    run(everyone())
    run(everyone(), fingerprint="more fields")
    run(everyone(), fingerprint="more fields", max_full_age_seconds=0.0)
    assert server.cursors == [None, None, None]


def test_full_runs_are_dated_not_the_runs_between_them(run, tmp_path, server):
    run(everyone())
    with sqlite3.connect(tmp_path / "user" / "sync.sqlite") as connection:
        connection.execute("UPDATE run SET full_at = full_at - 3600")
    connection.close()
    run(SyncPage([], "2"))
    run(everyone(), max_full_age_seconds=3600.0)
    assert server.cursors == [None, "1", None]


@pytest.mark.parametrize("content", [b"no database" * 100, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_damaged_file_is_fetched_anew(run, tmp_path, content):
    run(everyone())
    (tmp_path / "user" / "sync.sqlite").write_bytes(content)
    assert run(everyone()) == [ADA, BOB]


def test_a_file_of_another_format_is_fetched_anew(run, tmp_path, server):
    run(everyone())
    with sqlite3.connect(tmp_path / "user" / "sync.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    assert run(SyncPage([("c", CY)])) == [CY]
    assert server.cursors == [None, None]


def test_a_copy_that_is_removed_is_fetched_anew(run, tmp_path, server):
    state = SyncState(tmp_path / "user", "fields")
    state.remove()
    run(everyone())
    state.remove()
    assert not list((tmp_path / "user").iterdir())
    run(everyone())
    assert server.cursors == [None, None]


def test_only_the_daemon_can_read_the_file(run, tmp_path):
    run(everyone())
    assert (tmp_path / "user" / "sync.sqlite").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_used_is_an_error_of_the_source(tmp_path, run):
    (tmp_path / "user").write_text("a file")
    with pytest.raises(SourceUnavailable, match="can't use the copy"):
        run(everyone())


def test_any_json_value_survives(run):
    entry = {"name": "Z\xeb\ud800\0", "numbers": ["1", None, 2.5], "map": {"": True}}
    assert run(SyncPage([("\0", entry), ("", ADA)])) == [entry, ADA]


def test_entries_keep_their_order_when_everything_is_fetched_again(run):
    run(everyone(None))
    assert run(SyncPage([("c", CY), ("b", BOB), ("a", ADA)])) == [ADA, BOB, CY]


def test_an_incomplete_full_list_removes_nobody_and_is_fetched_again(run, server):
    run(everyone())
    partial = SyncPage([("c", CY), ("a", BOB)], "2", incomplete="size limit 2")
    assert run(CursorRefused("old"), more=[[partial, SyncPage([("d", ADA)], "3")]]) == [BOB, BOB, CY, ADA]
    assert run(SyncPage([("c", CY)], "4")) == [CY]
    assert server.cursors == [None, "1", None, None]


def test_incomplete_changes_are_kept_and_asked_for_again(run, server):
    run(everyone())
    assert run(SyncPage([("a", None)], "2", incomplete="507")) == [BOB]
    assert run(SyncPage([("c", CY)], "3")) == [BOB, CY]
    run(SyncPage([]))
    assert server.cursors == [None, "1", "1", "3"]


def test_an_incomplete_list_with_other_options_drops_the_old_entries(run):
    run(everyone())
    partial = SyncPage([("c", CY)], "2", incomplete="size limit 1")
    assert run(partial, fingerprint="another folder") == [CY]


def test_the_report_says_what_is_missing(read):
    entries, report = read(
        SyncPage([("a", ADA), ("b", LeftOut("b: no END")), ("c", LeftOut("c: no END"))], "1")
    )
    assert (entries, report) == ([ADA], ReadReport(3, 2, "b: no END"))
    entries, report = read(SyncPage([("b", BOB), ("d", CY)], "2", incomplete="507"))
    assert (entries, report) == ([ADA, BOB, CY], ReadReport(4, 1, "c: no END", "507"))
    entries, report = read(SyncPage([("c", None)], "3"))
    assert (entries, report) == ([ADA, BOB, CY], ReadReport(3))


def test_a_list_of_which_no_entry_can_be_used_changes_nothing(run):
    run(everyone())
    with pytest.raises(SourceUnavailable, match=r"^none of 2 entries can be used: a: no END$"):
        run(SyncPage([("a", LeftOut("a: no END")), ("b", LeftOut("b: no END"))], "2"))
    assert run(SyncPage([], "2")) == [ADA, BOB]


def test_a_full_list_of_only_unusable_others_changes_nothing(run):
    run(everyone(None))
    with pytest.raises(SourceUnavailable, match=r"^none of 1 entries can be used: c: no END$"):
        run(SyncPage([("c", LeftOut("c: no END"))], "2"))
    assert run(SyncPage([("a", ADA), ("c", CY)], "2")) == [ADA, CY]


def test_an_empty_list_is_no_error(run):
    run(everyone())
    assert run(SyncPage([("a", None), ("b", None)], "2")) == []


def test_old_copies_of_many_users_are_fetched_anew_in_turns(turns, server):
    for user in "abc":
        turns.run(user, everyone())
    for user in "abc":
        turns.run(user, everyone(), max_full_age_seconds=0.0)
    assert server.cursors == [None, None, None, "1", "1", "1"]
    turns.now += 2.0
    for user in "abc":
        turns.run(user, everyone(), max_full_age_seconds=0.0)
    assert server.cursors[6:] == [None, "1", "1"]


def test_a_copy_whose_cursor_is_refused_waits_for_its_turn(turns, server):
    turns.run("a", everyone())
    with pytest.raises(SourceUnavailable, match="other users are first"):
        turns.run("a", CursorRefused("old"))
    turns.now += 2.0
    assert turns.run("a", CursorRefused("old"), more=[[everyone("9")]]) == [ADA, BOB]
    assert server.cursors == [None, "1", "1", None]


def test_a_fetch_may_ask_for_the_ids_of_the_copy(tmp_path):
    state, seen = SyncState(tmp_path, "fields"), []

    def fetch(cursor):
        seen.append(state.ids())
        yield SyncPage([("a", ADA), ("b", BOB)] if cursor is None else [("b", None)], "1")

    for _ in range(3):
        list(state.synchronized(fetch))
    assert seen == [set(), {"a", "b"}, {"a"}]
