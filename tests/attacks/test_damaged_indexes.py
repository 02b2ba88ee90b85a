"""Damaged and unreadable index files: a damaged one is rebuilt at once, a healthy one is never removed for an error."""

import itertools
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from index_factory import StandaloneSnapshot
from waiting import TIMEOUT, assert_prompt, wait_until
from xivo_dird.backend import (
    Caller,
    Environment,
    SnapshotBackend,
    SourceOptions,
    SourceUnavailable,
    TextMatch,
)
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.format import IndexShape
from xivo_dird.index.limits import SnapshotLimits
from xivo_dird.index.open_file import MAX_MAPPED_BYTES
from xivo_dird.index.shared_folder import SharedFolder
from xivo_dird.threads.deadline import Deadline

CALLER = Caller("token", "tenant", "user")
PEOPLE = [{"name": f"Ada {number}", "note": "x" * 200} for number in range(1000)]
NOBODY_UID = 65534

searches = itertools.count()
"""Numbers the searches; an index has at most as many connections."""


class Crew(SnapshotBackend):
    """A thousand people."""

    Options = SourceOptions
    check_interval = 0.0
    listings = 0
    gate = threading.Event()

    def version(self, caller):
        return "1"

    def is_version_blocking(self):
        return False

    def entries(self, caller):
        self.listings += 1
        self.gate.wait(TIMEOUT)
        return PEOPLE


class RemoteCrew(Crew):
    """The same people, whose version is checked in the background, and seldom."""

    check_interval = 3600.0


@pytest.fixture(params=[Crew, RemoteCrew])
def crew(request, tmp_path):
    Crew.gate.set()
    options = SourceOptions(name="crew", searched_columns=["name"])
    return request.param(options, Environment("crew", "tenant", Crew.Settings(), tmp_path))


@pytest.fixture
def snapshot(crew, tmp_path):
    """Open an index whose damage every question may wait for."""
    snapshot = StandaloneSnapshot(crew, tmp_path / "index", SnapshotLimits(max_wait=TIMEOUT, min_pause=0.01))
    assert len(search(snapshot)) == 1000
    yield snapshot
    Crew.gate.set()
    snapshot.close()


@pytest.fixture
def path(snapshot, tmp_path):
    (path,) = (tmp_path / "index").glob("index-*.sqlite")
    return path


def search(snapshot, term="ada", timeout=TIMEOUT):
    """Search through a new connection, which has none of the pages in its cache."""

    def read(reader):
        with ExitStack() as idle:
            for _ in range(next(searches)):
                idle.enter_context(reader.file.connection())
            return reader.search(term)

    return snapshot.ask(read, CALLER, Deadline.after(timeout)) or []


def is_healed(snapshot):
    try:
        return len(search(snapshot)) == 1000
    except (SourceUnavailable, ValueError, TypeError, KeyError):
        return False


def overwrite(path, old, new):
    content = path.read_bytes()
    assert old in content
    with path.open("r+b") as file:
        file.write(content.replace(old, new))


