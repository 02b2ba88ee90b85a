"""The write-ahead log of an SQLite store is removed while several processes use it, and one of them is killed."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from api.conftest import Daemon, configuration
from attacks.store_files import added, assert_refused, is_ok, is_sound, names, names_in
from waiting import TIMEOUT, wait_until
from xivo_dird.database.engine import Database
from xivo_dird.exceptions import StoreUnavailable

OPENS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT * FROM revision").fetchall()
print("open", flush=True)
sys.stdin.read()
connection.close()
"""
"""A program that has a database open until its input ends, and closes it then."""


@pytest.fixture
def daemon(tmp_path):
    with Daemon(configuration(tmp_path)) as daemon:
        assert daemon.get("/directories/lookup/default", term="stern").json["results"]
        yield daemon


@pytest.fixture
def file(tmp_path):
    return tmp_path / "dird.db"


@pytest.fixture
def open_elsewhere(file):
    """Return a function that starts a process which has the database open until it is killed."""
    with ExitStack() as processes:

        def open_():
            command = [sys.executable, "-c", OPENS, str(file)]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            processes.enter_context(process)
            processes.callback(process.kill)
            assert process.stdout is not None
            assert process.stdout.readline() == b"open\n"
            return process

        yield open_


@pytest.mark.parametrize("suffixes", [("-wal",), ("-shm",), ("-wal", "-shm")])
def test_a_removed_log_survives_the_last_process_that_has_it(daemon, file, suffixes, open_elsewhere):
    other = open_elsewhere()
    expected = {added(daemon) for _ in range(5)}
    for suffix in suffixes:
        Path(f"{file}{suffix}").unlink()
    for _ in range(3):
        assert_refused(daemon, "a file beside dird.db is gone")
    other.kill()
    other.wait(TIMEOUT)
    wait_until(lambda: is_ok(daemon))
    expected.add(added(daemon))
    assert names(daemon) == expected
    daemon.controller.stop()
    assert is_sound(file)
    assert names_in(file) == expected


@pytest.mark.parametrize("suffixes", [("-wal",), ("-wal", "-shm")])
def test_a_program_waits_for_others_with_a_removed_log(daemon, file, suffixes, open_elsewhere):
    other = open_elsewhere()
    expected = {added(daemon) for _ in range(5)}
    daemon.controller.stop()
    for suffix in suffixes:
        Path(f"{file}{suffix}").unlink()
    late = Database(f"sqlite:///{file}")
    with ThreadPoolExecutor(1) as threads, closing(late):
        pinging = threads.submit(late.ping)
        assert not Path(f"{file}-wal").exists()
        other.stdin.close()
        other.wait(TIMEOUT)
        pinging.result(TIMEOUT)
    assert names_in(file) == expected


@pytest.mark.parametrize("suffixes", [("-wal",), ("-wal", "-shm")])
def test_no_program_begins_while_others_keep_a_removed_log(
    daemon, file, suffixes, open_elsewhere, monkeypatch
):
    monkeypatch.setattr("xivo_dird.database.sqlite_file.OTHERS_SECONDS", 0.05)
    open_elsewhere()
    added(daemon)
    daemon.controller.stop()
    for suffix in suffixes:
        Path(f"{file}{suffix}").unlink()
    with (
        closing(Database(f"sqlite:///{file}")) as late,
        pytest.raises(StoreUnavailable, match="a file beside"),
    ):
        late.ping()
    assert not Path(f"{file}-wal").exists()
