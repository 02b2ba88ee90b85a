"""Disks that are full and files that can't be written: what needs them is a 503, all else goes on."""

import json
from uuid import uuid4

import pytest

from attacks.store_files import LOOKUP, backed_up, is_sound, send
from servers.disks import UNPRIVILEGED, small_disk
from servers.worker_daemon import with_people
from waiting import wait_until

MANY = 40
"""More changes than a full disk takes, whatever room there is left in a page."""


def add(daemon):
    return send(daemon, "POST", "/personal", json.dumps({"name": str(uuid4()), "notes": "x" * 20_000}))


def store(daemon):
    status, body = send(daemon, "GET", "/status")
    assert status == 200
    return json.loads(body)["store"]


def assert_reading_goes_on(daemon):
    assert [send(daemon, "GET", path)[0] for path in (LOOKUP, "/personal", "/displays")] == [200] * 3


@pytest.mark.parametrize("workers", [1, 2])
def test_changes_that_a_full_disk_does_not_take_are_refused(tmp_path, workers):
    with (
        small_disk(tmp_path / "disk") as disk,
        with_people(tmp_path, database=disk.folder / "dird.db", workers=workers) as daemon,
    ):
        added = 0
        while added < 20:
            assert add(daemon)[0] == 201
            added += 1
        disk.fill(daemon.pid)
        for child in daemon.children():
            disk.fill(child)
        refused: set[tuple[int, str]] = set()
        for _ in range(MANY):
            status, body = add(daemon)
            added += status == 201
            if status != 201:
                refused.add((status, json.loads(body)["reason"][0]))
        assert refused <= {(503, "the disk of the database is full"), (503, FAILING)}
        assert refused
        wait_until(lambda: store(daemon).get("error") in {reason for _, reason in refused})
        assert_reading_goes_on(daemon)
        for process in (daemon.pid, *daemon.children()):
            disk.free(process)
        since = added
        # A worker shows its own last error until a change of its own succeeds; any worker may get the next one.
        while added < since + 4 * workers or store(daemon) != {"status": "ok"}:
            assert add(daemon)[0] == 201
            added += 1
        status, body = send(daemon, "GET", "/personal")
        assert (status, len(json.loads(body)["items"])) == (200, added)
        assert is_sound(disk.folder / "dird.db")


FAILING = "the database can't read or write its files"


def test_a_file_that_may_only_be_read_refuses_changes(tmp_path):
    file = tmp_path / "state" / "dird.db"
    with with_people(tmp_path, UNPRIVILEGED, workers=1) as daemon:
        assert add(daemon)[0] == 201
        assert_reading_goes_on(daemon)
        backup = backed_up(file)
        backup.chmod(0o444)
        backup.rename(file)
        status, body = add(daemon)
        assert (status, json.loads(body)["reason"]) == (503, ["the database is read-only"])
        assert store(daemon) == {"status": "fail", "error": "the database is read-only"}
        assert_reading_goes_on(daemon)
        for path in file.parent.glob("dird.db*"):  # SQLite gives those beside the database its mode
            path.chmod(0o644)
        wait_until(lambda: add(daemon)[0] == 201)
        assert store(daemon) == {"status": "ok"}


def test_an_import_that_needs_a_temporary_file_is_refused_without_one(tmp_path):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with with_people(tmp_path, ("env", f"TMPDIR={temporary}"), workers=1) as daemon:
        upload = {"Content-Type": "text/csv; charset=utf-8"}
        large = "name,notes\n" + "".join(f"{number},{'x' * 100}\n" for number in range(1000))
        assert send(daemon, "POST", "/personal/import", large, **upload)[0] == 201
        assert send(daemon, "DELETE", "/personal")[0] == 204
        temporary.rmdir()
        growing = f"name,{'n' * 900}\n" + "".join(f"{number},y\n" for number in range(2000))
        for body in (large, growing):
            status, text = send(daemon, "POST", "/personal/import", body, **upload)
            assert status == 503, text
            assert "No such file or directory" in text
        assert add(daemon)[0] == 201
        assert len(json.loads(send(daemon, "GET", "/personal")[1])["items"]) == 1
        temporary.mkdir()
        assert send(daemon, "POST", "/personal/import", growing, **upload)[0] == 201
