"""A patched index is like one that is built anew from the same entries."""

import random
import sqlite3
import threading

import pytest

from xivo_dird.backend import LeftOut, SourceUnavailable, SyncPage, SyncState, TextMatch
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.format import IndexShape
from xivo_dird.index.limits import IndexLimits
from xivo_dird.index.patcher import MAX_PATCHES, IndexPatcher
from xivo_dird.index.postings import decode_posting
from xivo_dird.index.shared_folder import SharedFolder

SHAPE = IndexShape(("name", "number"), ("number",), "id", TextMatch.CASE_AND_ACCENT_INSENSITIVE)
NAMES = (
    "Ada Stern",
    "Zoë Müller",
    "李 小龙",
    "straße",
    "O'Brian  Ann",
    "x",
    "",
    "No\0ne",
    "\ud800",
    "\U0001f600 Emo",
)
NUMBERS = ("+49 30 123-45", "0171 2345678", "(030) 12345", ["11", "0049301234500"], None, "alpha", "112")


class Directory:
    """A directory that is kept in step, and its index."""

    def __init__(self, folder, limits):
        self.rng = random.Random(1)
        self.entries = {}
        self.shown = None
        self._changes = {}
        self._version = 0
        self._readers = []
        self._folder = folder
        self.limits = limits
        self._state = SyncState(folder / "copy", "fields")

    def put(self, *ids, **fields):
        for id_ in ids:
            name, number = self.rng.choice(NAMES), self.rng.choice(NUMBERS)
            self.entries[id_] = {"id": id_, "name": f"{name} {id_}", "number": number, **fields}
            self._changes[id_] = self.entries[id_]

    def remove(self, *ids):
        for id_ in ids:
            self.entries.pop(id_, None)
            self._changes[id_] = None

    def leave_out(self, id_):
        self.entries.pop(id_, None)
        self._changes[id_] = LeftOut(f"{id_}: broken")

    def run(self):
        """Return the entries after a run that fetches the changes."""
        copied = self._state.synchronized(lambda _: [SyncPage(list(self._changes.items()), "cursor")])
        self._changes = {}
        return copied

    def index(self, folder="index"):
        """Return the index after a run that fetches the changes."""
        copied = self.run()
        listed = copied if self.shown is None else copied.map(self.shown)
        return self._open(folder, lambda: listed)

    def built_anew(self):
        """Return an index that is built from the copy as it is."""
        return self._open(
            f"anew-{self._version}", lambda: self._state.synchronized(lambda _: [SyncPage([], "cursor")])
        )

    def close(self):
        for reader in self._readers:
            reader.close()

    def _open(self, folder, entries):
        self._version += 1
        files = IndexFiles(SharedFolder(self._folder / folder), SHAPE, threading.Event(), self.limits)
        self._readers.append(files.open_or_build(f"version {self._version}", entries))
        return self._readers[-1]


@pytest.fixture
def open_directory(tmp_path):
    """Return a function that opens a directory of 300 people."""
    directories: list[Directory] = []

    def open_directory(**limits):
        directories.append(Directory(tmp_path / str(len(directories)), IndexLimits(**limits)))
        directories[-1].put(*map(str, range(300)))
        return directories[-1]

    yield open_directory
    for directory in directories:
        directory.close()


@pytest.fixture
def directory(open_directory):
    directory = open_directory()
    directory.index()
    return directory


def contents(reader):
    """Return the tables of an index, and the entries that have each gram."""
    connection = sqlite3.connect(reader.file.path)
    try:
        tables = {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            for table in ("entry", "key")
        }
        grams = "SELECT gram, occurrences, entries FROM gram LEFT JOIN posting ON posting.id = gram.posting"
        tables["gram"] = [
            (gram, count, list(decode_posting(entries))) for gram, count, entries in connection.execute(grams)
        ]
        return tables
    finally:
        connection.close()


def test_a_patched_index_has_the_same_tables_as_one_that_is_built_anew(directory):
    for round_ in range(1, 6):
        directory.put(*map(str, directory.rng.sample(range(300), 15)))
        directory.put(f"new {round_}", f"newer {round_}")
        directory.remove(str(round_), f"newer {round_ - 1}", "unknown")
        patched = directory.index()
        assert patched.facts.patches == round_
        assert patched.facts.entries == len(directory.entries)
        assert contents(patched) == contents(directory.built_anew())


