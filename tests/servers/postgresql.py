"""A PostgreSQL server as a child process, on a free loopback port, with its data in a temporary folder."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from itertools import count
from pathlib import Path

import psycopg

from servers.freezing import freeze
from servers.lifetime import ContextServer
from servers.ports import ReservedPort
from waiting import TIMEOUT

USER = "dird"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",  # no data outlives the tests
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "64MB",
}


class PostgreSql(ContextServer):
    """A server with one database per test; `stop` and `start` keep port and data.

    PostgreSQL refuses to run as root, so tests that run as root start it as the system user `postgres`, which
    then owns the folder.
    """

    def __init__(self) -> None:
        """Create the data folder of a new server (initdb)."""
        self._folder = Path(tempfile.mkdtemp(prefix="dird-postgresql-"))
        self._data = self._folder / "data"
        self._binaries = _binaries()
        self._owner = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)
        self._reserved = ReservedPort()
        self.port = self._reserved.number
        if self._owner is not None:
            os.chown(self._folder, self._owner.pw_uid, self._owner.pw_gid)
        self._run(
            "initdb",
            "-D",
            str(self._data),
            "-U",
            USER,
            "--auth",
            "trust",
            "-E",
            "UTF8",
            "--locale",
            "C.UTF-8",
            "-N",
        )

    def close(self) -> None:
        """Stop the server and remove its data."""
        self.stop()
        self._reserved.release()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start the server and wait until it accepts connections."""
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        command = [str(self._binaries / "postgres"), "-D", str(self._data), "-p", str(self.port), *options]
        with (self._folder / "log").open("ab") as log:
            self._process = self._spawn(command, log.fileno())
        deadline = time.monotonic() + TIMEOUT
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {(self._folder / 'log').read_text()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the server immediately; its clients lose their connections."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGQUIT)
        self.resume()
        self._process.wait(TIMEOUT)
        self._process = None

    def pause(self) -> None:
        """Suspend the server: it accepts connections, but answers no more requests."""
        freeze(self._running().pid)

    def hang(self) -> None:
        """Suspend the server and the processes of its connections: no statement is answered any more."""
        self.pause()
        for child in self._children():
            freeze(child)

    def resume(self) -> None:
        """Resume a suspended server."""
        for pid in (*self._children(), self._running().pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def _children(self) -> list[int]:
        pid = self._running().pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def create_database(self, template: str = "template1") -> str:
        """Create a database, and return its URI for the daemon."""
        name = f"dird_{next(self._numbers)}"
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{name}"

    def require_passwords(self) -> None:
        """Accept only connections with the right password, from now on."""
        rules = self._data / "pg_hba.conf"
        rules.write_text("host all all 127.0.0.1/32 scram-sha-256\n")
        self._running().send_signal(signal.SIGHUP)

    def drop_database(self, uri: str) -> None:
        """Remove a database, even with open connections."""
        name = uri.rpartition("/")[2]
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())

    def _dsn(self, database: str) -> str:
        return f"host=127.0.0.1 port={self.port} user={USER} dbname={database} connect_timeout={TIMEOUT:.0f}"

    def _is_ready(self) -> bool:
        try:
            psycopg.connect(self._dsn("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("PostgreSQL is not running")
        return self._process

    def _run(self, name: str, *arguments: str) -> None:
        with tempfile.TemporaryFile() as output:
            status = self._spawn([str(self._binaries / name), *arguments], output.fileno()).wait(TIMEOUT)
            output.seek(0)
            if status != 0:
                raise RuntimeError(f"{name} failed: {output.read().decode()}")

    def _spawn(self, command: list[str], output: int) -> subprocess.Popen[bytes]:
        user = None if self._owner is None else self._owner.pw_uid
        group = None if self._owner is None else self._owner.pw_gid
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=self._folder,
            user=user,
            group=group,
            extra_groups=None if user is None else [],
        )


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    if initdb is None:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql postgresql-contrib")
    return Path(initdb).parent
