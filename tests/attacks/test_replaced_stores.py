"""Files of an SQLite store that are removed or replaced under a running daemon: no acknowledged change is lost."""

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from api.conftest import Daemon, configuration
from attacks.store_files import (
    SUFFIXES,
    add,
    added,
    assert_refused,
    backed_up,
    is_ok,
    is_sound,
    move,
    names,
    names_in,
)
from waiting import TIMEOUT, wait_until
from xivo_dird.database.engine import Database
from xivo_dird.exceptions import StoreUnavailable

GONE = "dird.db is gone"

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


@pytest.mark.parametrize("with_side_files", [True, False])
def test_no_change_is_acknowledged_while_the_file_is_gone(daemon, file, with_side_files, caplog):
    kept = added(daemon)
    away = (
        move(file, file.with_suffix(".away")) if with_side_files else file.rename(file.with_suffix(".away"))
    )
    for _ in range(3):
        assert_refused(daemon, GONE)
    assert not file.exists()
    assert caplog.text.count(f"{GONE}: {file}; put it back") >= 1
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1
    for path in list(away.parent.glob("dird*")) if with_side_files else ():
        path.rename(file.parent / path.name)
    if not with_side_files:
        away.rename(file)
    wait_until(lambda: is_ok(daemon))
    assert names(daemon) == {kept}
    assert "is used again" in caplog.text
    assert added(daemon) in names(daemon)


def test_a_backup_that_is_moved_over_the_file_is_used_at_once(daemon, file, caplog):
    old = added(daemon)
    backup = backed_up(file)
    lost = {added(daemon) for _ in range(5)}
    backup.rename(file)
    new = added(daemon)
    assert names(daemon) == {old, new}
    assert not lost & names(daemon)
    assert is_ok(daemon)
    daemon.controller.stop()
    assert is_sound(file)
    assert names_in(file) == {old, new}


def test_a_backup_that_is_restored_after_a_removal_is_used(daemon, file):
    old = added(daemon)
    backup = backed_up(file)
    added(daemon)
    for suffix in SUFFIXES:
        Path(f"{file}{suffix}").unlink()
    assert_refused(daemon, GONE)
    shutil.copy(backup, file)
    wait_until(lambda: is_ok(daemon))
    assert names(daemon) == {old}
    new = added(daemon)
    daemon.controller.stop()
    assert is_sound(file)
    assert names_in(file) == {old, new}


def test_an_older_configuration_in_a_backup_takes_effect(daemon, file):
    backup = backed_up(file)
    profile = {"name": "hall", "services": {"lookup": {"sources": []}}}
    for name in ("attic", "cellar", "hall"):
        assert daemon.request("POST", "/0.1/profiles", json={**profile, "name": name}).status_code == 201
    assert daemon.get("/directories/lookup/hall", term="x").status_code == 200
    backup.rename(file)
    wait_until(lambda: daemon.get("/directories/lookup/hall", term="x").status_code == 404)
    assert daemon.request("POST", "/0.1/profiles", json=profile).status_code == 201
    assert daemon.get("/directories/lookup/hall", term="x").status_code == 200


@pytest.mark.parametrize("content", [b"", b"no database at all\n" * 1000])
def test_a_file_without_the_schema_is_not_used(daemon, file, content):
    added(daemon)
    backup = backed_up(file)
    other = file.with_suffix(".other")
    other.write_bytes(content)
    other.rename(file)
    assert_refused(daemon, "dird.db" if not content else "damaged")
    assert file.read_bytes() == content
    backup.rename(file)
    wait_until(lambda: is_ok(daemon))
    assert len(names(daemon)) == 1
    assert is_sound(file)


@pytest.mark.parametrize("suffixes", [("-wal",), ("-shm",), ("-wal", "-shm")])
def test_the_removal_of_a_file_beside_it_loses_no_acknowledged_change(daemon, file, suffixes):
    expected = {added(daemon) for _ in range(5)}
    for suffix in suffixes:
        Path(f"{file}{suffix}").unlink()

    def is_accepted():
        response, name = add(daemon)
        if response.status_code == 201:
            expected.add(name)
        return response.status_code == 201

    wait_until(is_accepted)
    assert names(daemon) == expected
    daemon.controller.stop()
    assert is_sound(file)
    assert names_in(file) == expected


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
