"""Index files on the disk: those of removed sources and earlier versions go, those that somebody uses stay."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.conftest import Daemon, configuration
from attacks.plugin_sources import PluginSources, source
from waiting import TIMEOUT, wait_until
from xivo_dird.backend import SnapshotBackend, SourceOptions
from xivo_dird.database.identity import database_identity
from xivo_dird.index.folders import IndexFolders
from xivo_dird.index.shared_folder import SharedFolder

CREW = source()
ADA = {"name": "Ada", "number": "17"}
NOBODY_UID = 65534


class Crew(SnapshotBackend):
    """One person, listed when the gate is open."""

    Options = SourceOptions
    check_interval = 0.0
    gate = threading.Event()
    listing = threading.Event()

    def version(self, caller):
        return "1"

    def entries(self, caller):
        yield ADA
        self.listing.set()
        self.gate.wait(TIMEOUT)
        yield ADA


@pytest.fixture(autouse=True)
def gate():
    Crew.gate.set()
    Crew.listing.clear()
    yield
    Crew.gate.set()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "sources"


def index_files(folder):
    return sorted(path.name for path in folder.glob("**/index-*.sqlite"))


def build(folder, *sources, owner="database"):
    """Build the indexes of sources, and close them."""
    with PluginSources(folder, Crew, owner) as opened:
        opened.registry.update(sources)
        for built in sources:
            assert opened.names(built, "ada") == ["Ada", "Ada"]


def run_script(text, *arguments, **options):
    """Run a script in another process, with the modules of the tests."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", text, *map(str, arguments)]
    return subprocess.Popen(command, env=environment, text=True, **options)


HOLDER = """
import sys, time
from pathlib import Path
from xivo_dird.index.shared_folder import SharedFolder
folder = SharedFolder(Path(sys.argv[1]))
folder.hold()
print("held", flush=True)
time.sleep(3600)
"""

BUILDER = """
import sys, threading, time
from pathlib import Path
from xivo_dird.backend import TextMatch
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.format import IndexShape
from xivo_dird.index.shared_folder import SharedFolder

def entries():
    for number in range(1000):
        yield {"name": str(number)}
    print("building", flush=True)
    time.sleep(3600)

shape = IndexShape(("name",), (), None, TextMatch.CASE_INSENSITIVE)
files = IndexFiles(SharedFolder(Path(sys.argv[1]), "database"), shape, threading.Event())
files.open_or_build("unfinished", entries)
"""


