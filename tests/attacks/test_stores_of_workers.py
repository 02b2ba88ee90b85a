"""Files of an SQLite store that are removed or replaced under several workers: no acknowledged change is lost."""

import sqlite3
from contextlib import closing
from pathlib import Path

from attacks.store_files import LOOKUP, backed_up, is_sound, move, send
from servers.pinned_client import PinnedClient
from servers.worker_daemon import WORKERS, with_people
from waiting import wait_until


def test_every_worker_uses_a_restored_file(tmp_path):
    file = tmp_path / "state" / "dird.db"
    with with_people(tmp_path) as daemon:
        with closing(PinnedClient(daemon)) as client:
            assert [status for status, _ in client.read(LOOKUP)] == [200] * WORKERS
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


def test_the_removal_of_the_write_ahead_log_is_survived_by_workers(tmp_path):
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
