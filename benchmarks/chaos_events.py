"""Changes by many clients while the broker restarts and daemons are killed: does a consumer receive them all?

Two daemons share a database and a real RabbitMQ node. Clients change favorites and personal contacts of their users
while daemons are killed (SIGKILL) and the broker is restarted at random moments. At the end the consumer must have
received every committed change, in the order of each user. The exit status is 1 if a change is missing, out of
order, or was received twice with different ids.
"""

import argparse
import http.client
import json
import random
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL
from typing import Any, NamedTuple
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from servers.bus_client import BusClient
from servers.daemon import DaemonProcess
from servers.postgresql import PostgreSql
from servers.rabbitmq import RabbitMq
from xivo_dird.authenticator import hash_token

TENANT = "11111111-1111-4111-8111-111111111111"
RETRY_SECONDS = 0.05
OUTBOX_TIMEOUT = 60.0
"""Seconds in which the outbox must become empty after the last change."""


class Change(NamedTuple):
    """A change as its event describes it: name of the event, id of the changed contact."""

    name: str
    contact_id: str


@dataclass
class User:
    """A client with its own user, and its changes in order."""

    number: int
    changes: list[Change] = field(default_factory=list)

    @property
    def uuid(self) -> str:
        """Return the user's UUID."""
        return str(UUID(int=self.number + 1))

    @property
    def token(self) -> str:
        """Return the user's token."""
        return f"token-{self.number}"