@contextmanager
def running(script: str, *arguments: object) -> Iterator["subprocess.Popen[str]"]:
    """Run a script until its first line, and kill it at the end with SIGKILL."""
    with run_script(script, *arguments, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def test_the_folder_of_a_deleted_source_goes(tmp_path):
    with Daemon(configuration(tmp_path)) as daemon:
        body = {"name": "more", "file": "crew.csv", "searched_columns": ["firstname"]}
        created = daemon.request("POST", "/0.1/backends/csv/sources", json=body)
        folder = tmp_path / "state" / "sources" / created.json["uuid"]
        wait_until(lambda: index_files(folder))
        path = f"/0.1/backends/csv/sources/{created.json['uuid']}"
        assert daemon.request("DELETE", path).status_code == 204
        wait_until(lambda: not folder.exists())
        assert daemon.get("/directories/lookup/default", term="ada").json["results"]


def test_an_edited_source_keeps_only_the_file_of_its_last_version(folder):
    with PluginSources(folder, Crew) as sources:
        for number in range(4):
            edited = source(options={"searched_columns": ["name", f"column {number}"]}, name=f"crew {number}")
            sources.registry.update([edited])
            assert sources.names(edited, "ada") == ["Ada", "Ada"]
        wait_until(lambda: len(index_files(folder)) == 1)
        assert sources.names(edited, "ada") == ["Ada", "Ada"]


def test_a_renamed_source_keeps_its_file(folder):
    build(folder, CREW)
    files = index_files(folder)
    build(folder, source(name="renamed", options={"format_columns": {"display": "{name}"}}))
    assert index_files(folder) == files


def test_folders_of_sources_that_no_longer_exist_go_at_the_start(folder):
    build(folder, CREW, source("former"))
    assert len(index_files(folder)) == 2
    with PluginSources(folder, Crew) as sources:
        sources.registry.update([CREW])
        wait_until(lambda: not (folder / "former").exists())
        assert sources.names(CREW, "ada") == ["Ada", "Ada"]


def test_folders_of_another_database_stay(folder, caplog):
    build(folder, CREW, owner="other")
    shutil.copytree(folder / "crew", folder / "unmarked", ignore=shutil.ignore_patterns("database-*"))
    IndexFolders(folder, "database", 1.0).clean([])
    assert sorted(path.name for path in folder.iterdir()) == ["crew", "unmarked"]
    assert len(index_files(folder)) == 2
    (record,) = caplog.records
    assert "2 folders are kept that are not known to belong to this database" in record.getMessage()


def test_a_folder_of_two_databases_goes_when_both_have_no_such_source(folder):
    for owner in ("database", "other"):
        build(folder, CREW, owner=owner)
    IndexFolders(folder, "database", 1.0).clean([])
    assert len(index_files(folder)) == 1
    IndexFolders(folder, "other", 1.0).clean([])
    assert not (folder / "crew").exists()


def test_a_folder_of_an_earlier_release_is_known_while_its_source_exists(folder):
    build(folder, CREW)
    (folder / "crew" / "database-database").unlink()
    folders = IndexFolders(folder, "database", 1.0)
    folders.clean([CREW.uuid])
    folders.clean([])
    assert not (folder / "crew").exists()


def test_a_database_is_its_place_not_its_user():
    uris = ["postgresql+psycopg://a:b@host/dird", "postgresql+psycopg://c:d@host/dird"]
    assert len(set(map(database_identity, uris))) == 1
    others = [
        "postgresql+psycopg://a:b@host/other",
        "postgresql+psycopg://a:b@/dird?host=host",
        "sqlite:////dird",
    ]
    assert len(set(map(database_identity, uris + others))) == 4


def test_a_folder_that_another_process_uses_stays_until_it_is_killed(folder):
    build(folder, CREW)
    folders = IndexFolders(folder, "database", 1.0)
    with running(HOLDER, folder / "crew") as process:
        folders.clean([])
        assert index_files(folder)
        process.kill()
        process.wait(TIMEOUT)
        folders.clean([])
    assert not (folder / "crew").exists()


def test_a_folder_in_which_another_process_builds_stays(folder):
    folders = IndexFolders(folder, "database", 1.0)
    with running(BUILDER, folder / "crew") as process:
        for sources in ([], [CREW.uuid]):
            folders.clean(sources)
            assert len(list(folder.glob("crew/*.part*"))) == 3
        process.kill()
        process.wait(TIMEOUT)
        folders.clean([CREW.uuid])
        assert list(folder.glob("crew/*.part*")) == []
    build(folder, CREW)


def test_leftovers_of_sqlite_go_too(folder):
    build(folder, CREW)
    (name,) = index_files(folder)
    leftovers = [
        f"{name}-journal",
        f"{name}-wal",
        "build-1.part",
        "build-1.part-staging-journal",
        "build-1.part-grams",
    ]
    for leftover in leftovers:
        (folder / "crew" / leftover).write_text("left over")
    IndexFolders(folder, "database", 1.0).clean([CREW.uuid])
    assert not any((folder / "crew" / leftover).exists() for leftover in leftovers)
    assert index_files(folder) == [name]


def test_a_source_that_is_removed_while_it_is_built_leaves_nothing(folder):
    Crew.gate.clear()
    with PluginSources(folder, Crew) as sources:
        sources.registry.update([CREW])
        assert Crew.listing.wait(TIMEOUT)
        sources.registry.update([])
        Crew.gate.set()
        wait_until(lambda: not (folder / "crew").exists())


def test_a_source_that_hangs_while_it_is_built_can_be_replaced(folder):
    Crew.gate.clear()
    with PluginSources(folder, Crew) as sources:
        sources.registry.update([CREW])
        assert Crew.listing.wait(TIMEOUT)
        Crew.gate = threading.Event()  # the first listing hangs until the end
        Crew.gate.set()
        edited = source(options={"searched_columns": ["name", "more"]})
        sources.registry.update([edited])
        wait_until(lambda: sources.ask(edited, "ada").contacts)


def test_the_size_of_all_files_is_a_metric(tmp_path):
    with Daemon(configuration(tmp_path)) as daemon:
        wait_until(lambda: index_files(tmp_path / "state"))
        folder = tmp_path / "state" / "sources"
        total = sum(path.stat().st_size for path in folder.glob("**/*") if path.is_file())
        assert f"dird_index_bytes {float(total)}" in daemon.get("/metrics").text


CLEANER = """
import logging, os, sys
from pathlib import Path
from xivo_dird.index.folders import IndexFolders
logging.basicConfig(format="%(message)s")
if os.geteuid() == 0:
    os.setuid(int(sys.argv[2]))
folders = IndexFolders(Path(sys.argv[1]), "database", 0.0)
for _ in range(3):
    folders.clean([])
    folders.clean(["crew"])
"""


def test_what_cannot_be_removed_is_logged_once():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "sources"
        build(folder, CREW)
        (folder / "crew" / "build-1.part").touch()
        Path(name).chmod(0o755)
        for path in (folder, folder / "crew"):
            path.chmod(0o555)
        with run_script(CLEANER, folder, NOBODY_UID, stderr=subprocess.PIPE) as process:
            _, log = process.communicate(timeout=TIMEOUT)
        (folder / "crew").chmod(0o755)
        folder.chmod(0o755)
    assert process.returncode == 0
    assert log.count("can't be cleaned") == 1, log


def test_a_folder_is_created_again_by_a_user_that_waited_for_its_removal(tmp_path):
    cleaner = IndexFolders(tmp_path, "database", 1.0)
    stop = threading.Event()

    def use(folder):
        while not stop.is_set():
            with folder.held():
                (folder.path / f"file {id(folder)}").touch()
                assert folder.path.is_dir()

    with ThreadPoolExecutor(4) as threads:
        users = [threads.submit(use, SharedFolder(tmp_path / "crew", "database")) for _ in range(4)]
        for _ in range(300):
            cleaner.remove("crew")
        stop.set()
    assert [user.exception() for user in users] == [None] * 4
    cleaner.remove("crew")
    assert not (tmp_path / "crew").exists()
