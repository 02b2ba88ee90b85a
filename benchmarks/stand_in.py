"""A fast server of one large directory, in a process of its own: a part of it changes with each look of the client.

The process reads a `Served` as JSON from the standard input, prints its port, then serves. At first and while it is
held, a client that looks for changes waits for the answer, so that nothing is refreshed.
"""

import json
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit
from urllib.request import urlopen

from child_server import child_server
from large_directories import AddressBook, Asked, ChangedList, LargeDirectory, WholeList

TIMEOUT = 120.0
"""Seconds within which the client must look for changes."""

KINDS: Mapping[str, type[LargeDirectory]] = {
    kind.__name__: kind for kind in (AddressBook, WholeList, ChangedList)
}


@dataclass(frozen=True)
class Served:
    """The kind of directory, the CSV file of its people, and how many of them change at a time."""

    kind: str
    file: str
    changes: int


@dataclass(frozen=True)
class StandIn:
    """A running server."""

    url: str

    def hold(self) -> None:
        """Wait until the client waits at its next look; its last refresh is then over."""
        self._post("/hold")

    def release(self) -> None:
        """Release the client, which gets its answers again."""
        self._post("/release")

    def stop_reports(self) -> None:
        """Report no changes from now on, so that the client has to compare everything."""
        self._post("/stop_reports")

    def _post(self, path: str) -> None:
        with urlopen(f"{self.url}{path}", b"", timeout=2 * TIMEOUT):
            pass


@contextmanager
def serving(served: Served) -> Iterator[StandIn]:
    """Run the server for the length of the block."""
    with child_server(__file__, asdict(served)) as port:
        yield StandIn(f"http://127.0.0.1:{port}")


class _Gate:
    """Where a client waits that looks for changes; closed at first."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._is_open = False
        self._waiting = 0

    def pass_through(self) -> None:
        with self._changed:
            self._waiting += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._is_open)
            self._waiting -= 1

    def open(self) -> None:
        with self._changed:
            self._is_open = True
            self._changed.notify_all()

    def close(self) -> bool:
        """Close it; return False if no client has come to it in time."""
        with self._changed:
            self._is_open = False
            return self._changed.wait_for(lambda: self._waiting > 0, TIMEOUT)


class _Server(ThreadingHTTPServer):
    def __init__(self, directory: LargeDirectory) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.directory = directory
        self.gate = _Gate()
        self.orders = {
            "/hold": self.gate.close,
            "/release": self.gate.open,
            "/stop_reports": directory.stop_reports,
        }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def do_POST(self) -> None:
        self._body()
        self._answer(503 if self.server.orders[self.path]() is False else 204, b"")

    def do_GET(self) -> None:
        directory = self.server.directory
        query = dict(parse_qsl(urlsplit(self.path).query))
        asked = Asked(self.command, int(self.headers.get("Depth", "0")), query, self._body())
        if directory.is_look(asked):
            self.server.gate.pass_through()
        self._answer(directory.status, directory.answer(asked))

    def do_PROPFIND(self) -> None:
        self.do_GET()

    def do_REPORT(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", self.server.directory.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _serve(served: Served) -> None:
    server = _Server(KINDS[served.kind](served.file, served.changes))
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    _serve(Served(**json.load(sys.stdin)))