DAMAGES = {
    "zeros behind the first page": lambda path: path.write_bytes(path.read_bytes()[:4096] + bytes(200_000)),
    "noise behind the first page": lambda path: path.write_bytes(
        path.read_bytes()[:4096] + b"\xa5" * 200_000
    ),
    "noise": lambda path: path.write_bytes(b"\x5a" * 100_000),
    "empty": lambda path: os.truncate(path, 0),
    "half": lambda path: os.truncate(path, path.stat().st_size // 2),
    "one page": lambda path: os.truncate(path, 4096),
    "rows that are no JSON": lambda path: overwrite(path, b'{"name":"Ada', b'{"name"}"Ada'),
    "rows that are no UTF-8": lambda path: overwrite(path, b'{"name":"Ada', b'{"name":"\xff\xfe\xfd'),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_an_index_damaged_while_it_is_open_is_rebuilt_at_once(snapshot, path, crew, damage):
    damage(path)
    wait_until(lambda: is_healed(snapshot))
    assert crew.listings == 2
    assert search(snapshot, "xyz") == []


def test_no_question_waits_long_for_the_rebuild_of_a_damaged_index(crew, tmp_path):
    snapshot = StandaloneSnapshot(crew, tmp_path / "index", SnapshotLimits(max_wait=0.0, min_pause=0.01))
    wait_until(lambda: is_healed(snapshot))
    (path,) = (tmp_path / "index").glob("index-*.sqlite")
    DAMAGES["noise"](path)
    Crew.gate.clear()
    with assert_prompt(), pytest.raises(SourceUnavailable, match="is being rebuilt"):
        search(snapshot)
    Crew.gate.set()
    wait_until(lambda: is_healed(snapshot))
    snapshot.close()


def test_a_deleted_file_is_built_again_while_the_old_one_is_served(snapshot, path, crew):
    path.unlink()
    assert len(search(snapshot)) == 1000
    assert path.parent.exists()
    assert len(list(path.parent.glob("index-*.sqlite"))) == 1
    assert crew.listings == 2


def test_a_deleted_folder_is_created_again(snapshot, path):
    shutil.rmtree(path.parent)
    assert len(search(snapshot)) == 1000
    assert len(list(path.parent.glob("index-*.sqlite"))) == 1


def test_an_index_that_was_damaged_and_healed_is_not_built_again(snapshot, path, crew, tmp_path):
    DAMAGES["noise"](path)
    wait_until(lambda: is_healed(snapshot))
    again = StandaloneSnapshot(crew, tmp_path / "index")
    assert len(search(again)) == 1000
    assert crew.listings == 2
    again.close()


def test_an_unexpected_error_does_not_discard_a_healthy_index(snapshot, path, crew):
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            snapshot.ask(lambda _reader: 1 // 0, CALLER, Deadline.after(TIMEOUT))
    wait_until(lambda: not snapshot.threads.is_busy)
    assert len(search(snapshot)) == 1000
    assert crew.listings == 1


def test_no_page_of_an_index_is_mapped_into_memory(snapshot):
    """A file that is truncated while it is mapped would end the process with SIGBUS."""

    def mapped(reader):
        with reader.file.connection() as connection:
            return connection.execute("PRAGMA mmap_size").fetchone()

    assert snapshot.ask(mapped, CALLER, Deadline.after(TIMEOUT)) == (0,)
    assert MAX_MAPPED_BYTES == 0


WITHOUT = """
import os, resource, sys, threading
from pathlib import Path
from xivo_dird.backend import SourceUnavailable, TextMatch
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.format import IndexShape
from xivo_dird.index.shared_folder import SharedFolder

folder, what = Path(sys.argv[1]), sys.argv[2]
shape = IndexShape(("name",), (), None, TextMatch.CASE_INSENSITIVE)
files = IndexFiles(SharedFolder(folder), shape, threading.Event())
names = sorted(path.name for path in folder.glob("index-*"))
failures = 0

def must_not_list():
    raise AssertionError("the index should not be built")

def attempt():
    global failures
    try:
        reader = files.open_or_build("1", must_not_list)
        assert len(reader.search("ada")) == 1000
        reader.close()
    except (SourceUnavailable, MemoryError, OSError):
        failures += 1

def under_limit(kind, values):
    soft, hard = resource.getrlimit(kind)
    for value in values:
        resource.setrlimit(kind, (value, hard))
        try:
            attempt()
        finally:
            resource.setrlimit(kind, (soft, hard))

if what == "descriptors":
    used = len(os.listdir("/proc/self/fd")) - 1
    under_limit(resource.RLIMIT_NOFILE, range(3, used + 8))
elif what == "memory":
    attempt()
    size = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    ballast = []
    for block in (100_000, 10_000, 1_000):
        try:
            while True:
                ballast.append(bytearray(block))
        except MemoryError:
            pass
    while ballast:
        del ballast[-40:]
        attempt()
elif what == "rights":
    if os.geteuid() == 0:
        os.setuid(int(sys.argv[3]))
    attempt()
print(failures)
if what != "rights":
    attempt()
    assert sorted(path.name for path in folder.glob("index-*")) == names
"""


@pytest.mark.parametrize("what", ["descriptors", "memory", "rights"])
def test_a_healthy_file_is_not_removed_for_want_of(what):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "index"
        shape = IndexShape(("name",), (), None, TextMatch.CASE_INSENSITIVE)
        IndexFiles(SharedFolder(folder), shape, threading.Event()).open_or_build("1", lambda: PEOPLE).close()
        (path,) = folder.glob("index-*")
        if what == "rights":
            for place, mode in ((Path(name), 0o777), (folder, 0o777), (path, 0o000)):
                place.chmod(mode)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", WITHOUT, str(folder), what, str(NOBODY_UID)]
        done = subprocess.run(
            command, check=False, env=environment, text=True, timeout=TIMEOUT, capture_output=True
        )
        assert done.returncode == 0, done.stderr
        assert int(done.stdout) > 0
        assert path.exists()
        path.chmod(0o600)
        with sqlite3.connect(path) as connection:
            assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
        connection.close()


def test_a_source_answers_again_when_the_process_may_open_files_again(snapshot, path, crew):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # only the standard descriptors: with more, one that an earlier test has closed may be free
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        with pytest.raises(SourceUnavailable, match="at present"):
            search(snapshot)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert len(search(snapshot)) == 1000
    assert path.exists()
    assert crew.listings == 1
