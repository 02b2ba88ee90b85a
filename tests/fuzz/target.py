"""The daemon that is fuzzed: a process on loopback with sample people, all kinds of stored resources, on SQLite."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from api.conftest import COLUMNS, PEOPLE, TENANT, USER, csv_source
from fuzz.corpus import CSV_SOURCE, DISPLAY, PHONEBOOK, PHONEBOOK_CONTACT, PROFILE
from servers.daemon import TOKEN, DaemonProcess
from waiting import TIMEOUT
from xivo_dird.authenticator import hash_token

UNEXPECTED_LINE = re.compile(r"Traceback \(most recent call last\)|\((?:ERROR|CRITICAL)\)")
"""What a line of the log has only because of a defect of the daemon."""

SHOWN_LINES = 60

NOT_LOOPBACK = {"ldap": False}
"""Backends whose options name a host to connect to, which a mutation may turn into any address."""

SERVICES = ("lookup", "reverse", "favorites")


def target_configuration(folder: Path) -> dict[str, Any]:
    """Write the file of people, and return the configuration of a daemon with it."""
    files = folder / "csv"
    files.mkdir()
    (files / "crew.csv").write_text(PEOPLE, encoding="utf-8")
    sources = {name: {"sources": ["crew", "own"]} for name in SERVICES}
    personal = {"tenant": "main", "name": "own", "backend": "personal", "first_matched_columns": ["number"]}
    return {
        "backends": {"csv": {"folders": [str(files)]}},
        "enabled_plugins": {"backends": NOT_LOOPBACK},
        "auth": {
            "tokens": [{"hash": hash_token(TOKEN), "acl": ["#"], "tenant_uuid": TENANT, "user_uuid": USER}],
            "master_tenant_uuid": TENANT,
        },
        "provisioning": {
            "tenants": [{"uuid": TENANT, "name": "main"}],
            "sources": [csv_source(), personal],
            "displays": [{"tenant": "main", "name": "desk", "columns": COLUMNS}],
            "profiles": [{"tenant": "main", "name": "default", "display": "desk", "services": sources}],
        },
    }


def create_target(folder: Path) -> DaemonProcess:
    """Create the daemon, which is not started yet."""
    return DaemonProcess(folder, target_configuration(folder))


def first_defect(log: str) -> str:
    """Return the first lines of a log that show a defect of the daemon; "" if there are none."""
    lines = log.splitlines()
    first = next((number for number, line in enumerate(lines) if UNEXPECTED_LINE.search(line)), len(lines))
    return "\n".join(lines[first : first + SHOWN_LINES])


class Samples:
    """Stored resources, so that requests with ids find something to read, change and delete."""

    def __init__(self, port: int, token: str = TOKEN) -> None:
        """Create nothing yet.

        Args:
            port: The port of the daemon.
            token: The token of whom they belong to.
        """
        self._port = port
        self._token = token
        self._count = 0

    def create(self) -> Mapping[bytes, bytes]:
        """Create one more resource of each kind.

        Returns:
            The ids of the new resources by the ids that stand for them in the corpus.
        """
        self._count += 1
        name = f"sample {self._count}"
        display = self._post("/displays", {"name": name, "columns": COLUMNS})
        source = self._post("/backends/csv/sources", {"name": name, "file": "crew.csv"})
        profile = self._post(
            "/profiles", {"name": name, "display": {"uuid": display["uuid"]}, "services": {}}
        )
        book = self._post("/phonebooks", {"name": name})
        contact = self._post(f"/phonebooks/{book['uuid']}/contacts", {"name": name})
        ids = {
            DISPLAY: display["uuid"],
            CSV_SOURCE: source["uuid"],
            PROFILE: profile["uuid"],
            PHONEBOOK: book["uuid"],
            PHONEBOOK_CONTACT: contact["id"],
        }
        return {stands_for.encode(): str(UUID(actual)).encode() for stands_for, actual in ids.items()}

    def delete_all(self) -> None:
        """Delete everything that is stored and not declared."""
        for source in self._list("/sources"):
            self._delete(f"/backends/{source['backend']}/sources/{source['uuid']}")
        for kind in ("profiles", "displays", "phonebooks"):
            for item in self._list(f"/{kind}"):
                self._delete(f"/{kind}/{item['uuid']}")
        self._delete("/personal")

    def _list(self, path: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self._send("GET", path)["items"]
        return items

    def _post(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        return self._send("POST", path, body)

    def _delete(self, path: str) -> None:
        """Delete what is at `path`; declared resources stay (409)."""
        try:
            self._send("DELETE", path)
        except urllib.error.HTTPError as error:
            with error:
                if error.code != 409:
                    raise

    def _send(self, method: str, path: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._port}/0.1{path}",
            None if body is None else json.dumps(body).encode(),
            {"X-Auth-Token": self._token, "Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
            data = response.read()
        answer: dict[str, Any] = json.loads(data) if data else {}
        return answer
