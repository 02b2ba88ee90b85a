"""A daemon whose page browsers open: sources that answer, hang or fail, users with passwords, tokens."""

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from api.conftest import SECOND_USER, TENANT, USER, Daemon
from servers.ports import HOST
from servers.raw_http import running_server
from waiting import TIMEOUT
from xivo_dird.authenticator import hash_password, hash_token

PASSWORD = "pässwörd, long"
LOOKUP = "dird.directories.lookup.default.read"

FIELDS = ("id", "name", "number", "mobile", "email")

CREW = (
    ("1", "Ada Stern", "2045", "+33 1 44 55", "ada@example.org"),
    ("2", "Éric Müller", "2046", "", ""),
    ("3", "Zoë O'Neil", "2047", "0612", "zoe+office@example.org"),
    ("4", "Anna Adams", "2048", "", ""),
)
"""The people of the source `crew`."""

COLUMNS = [
    {"title": "Name", "type": "name", "field": "name"},
    {"title": "Phone", "type": "number", "field": "number"},
    {"title": "Mobile", "type": "callable", "field": "mobile"},
    {"title": "E-mail", "type": "email", "field": "email"},
    {"title": "Favorite", "type": "favorite", "field": "favorite"},
    {"title": "Personal", "type": "personal"},
]

FAILED = {
    "tenant": "main",
    "name": "broken",
    "backend": "csv_ws",
    "lookup_url": f"http://{HOST}:1/lookup",
    "searched_columns": ["name"],
}
"""A source whose server refuses connections."""


class Site:
    """A daemon that serves HTTP.

    Attributes:
        daemon: The application, called without a browser.
        url: Where its page is.
    """

    def __init__(self, daemon: Daemon, port: int) -> None:
        self.daemon = daemon
        self.url = f"http://{HOST}:{port}/"

    def new_code(self, token: str) -> str | None:
        """Return the code of a link that signs in once, for the user of a token."""
        return self.daemon.controller.new_sign_in_code(token)

    def end_sessions(self) -> None:
        """End all sessions, as their time does."""
        file = self.daemon.config["db_uri"].removeprefix("sqlite:///")
        with closing(sqlite3.connect(file, timeout=TIMEOUT)) as database, database:
            database.execute("UPDATE session SET expires_at = 0")


def people(folder: Path, name: str, rows=CREW):
    """Write people into a CSV file, and return a source of this name that reads it."""
    csv_folder = folder / "csv"
    csv_folder.mkdir(exist_ok=True)
    with (csv_folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([FIELDS, *rows])
    return {
        "tenant": "main",
        "name": name,
        "backend": "csv",
        "file": f"{name}.csv",
        "unique_column": "id",
        "searched_columns": ["name", "number"],
        "first_matched_columns": ["number", "mobile"],
    }


def user(username: str, user_uuid: str = USER, tenant_uuid: str = TENANT):
    """Return a user who has all rights in a tenant, and the password of the tests."""
    rights = {"tenant_uuid": tenant_uuid, "user_uuid": user_uuid, "acl": ["dird.#"]}
    return {"username": username, "password_hash": hash_password(PASSWORD), **rights}


def token(text: str, *acl: str):
    """Return a token of the same user."""
    return {"hash": hash_token(text), "tenant_uuid": TENANT, "user_uuid": USER, "acl": list(acl)}


def profile(name: str, *sources: str):
    """Return a profile that asks sources, with the columns of the tests."""
    services = {service: {"sources": list(sources)} for service in ("lookup", "favorites", "reverse")}
    return {"tenant": "main", "name": name, "display": "desk", "services": services}


def configuration(folder: Path, *sources, profiles=(), **changes):
    """Return a configuration.

    Args:
        folder: Where the files of the daemon are.
        sources: What the profile `default` asks, in this order; `crew` if there is none.
        profiles: Further profiles.
        changes: Keys that replace those of the tests.
    """
    sources = sources or (people(folder, "crew"),)
    return {
        "state_directory": folder / "state",
        "db_uri": f"sqlite:///{folder / 'dird.db'}",
        "log_filename": None,
        "bus": {"enabled": False},
        "backends": {"csv": {"folders": [folder / "csv"]}},
        "auth": {
            "method": "static",
            "tokens": [
                token("admin", "#"),
                token("reader", LOOKUP),
                token("no-rights"),
            ],
            "users": [user("ada"), user("eve", SECOND_USER)],
            "master_tenant_uuid": TENANT,
        },
        "lookup": {"timeout": TIMEOUT},
        "access": {"max_failures_per_minute": 1000},
        "provisioning": {
            "tenants": [{"uuid": TENANT, "name": "main"}],
            "sources": list(sources),
            "displays": [{"tenant": "main", "name": "desk", "columns": COLUMNS}],
            "profiles": [profile("default", *(source["name"] for source in sources)), *profiles],
        },
        **changes,
    }


@contextmanager
def site(config) -> Iterator[Site]:
    """Run a daemon with its HTTP server, for the length of the block."""
    settings = config.get("rest_api", {})
    with (
        Daemon(config) as daemon,
        running_server(daemon.controller.application, daemon.controller.only_reads, **settings) as server,
    ):
        yield Site(daemon, server.port)
