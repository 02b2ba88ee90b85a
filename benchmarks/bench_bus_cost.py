"""What the bus costs a request: changes per second with the bus on over those with it off, on real daemons.

Two daemons stand side by side, each with an SQLite store of its own, one with a real RabbitMQ node. A client changes
favorites on them in turns, so that both meet the same machine; the figures are medians of the latency of a request.
"""

import http.client
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from servers.daemon import TOKEN, DaemonProcess
from servers.rabbitmq import RabbitMq
from xivo_dird.authenticator import hash_token

TENANT = "11111111-1111-4111-8111-111111111111"
USER = "44444444-4444-4444-8444-444444444444"
ROUNDS = 1500


def main() -> None:
    """Measure both, and print the ratio."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        rabbit = opened.enter_context(RabbitMq())
        settings = {"off": {"enabled": False}, "on": {"port": rabbit.port}}
        daemons = {name: opened.enter_context(_daemon(folder / name, bus)) for name, bus in settings.items()}
        clients = {
            name: http.client.HTTPConnection("127.0.0.1", daemon.port) for name, daemon in daemons.items()
        }
        took: dict[str, list[float]] = {name: [] for name in clients}
        for number in range(ROUNDS):
            for name, client in clients.items():
                for method in ("PUT", "DELETE"):
                    took[name].append(_timed(client, method, number))
        for client in clients.values():
            client.close()
    medians = {name: statistics.median(times) for name, times in took.items()}
    for name, median in medians.items():
        print(f"bus {name:>3}: {median * 1000:.2f} ms per change")
    print(f"changes per second, bus on over off: {medians['off'] / medians['on']:.2f}")


def _daemon(folder: Path, bus: dict[str, object]) -> DaemonProcess:
    folder.mkdir()
    (folder / "crew.csv").write_text("id,name\n1,Ada\n", encoding="utf-8")
    source = {"tenant": TENANT, "name": "crew", "backend": "csv", "file": "crew.csv", "unique_column": "id"}
    token = {"hash": hash_token(TOKEN), "acl": ["#"], "tenant_uuid": TENANT, "user_uuid": USER}
    configuration = {
        "bus": bus,
        "auth": {"tokens": [token]},
        "backends": {"csv": {"folders": [str(folder)]}},
        "provisioning": {"tenants": [{"uuid": TENANT}], "sources": [source]},
    }
    return DaemonProcess(folder, configuration)


def _timed(client: http.client.HTTPConnection, method: str, number: int) -> float:
    began = time.perf_counter()
    client.request(method, f"/0.1/directories/favorites/crew/{number}", headers={"X-Auth-Token": TOKEN})
    answer = client.getresponse()
    answer.read()
    if answer.status != 204:
        raise RuntimeError(f"{method}: {answer.status}")
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
