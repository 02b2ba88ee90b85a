"""Changes and their events: the cost of the bus and of held requests, and events lost while processes are killed."""

import http.client
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from daemons import Bench
from table import Row, at_least, at_most

from servers.daemon import TOKEN, DaemonProcess
from servers.rabbitmq import RabbitMq
from xivo_dird.authenticator import hash_token

TENANT = "11111111-1111-4111-8111-111111111111"
USER = "44444444-4444-4444-8444-444444444444"
OTHER_TENANT = "22222222-2222-4222-8222-222222222222"
READER_TOKEN = "a-token-of-the-readers"
HELD_REQUESTS = 40
CHAOS_PROGRAM = Path(__file__).parents[1] / "chaos_events.py"
CHANGES_PER_SECOND = 2000
"""Changes of the chaos run per second of a measurement."""


def rows(bench: Bench) -> Iterator[Row]:
    """Change favorites in turn on two daemons, with the bus or held requests and without; then run chaos_events.py."""
    rounds = int(bench.seconds * 300)
    durations = _durations(bench, rounds)
    rates = {name: 1 / statistics.median(times) for name, times in durations.items()}
    yield at_least(0.95, "changes/s of one client, bus on over off", rates["on"], rates["off"])
    yield at_least(
        0.8, f"changes/s beside {HELD_REQUESTS} held requests over alone", *_beside_readers(bench, rounds)
    )
    changes = int(bench.seconds * CHANGES_PER_SECOND)
    yield at_most(0, f"events lost in {changes} changes, daemons and broker killed", _lost(changes))


def _durations(bench: Bench, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each change, with the bus off and on."""
    durations: dict[str, list[float]] = {"off": [], "on": []}
    with ExitStack() as opened:
        rabbit = opened.enter_context(RabbitMq())
        buses: dict[str, dict[str, object]] = {"off": {"enabled": False}, "on": {"port": rabbit.port}}
        clients = {}
        for name, bus in buses.items():
            daemon = opened.enter_context(_daemon(bench.folder_of(f"bus-{name}"), bus))
            clients[name] = http.client.HTTPConnection("127.0.0.1", daemon.port)
        for number in range(rounds):
            for name, client in clients.items():
                durations[name] += [_timed_change(client, method, number) for method in ("PUT", "DELETE")]
        for client in clients.values():
            client.close()
    return durations


def _beside_readers(bench: Bench, rounds: int) -> tuple[float, float]:
    """Return the changes per second of one client beside requests of another tenant that wait for events, and alone."""
    rates = []
    for held in (HELD_REQUESTS, 0):
        with ExitStack() as opened:
            daemon = opened.enter_context(_daemon(bench.folder_of(f"held-{held}"), {"enabled": False}))
            for _ in range(held):
                reader = http.client.HTTPConnection("127.0.0.1", daemon.port)
                opened.callback(reader.close)
                reader.request("GET", "/0.1/events?after=now&wait=30", headers={"X-Auth-Token": READER_TOKEN})
            client = http.client.HTTPConnection("127.0.0.1", daemon.port)
            opened.callback(client.close)
            durations = [_timed_change(client, "PUT", number) for number in range(rounds)]
            rates.append(1 / statistics.median(durations))
    return rates[0], rates[1]


def _daemon(folder: Path, bus: dict[str, object]) -> DaemonProcess:
    (folder / "crew.csv").write_text("id,name\n1,Ada\n", encoding="utf-8")
    source = {"tenant": TENANT, "name": "crew", "backend": "csv", "file": "crew.csv", "unique_column": "id"}
    token = {"hash": hash_token(TOKEN), "acl": ["#"], "tenant_uuid": TENANT, "user_uuid": USER}
    reader = {"hash": hash_token(READER_TOKEN), "acl": ["#"], "tenant_uuid": OTHER_TENANT}
    configuration = {
        "bus": bus,
        "events": {"max_waiting": HELD_REQUESTS, "max_waiting_per_user": HELD_REQUESTS},
        "auth": {"tokens": [token, reader]},
        "backends": {"csv": {"folders": [str(folder)]}},
        "provisioning": {"tenants": [{"uuid": TENANT}], "sources": [source]},
    }
    return DaemonProcess(folder, configuration)


def _timed_change(client: http.client.HTTPConnection, method: str, number: int) -> float:
    started_at = time.perf_counter()
    client.request(method, f"/0.1/directories/favorites/crew/{number}", headers={"X-Auth-Token": TOKEN})
    answer = client.getresponse()
    answer.read()
    if answer.status != 204:
        raise RuntimeError(f"{method}: {answer.status}")
    return time.perf_counter() - started_at


def _lost(changes: int) -> float:
    """Run chaos_events.py, and return the number of lost events."""
    command = [sys.executable, str(CHAOS_PROGRAM), "--changes", str(changes), "--trouble", "2"]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    match = re.search(r"lost: (\d+)", process.stdout)
    if match is None:
        raise RuntimeError(f"{CHAOS_PROGRAM.name}: {process.stderr}")
    return float(match[1])
