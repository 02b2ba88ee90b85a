"""A client that chooses which worker of a daemon answers it."""

import http.client
import json
import os
import re
import signal
from typing import Any

from servers.foreground import Foreground
from servers.freezing import freeze
from servers.worker_daemon import WORKERS, workers
from waiting import TIMEOUT, wait_until


class PinnedClient:
    """A client with one persistent connection to each worker."""

    def __init__(self, daemon: Foreground) -> None:
        """Wait until all workers listen, then connect to each of them while the others are suspended."""
        wait_until(lambda: len(re.findall("Listens on", daemon.log())) >= WORKERS)
        self._token = daemon.token()
        pids = sorted(workers(daemon))
        self.connections = [self._connect(daemon, pid, pids) for pid in pids]

    def _connect(self, daemon: Foreground, pid: int, pids: list[int]) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=TIMEOUT)
        others = [other for other in pids if other != pid]
        for other in others:
            freeze(other)
        try:
            self.send(connection, "GET", "/status")
        finally:
            for other in others:
                os.kill(other, signal.SIGCONT)
        return connection

    def close(self) -> None:
        """Close the connections."""
        for connection in self.connections:
            connection.close()

    def send(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: object = None
    ) -> tuple[int, Any]:
        """Send a request over one connection, and return the status and the JSON body."""
        text = None if body is None else json.dumps(body)
        connection.request(method, f"/0.1{path}", text, {"X-Auth-Token": self._token})
        response = connection.getresponse()
        content = response.read()
        return response.status, json.loads(content) if content else None

    def change(self, number: int, method: str, path: str, body: object = None) -> Any:
        """Send a change to one worker, chosen by `number`, and return the JSON body of the success."""
        connection = self.connections[number % len(self.connections)]
        status, answer = self.send(connection, method, path, body)
        assert status in {200, 201, 204}, answer
        return answer

    def read(self, path: str) -> list[tuple[int, Any]]:
        """Return the answer of each worker, that of the last changed one last."""
        return [self.send(connection, "GET", path) for connection in self.connections]
