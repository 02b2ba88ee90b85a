"""Large directories on a stand-in server, which is held while nothing is to be refreshed."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from statistics import median

from daemons import Declared, wait_until
from large_directories import PAGE
from stand_in import StandIn

from rows.refresh.lookups import COMMON, built_at
from servers.daemon import DaemonProcess

REFRESH_SECONDS = 1.0
"""The shortest interval of the backends that ask a server."""

TIMEOUT = 120.0
"""Seconds that a backend waits for the server, which is held meanwhile."""

RUNS = 3


class ServedDirectory:
    """A directory on a server."""

    def __init__(self, server: StandIn, options: Declared) -> None:
        """Create a directory that is not refreshed yet."""
        self._server = server
        self.source: Declared = {
            **COMMON,
            "refresh_seconds": REFRESH_SECONDS,
            "timeout": TIMEOUT,
            **options,
        }
        self.settings: Mapping[str, Mapping[str, object]] = {}

    def seconds(self, process: DaemonProcess) -> float:
        """Return the seconds from the first request of one refresh until lookups find what it has read."""
        self._server.hold()
        last_at = built_at(process)
        started = time.perf_counter()
        self._server.release()
        wait_until(lambda: built_at(process) > last_at)
        seconds = time.perf_counter() - started
        self._server.hold()
        return seconds

    def seconds_of_changes(self, process: DaemonProcess) -> tuple[float, float]:
        """Return the seconds of the first refresh, and the median of some with a few changes."""
        return self.seconds(process), median(self.seconds(process) for _ in range(RUNS))

    @contextmanager
    def refreshing(self, process: DaemonProcess) -> Iterator[None]:  # noqa: ARG002
        """Release the server during the context."""
        self._server.release()
        yield
        self._server.hold()


def json_list(url: str, *, has_changes: bool = False) -> Declared:
    """Return the options of a list in pages, of which only the changes are read if it has them."""
    paging = {"kind": "page", "size": PAGE, "total": "total"}
    query = {"page": "{page}", **({"since": "{since}"} if has_changes else {})}
    return {
        "backend": "json_ws",
        "url": url,
        "unique_column": "email",
        "items": "items",
        "list": {"query": query, "paging": paging},
        **({"changed": "changed", "since_start": "0"} if has_changes else {}),
    }


def address_book(url: str) -> Declared:
    """Return the options of an address book."""
    return {"backend": "carddav", "url": f"{url}/book/"}
