"""A large table in a database."""

import csv
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from daemons import Declared, wait_until
from people import COLUMNS, People

from rows.refresh.lookups import COMMON, built_at
from servers.daemon import DaemonProcess

CHECK_SECONDS = 0.05


class SqlDirectory:
    """A table of people, with a version that can be increased."""

    def __init__(self, file: Path, people: People) -> None:
        """Create the database."""
        self._file = file
        self.settings = {"sql": {"folders": [str(file.parent)]}}
        with Path(people.file).open(newline="", encoding="utf-8") as opened:
            rows = list(csv.reader(opened))[1:]
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute(f"CREATE TABLE person ({', '.join(COLUMNS)})")
            connection.executemany(f"INSERT INTO person VALUES ({', '.join('?' * len(COLUMNS))})", rows)
            connection.execute("CREATE TABLE version AS SELECT 1 AS number")

    @property
    def source(self) -> Declared:
        """Return the declaration of its source."""
        return {
            **COMMON,
            "backend": "sql",
            "uri": f"sqlite:///{self._file}",
            "table": "person",
            "version_query": "SELECT number FROM version",
            "check_seconds": CHECK_SECONDS,
            "unique_column": "email",
        }

    def wait_for_index(self, process: DaemonProcess) -> None:
        """Wait until the first index is built."""
        wait_until(lambda: built_at(process))

    @contextmanager
    def refreshing(self, process: DaemonProcess) -> Iterator[None]:
        """Increase the version all the time, so that one refresh follows the other; then wait for the last one."""
        is_over = threading.Event()

        def change() -> None:
            while not is_over.wait(CHECK_SECONDS):
                self._increase_version()

        changing = threading.Thread(target=change)
        changing.start()
        started_at = built_at(process)
        time.sleep(4 * CHECK_SECONDS)  # a refresh has begun
        yield
        is_over.set()
        changing.join()
        last_at = time.time()
        wait_until(lambda: built_at(process) > max(last_at, started_at))

    def _increase_version(self) -> None:
        with closing(sqlite3.connect(self._file)) as connection, connection:
            connection.execute("UPDATE version SET number = number + 1")
