"""The daemon as a child process, on a free loopback port, with its files in a folder."""

import json
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from databases import sqlite_template
from servers.lifetime import ContextServer
from servers.ports import ReservedPort
from servers.program import Process, start_program
from waiting import TIMEOUT

TOKEN = "a-token-of-the-tests"


class DaemonProcess(ContextServer):
    """`xivo-dird -c FILE`. It is ready when `start` returns; `stop` returns its exit status."""

    def __init__(
        self,
        folder: Path,
        configuration: Mapping[str, object],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Write the configuration file, with a port and a state directory of its own, and create the database.

        The database is a copy with the schema, as one that an earlier start has left; a migration would take 0.3 s.

        Args:
            folder: Where all files of the daemon are.
            configuration: Keys that replace those of the default configuration.
            environment: The environment of the process (None: that of the tests).
        """
        self._folder = folder
        self._environment = environment
        self._process: Process | None = None
        self._reserved = ReservedPort()
        self.port = self._reserved.number
        self.log_file = folder / "dird.log"
        self.config_file = folder / "config.yml"
        defaults = {
            "state_directory": str(folder / "state"),
            "db_uri": f"sqlite:///{folder / 'dird.db'}",
            "log_filename": str(self.log_file),
            "extra_config_files": str(folder / "conf.d"),
            "rest_api": {"port": self.port},
            "bus": {"enabled": False},
        }
        self.config_file.write_text(yaml.safe_dump({**defaults, **configuration}))
        if "db_uri" not in configuration and not (folder / "dird.db").exists():
            (folder / "dird.db").write_bytes(sqlite_template())

    def close(self) -> None:
        """Stop the daemon; kill it if it does not stop."""
        try:
            if self._process is not None:
                self.stop()
        finally:
            self._reserved.release()

    def start(self) -> None:
        """Start the daemon and wait until it answers."""
        arguments = ["-c", str(self.config_file)]
        with (self._folder / "output").open("ab") as output:
            self._process = start_program(arguments, output, output, self._environment)
        deadline = time.monotonic() + TIMEOUT
        while not self._is_up():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the daemon did not start: {(self._folder / 'output').read_text()}")

    def stop(self, signal_number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, wait for the end of the process, and return its exit status."""
        process, self._process = self._process, None
        if process is None:
            raise RuntimeError("the daemon is not running")
        process.send_signal(signal_number)
        try:
            return process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise

    @property
    def pid(self) -> int:
        """Return the process id."""
        if self._process is None:
            raise RuntimeError("the daemon is not running")
        return self._process.pid

    def get(self, path: str, **query: str) -> tuple[int, dict[str, Any]]:
        """Send a GET request with the token of the tests, and return status and body."""
        return self._send(f"{path}?{urllib.parse.urlencode(query)}")

    def post(self, path: str, content: object) -> tuple[int, dict[str, Any]]:
        """Send JSON in a POST request with the token of the tests, and return status and body."""
        return self._send(path, json.dumps(content).encode())

    def _send(self, path: str, body: bytes | None = None) -> tuple[int, dict[str, Any]]:
        headers = {"X-Auth-Token": TOKEN, "Content-Type": "application/json"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/0.1{path}", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def _is_up(self) -> bool:
        try:
            return self.get("/status")[0] in {200, 401}  # a configuration may have another token
        except OSError:
            time.sleep(0.02)
            return False
