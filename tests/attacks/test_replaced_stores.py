"""Files of an SQLite store that are removed or replaced under a running daemon: no acknowledged change is lost."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from api.conftest import Daemon, configuration
from attacks.store_files import (
    LOOKUP,
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
    send,
)
from servers.worker_daemon import WORKERS, with_people
from waiting import wait_until

GONE = "dird.db is gone"


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


def test_every_worker_uses_a_restored_file(tmp_path):
    file = tmp_path / "state" / "dird.db"
    with with_people(tmp_path) as daemon:
        put = [put_favorite(daemon, number) for number in range(4 * WORKERS)]
        assert put == [204] * len(put)
        assert {send(daemon, "GET", LOOKUP)[0] for _ in range(4 * WORKERS)} == {200}
        backup = backed_up(file)
        move(file, tmp_path / "away")
        assert {put_favorite(daemon, 100 + number) for number in range(4 * WORKERS)} == {503}
        assert {send(daemon, "GET", LOOKUP)[0] for _ in range(4 * WORKERS)} == {200}
        backup.rename(file)
        wait_until(lambda: {put_favorite(daemon, 50), remove_favorite(daemon, 50)} == {204})
        later = [put_favorite(daemon, 100 + number) for number in range(4 * WORKERS)]
        assert later == [204] * len(later)
    assert is_sound(file)


def test_the_removal_of_the_log_of_changes_is_survived_by_workers(tmp_path):
    file = tmp_path / "state" / "dird.db"
    with with_people(tmp_path) as daemon:
        for number in range(4 * WORKERS):
            assert put_favorite(daemon, number) == 204
        Path(f"{file}-wal").unlink()
        accepted = set(range(4 * WORKERS))
        numbers = iter(range(100, 10_000))

        def is_accepted():
            chosen = next(numbers)
            if is_put := put_favorite(daemon, chosen) == 204:
                accepted.add(chosen)
            return is_put

        for _ in range(4 * WORKERS):
            wait_until(is_accepted)
        assert favorites_in(file) == accepted
    assert is_sound(file)
    assert favorites_in(file) == accepted


def put_favorite(daemon, number):
    return send(daemon, "PUT", f"/directories/favorites/people/{number}")[0]


def remove_favorite(daemon, number):
    return send(daemon, "DELETE", f"/directories/favorites/people/{number}")[0]


def favorites_in(file):
    with closing(sqlite3.connect(file)) as connection:
        return {int(entry) for (entry,) in connection.execute("SELECT contact_id FROM favorite")}