def main() -> int:
    """Run the test, print its figures, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--changes", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--trouble", type=float, default=4.0, help="seconds between two faults, on average")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    users = [User(number) for number in range(options.clients)]
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        uri = _store(opened, options.store, folder)
        rabbit = opened.enter_context(RabbitMq())
        bus = opened.enter_context(BusClient(rabbit.port))
        daemons = [_daemon(folder / str(number), uri, rabbit.port, users) for number in (1, 2)]
        for daemon in daemons:
            opened.enter_context(daemon)
        started_at = time.monotonic()
        with _inject_faults(daemons, rabbit, options.trouble, random.Random(options.seed)) as faults:
            _make_changes(users, daemons, options.changes // options.clients)
        seconds = time.monotonic() - started_at
        events = _receive_events(bus, daemons)
        return _report(users, events, bus, seconds, faults)


def _store(opened: ExitStack, kind: str, folder: Path) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder / 'dird.db'}"
    return opened.enter_context(PostgreSql()).create_database()


def _daemon(folder: Path, uri: str, bus_port: int, users: Sequence[User]) -> DaemonProcess:
    folder.mkdir()
    (folder / "crew.csv").write_text("id,name,number\n1,Ada,2045\n", encoding="utf-8")
    source = {"tenant": TENANT, "name": "crew", "backend": "csv", "file": "crew.csv", "unique_column": "id"}
    tokens = [
        {
            "hash": hash_token(user.token),
            "acl": ["#"],
            "tenant_uuid": TENANT,
            "user_uuid": user.uuid,
        }
        for user in users
    ]
    tokens.append({"hash": hash_token("a-token-of-the-tests"), "acl": ["#"], "tenant_uuid": TENANT})
    configuration = {
        "db_uri": uri,
        "bus": {"port": bus_port},
        "auth": {"tokens": tokens},
        "backends": {"csv": {"folders": [str(folder)]}},
        "provisioning": {"tenants": [{"uuid": TENANT}], "sources": [source]},
    }
    return DaemonProcess(folder, configuration)


def _make_changes(users: Sequence[User], daemons: Sequence[DaemonProcess], changes: int) -> None:
    """Run `changes` changes per user, with one thread per user."""
    threads = [
        threading.Thread(target=_make_changes_of_user, args=(user, daemons, changes)) for user in users
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _make_changes_of_user(user: User, daemons: Sequence[DaemonProcess], changes: int) -> None:
    client = _Client(user, daemons)
    for number in range(changes // 2):
        if number % 2:
            path, contact = f"/directories/favorites/crew/{number}", str(number)
            client.change("PUT", path, None, Change("favorite_added", contact), (204,), 409)
            client.change("DELETE", path, None, Change("favorite_deleted", contact), (204,), 404)
            continue
        contact = f"{user.number}-{number}"
        body = {"id": contact, "firstname": "Ada", "number": str(number)}
        client.change("POST", "/personal", body, Change("personal_contact_created", contact), (201,), 409)
        client.change(
            "DELETE", f"/personal/{contact}", None, Change("personal_contact_deleted", contact), (204,), 404
        )


class _Client:
    """A client with a persistent connection to one daemon; when it is lost, it connects to the next daemon."""

    def __init__(self, user: User, daemons: Sequence[DaemonProcess]) -> None:
        self._user = user
        self._daemons = daemons
        self._daemon_number = user.number
        self._connection: http.client.HTTPConnection | None = None

    def change(
        self,
        method: str,
        path: str,
        body: object,
        change: Change,
        success: tuple[int, ...],
        already_done: int,
    ) -> None:
        """Retry until the change is made, and record it.

        Args:
            method: The HTTP method.
            path: The path below `/0.1`.
            body: The JSON body; None: no body.
            change: The change to record.
            success: Statuses of an answer when this request made the change.
            already_done: Status of the answer when an earlier try has made the change.
        """
        is_retry = False
        while True:
            status = self._send(method, path, body)
            if status in success:
                self._user.changes.append(change)
                return
            if is_retry and status == already_done:
                # An earlier try was committed although its answer was lost, so its event must arrive.
                self._user.changes.append(change)
                return
            if status is not None and status != 503:
                raise RuntimeError(f"{method} {path}: {status}")
            is_retry = is_retry or status is None
            time.sleep(RETRY_SECONDS)

    def _send(self, method: str, path: str, body: object) -> int | None:
        daemon = self._daemons[self._daemon_number % len(self._daemons)]
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=30)
            data = None if body is None else json.dumps(body)
            self._connection.request(method, f"/0.1{path}", data, {"X-Auth-Token": self._user.token})
            answer = self._connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            self._daemon_number += 1
            return None
        return answer.status


@contextmanager
def _inject_faults(
    daemons: Sequence[DaemonProcess], rabbit: RabbitMq, pause: float, rng: random.Random
) -> Iterator[dict[str, int]]:
    """Kill daemons and restart the broker until the block ends; yield the counters of both."""
    block_ended = threading.Event()
    count = {"daemons killed": 0, "broker restarts": 0}

    def run() -> None:
        while not block_ended.wait(rng.expovariate(1 / pause)):
            if rng.random() < 0.25:
                rabbit.restart()
                count["broker restarts"] += 1
                continue
            daemon = rng.choice(daemons)
            daemon.stop(SIGKILL)
            count["daemons killed"] += 1
            daemon.start()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield count
    finally:
        block_ended.set()
        thread.join()


def _receive_events(bus: BusClient, daemons: Sequence[DaemonProcess]) -> list[dict[str, Any]]:
    """Wait until the outbox is empty, and return all published events."""
    _, status = daemons[0].get("/status")
    deadline = time.monotonic() + OUTBOX_TIMEOUT
    while status["outbox"]["waiting"]:
        if time.monotonic() > deadline:
            raise RuntimeError(f"events are still in the outbox: {status['outbox']}")
        time.sleep(0.1)
        _, status = daemons[0].get("/status")
    return bus.drain()


def _report(
    users: Sequence[User],
    events: Sequence[dict[str, Any]],
    bus: BusClient,
    seconds: float,
    faults: dict[str, int],
) -> int:
    """Print the figures, and return the exit status."""
    by_user: dict[str, list[Change]] = defaultdict(list)
    for event in events:
        data = event["data"]
        contact_id = data.get("source_entry_id") or data.get("contact", {}).get("id")
        if "user_uuid" in data:
            by_user[data["user_uuid"]].append(Change(event["name"], contact_id))
    made = sum(len(user.changes) for user in users)
    lost = sum(len(set(user.changes) - set(by_user[user.uuid])) for user in users)
    disordered = sum(by_user[user.uuid] != user.changes for user in users)
    sequences = [event["sequence"] for event in events]
    gaps = sequences != list(range(sequences[0], sequences[0] + len(sequences))) if sequences else False
    figures = {
        "changes": made,
        "seconds": round(seconds, 1),
        **faults,
        "seen": sum(map(len, by_user.values())),
        "lost": lost,
        "users out of order": disordered,
        "sequence has gaps or disorder": gaps,
        "duplicates with the same id": bus.duplicates,
    }
    for name, value in figures.items():
        print(f"{name:>32}: {value}")
    return int(bool(lost or disordered or gaps))


if __name__ == "__main__":
    sys.exit(main())
