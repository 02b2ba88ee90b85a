"""Files of an SQLite store, and requests to a daemon process that uses it."""

import sqlite3
from contextlib import closing
from http.client import HTTPConnection
from uuid import uuid4

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


def add(daemon):
    """Try to add a personal contact; return the response and its name."""
    name = str(uuid4())
    return daemon.request("POST", "/0.1/personal", json={"name": name}), name


def added(daemon):
    response, name = add(daemon)
    assert response.status_code == 201, response.text
    return name


def names(daemon):
    return {item["name"] for item in daemon.get("/personal").json["items"]}


def store(daemon):
    return daemon.get("/status").json["store"]


def is_ok(daemon):
    return store(daemon) == {"status": "ok"}


def assert_refused(daemon, message):
    response, _ = add(daemon)
    assert response.status_code == 503, response.text
    assert message in response.json["reason"][0]
    assert store(daemon) == {"status": "fail", "error": response.json["reason"][0]}
    assert daemon.get("/personal").status_code == 503
    assert daemon.get("/directories/lookup/default", term="stern").json["results"]


def names_in(file):
    """Return the names of the contacts in a file that no daemon has open."""
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT fields FROM personal_contact").fetchall()
    return {fields.split('"')[3] for (fields,) in rows}