def test_a_patched_index_finds_who_is_new_and_no_longer_who_was_there(directory):
    directory.put("7", name="Grace Hopper", number="+1 202 555 0100")
    directory.remove("8")
    patched = directory.index()
    assert [entry["id"] for entry in patched.search("grace hop")] == ["7"]
    assert patched.first_match("0012025550100") == directory.entries["7"]
    directory.put("7", name="Ada Byron", number="0171 999")
    patched = directory.index()
    assert patched.facts.patches == 2
    assert patched.search("grace") == []
    assert patched.first_match("0012025550100") is None
    assert [patched.fetch([id_]) for id_ in ("7", "8")] == [[directory.entries["7"]], []]


def test_without_a_change_the_index_has_the_new_version(directory):
    patched = directory.index()
    assert (patched.facts.version, patched.facts.patches) == ("version 2", 1)
    assert len(patched.search("")) == 300


def test_who_is_no_longer_shown_is_removed(open_directory):
    directory = open_directory()
    directory.shown = lambda entry: None if entry["name"].startswith("hidden") else entry
    directory.index()
    directory.put("7", name="hidden")
    assert directory.index().fetch(["7"]) == []
    directory.put("7", name="shown")
    patched = directory.index()
    assert (patched.facts.patches, patched.fetch(["7"])) == (2, [directory.entries["7"]])


def test_the_report_is_that_of_the_copy(directory):
    directory.leave_out("7")
    facts = directory.index().facts
    assert (facts.patches, facts.entries, facts.rows, facts.skipped) == (1, 299, 300, 1)
    assert facts.skip_reason == "7: broken"


def test_after_many_changes_the_index_is_built_anew(directory):
    directory.put(*map(str, range(31)))
    assert directory.index().facts.patches == 0


def test_after_many_patches_the_index_is_built_anew(directory):
    patches = []
    for _ in range(MAX_PATCHES + 2):
        directory.put("7")
        patches.append(directory.index().facts.patches)
    assert patches == [*range(1, MAX_PATCHES + 1), 0, 1]


def test_an_index_of_another_copy_is_not_patched(directory, tmp_path):
    (tmp_path / "0" / "copy" / "sync.sqlite").unlink()
    directory.put(*directory.entries)
    rebuilt = directory.index()
    assert (rebuilt.facts.patches, rebuilt.facts.entries) == (0, 300)


def test_an_entry_that_is_too_large_is_counted_by_a_build(open_directory):
    directory = open_directory(max_entry_bytes=1000)
    directory.index()
    directory.put("7", note="x" * 1000)
    facts = directory.index().facts
    assert (facts.patches, facts.entries, facts.skipped) == (0, 299, 1)
    assert directory.index().facts.patches == 0
    directory.put("7")
    assert [directory.index().facts.patches for _ in range(2)] == [0, 1]


def test_a_patch_has_no_more_entries_than_an_index_may_have(open_directory):
    directory = open_directory(max_entries=302)
    directory.index()
    directory.put(*[f"new {number}" for number in range(3)])
    with pytest.raises(SourceUnavailable, match="more than 302 entries"):
        directory.index()


def size_of(reader):
    return reader.file.path.stat().st_size


def test_an_index_larger_than_allowed_is_neither_copied_nor_patched(directory, tmp_path):
    former = directory.index()
    directory.limits = IndexLimits(max_bytes=size_of(former))
    assert directory.index().facts.patches == 2
    copied: list[int] = []
    patcher = IndexPatcher(SHAPE, IndexLimits(max_bytes=size_of(former) - 1), copied.append)
    assert not patcher.patch(tmp_path / "new", "version 3", former, directory.run())
    assert copied == []


def test_a_patched_index_that_becomes_too_large_is_built_anew(directory):
    former = directory.index()
    directory.limits = IndexLimits(max_bytes=size_of(former) + 10_000)
    directory.put("7", note="x" * 20_000)
    rebuilt = directory.index()
    assert (rebuilt.facts.patches, rebuilt.fetch(["7"])) == (0, [directory.entries["7"]])


def test_no_file_is_copied_to_a_disk_without_room(directory, tmp_path):
    former = directory.index()
    checked = []

    def refuse(size):
        checked.append(size)
        raise SourceUnavailable("the disk is nearly full")

    patcher = IndexPatcher(SHAPE, directory.limits, refuse)
    directory.put("7")
    with pytest.raises(SourceUnavailable, match="nearly full"):
        patcher.patch(tmp_path / "new", "version 3", former, directory.run())
    assert checked == [size_of(former)]
    assert not (tmp_path / "new").exists()
