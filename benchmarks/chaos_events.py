"""Changes by many clients while the broker restarts and daemons are killed: what does a consumer see of them?

Two daemons share a database and a real RabbitMQ node. Clients change favorites and personal contacts of their users.
Meanwhile a daemon is killed with -9, or the broker, again and again. At the end every committed change must have been
seen, in the order of each user. Exit status 1 if one is missing, out of order, or was seen twice under different ids.
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
QUIET_SECONDS = 60.0


class Change(NamedTuple):
    """A change as its event tells it."""

    name: str
    what: str


@dataclass
class User:
    """A client, and what it changed, in order."""

    number: int
    changes: list[Change] = field(default_factory=list)

    @property
    def uuid(self) -> str:
        """The user's uuid."""
        return str(UUID(int=self.number + 1))

    @property
    def token(self) -> str:
        """The user's token."""
        return f"token-{self.number}"


def main() -> int:
    """Run, and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--changes", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--trouble", type=float, default=4.0, help="seconds between two troubles, on average")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    users = [User(number) for number in range(given.clients)]
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        uri = _store(opened, given.store, folder)
        rabbit = opened.enter_context(RabbitMq())
        bus = opened.enter_context(BusClient(rabbit.port))
        daemons = [_daemon(folder / str(number), uri, rabbit.port, users) for number in (1, 2)]
        for daemon in daemons:
            opened.enter_context(daemon)
        began = time.monotonic()
        with _trouble(daemons, rabbit, given.trouble, random.Random(given.seed)) as troubles:
            _work(users, daemons, given.changes // given.clients)
        changed = time.monotonic() - began
        seen = _seen(bus, daemons)
        return _judge(users, seen, bus, changed, troubles)


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


def _work(users: Sequence[User], daemons: Sequence[DaemonProcess], changes: int) -> None:
    """Let every client make its changes, each on the daemon that answers."""
    threads = [threading.Thread(target=_change_all, args=(user, daemons, changes)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _change_all(user: User, daemons: Sequence[DaemonProcess], changes: int) -> None:
    client = _Client(user, daemons)
    for number in range(changes // 2):
        if number % 2:
            path, what = f"/directories/favorites/crew/{number}", str(number)
            client.do("PUT", path, None, Change("favorite_added", what), (204,), 409)
            client.do("DELETE", path, None, Change("favorite_deleted", what), (204,), 404)
            continue
        contact = f"{user.number}-{number}"
        body = {"id": contact, "firstname": "Ada", "number": str(number)}
        client.do("POST", "/personal", body, Change("personal_contact_created", contact), (201,), 409)
        client.do(
            "DELETE", f"/personal/{contact}", None, Change("personal_contact_deleted", contact), (204,), 404
        )


class _Client:
    """Keeps a connection to one of the daemons; when it is lost, asks the other one."""

    def __init__(self, user: User, daemons: Sequence[DaemonProcess]) -> None:
        self._user = user
        self._daemons = daemons
        self._turn = user.number
        self._connection: http.client.HTTPConnection | None = None

    def do(
        self,
        method: str,
        path: str,
        body: object,
        change: Change,
        done: tuple[int, ...],
        done_before: int,
    ) -> None:
        """Try until the change is made; `done_before` is the status when an earlier try made it already."""
        is_retry = False
        while True:
            status = self._ask(method, path, body)
            if status in done:
                self._user.changes.append(change)
                return
            if is_retry and status == done_before:
                # An earlier try made it though its answer was lost: it was committed, so it must be seen.
                self._user.changes.append(change)
                return
            if status is not None and status != 503:
                raise RuntimeError(f"{method} {path}: {status}")
            is_retry = is_retry or status is None
            time.sleep(RETRY_SECONDS)

    def _ask(self, method: str, path: str, body: object) -> int | None:
        daemon = self._daemons[self._turn % len(self._daemons)]
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=30)
            sent = None if body is None else json.dumps(body)
            self._connection.request(method, f"/0.1{path}", sent, {"X-Auth-Token": self._user.token})
            answer = self._connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            self._turn += 1
            return None
        return answer.status


@contextmanager
def _trouble(
    daemons: Sequence[DaemonProcess], rabbit: RabbitMq, pause: float, dice: random.Random
) -> Iterator[dict[str, int]]:
    """Kill daemons and restart the broker until the block ends; count both."""
    over = threading.Event()
    count = {"daemons killed": 0, "broker restarts": 0}

    def make() -> None:
        while not over.wait(dice.expovariate(1 / pause)):
            if dice.random() < 0.25:
                rabbit.restart()
                count["broker restarts"] += 1
                continue
            daemon = dice.choice(daemons)
            daemon.stop(SIGKILL)
            count["daemons killed"] += 1
            daemon.start()

    thread = threading.Thread(target=make)
    thread.start()
    try:
        yield count
    finally:
        over.set()
        thread.join()


def _seen(bus: BusClient, daemons: Sequence[DaemonProcess]) -> list[dict[str, Any]]:
    """Read everything that was sent, once nothing waits any more."""
    _, status = daemons[0].get("/status")
    give_up = time.monotonic() + QUIET_SECONDS
    while status["outbox"]["waiting"]:
        if time.monotonic() > give_up:
            raise RuntimeError(f"events still wait: {status['outbox']}")
        time.sleep(0.1)
        _, status = daemons[0].get("/status")
    return bus.drain()


def _judge(
    users: Sequence[User],
    seen: Sequence[dict[str, Any]],
    bus: BusClient,
    seconds: float,
    troubles: dict[str, int],
) -> int:
    by_user: dict[str, list[Change]] = defaultdict(list)
    for event in seen:
        data = event["data"]
        what = data.get("source_entry_id") or data.get("contact", {}).get("id")
        if "user_uuid" in data:
            by_user[data["user_uuid"]].append(Change(event["name"], what))
    made = sum(len(user.changes) for user in users)
    lost = sum(len(set(user.changes) - set(by_user[user.uuid])) for user in users)
    disordered = sum(by_user[user.uuid] != user.changes for user in users)
    sequences = [event["sequence"] for event in seen]
    gaps = sequences != list(range(sequences[0], sequences[0] + len(sequences))) if sequences else False
    figures = {
        "changes": made,
        "seconds": round(seconds, 1),
        **troubles,
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
