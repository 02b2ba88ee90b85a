"""Files of an SQLite store, and requests to a daemon process that uses it."""

import sqlite3
from contextlib import closing
from http.client import HTTPConnection

from waiting import TIMEOUT

LOOKUP = "/directories/lookup/default?term=ada"
SUFFIXES = ("", "-wal", "-shm")


def backed_up(file):
    """Return a backup of the database, made as SQLite recommends it."""
    backup = file.with_suffix(".backup")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(backup)) as target:
        source.backup(target)
    return backup


def move(file, folder):
    """Move the database with the files beside it, and return its new path."""
    folder.mkdir(exist_ok=True)
    for path in file.parent.glob(f"{file.name}*"):
        if path.name.removeprefix(file.name) in SUFFIXES:
            path.rename(folder / path.name)
    return folder / file.name


def is_sound(file):
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def send(daemon, method, path, body=None, **headers):
    """Send a request on a connection of its own, which any worker may accept; return status and body."""
    with closing(HTTPConnection("127.0.0.1", daemon.port, timeout=TIMEOUT)) as connection:
        connection.request(method, f"/0.1{path}", body, {"X-Auth-Token": daemon.token(), **headers})
        response = connection.getresponse()
        return response.status, response.read().decode()
