"""`xivo-dird` in the foreground, as an administrator runs it: options, signals, output and exit status."""

import http.client
import json
import os
import re
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import yaml

from servers.program import Process, start_program
from waiting import TIMEOUT

TENANT = "2c34c282-433e-4bb8-8d56-fec14ff7e1e9"


class Foreground:
    """A `xivo-dird` process that runs for the length of a `with` block.

    Attributes:
        prefix: A command that runs the daemon, with its arguments.
    """

    prefix: Sequence[str] = ()

    def __init__(self, folder: Path, *options: str, **keys: object) -> None:
        """Write the configuration file.

        Args:
            folder: Where all files of the daemon are.
            options: Further options of the command line.
            keys: Keys that replace those of the default configuration.
        """
        self.folder = folder
        self.log_file = folder / "dird.log"
        self.config_file = folder / "config.yml"
        self.token_file = folder / "state" / "tokens.yml"
        self.port = 0
        self._arguments = ["-c", str(self.config_file), *options]
        self._process: Process | None = None
        self.config_file.write_text(yaml.safe_dump(self._configuration() | keys), encoding="utf-8")

    def __enter__(self) -> Self:
        """Start the daemon, and wait until it listens."""
        with self._output("stdout").open("wb") as output, self._output("stderr").open("wb") as errors:
            self._process = start_program(self._arguments, output, errors, prefix=self.prefix)
        self.wait_for_log("Listens on")
        self.port = int(re.findall(r"Listens on .*, port (\d+)", self.log())[-1])
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Kill the daemon if it is still running."""
        process = self._running()
        if process.poll() is None:
            process.kill()
            process.wait()

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._running().pid

    def children(self) -> list[int]:
        """Return the ids of its worker processes."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii")
        return list(map(int, children.split()))

    def printed(self) -> str:
        """Return everything that it wrote to the standard output."""
        return self._output("stdout").read_text(encoding="utf-8")

    def log(self) -> str:
        """Return everything that it logged."""
        return self.log_file.read_text(encoding="utf-8") if self.log_file.exists() else ""

    def token(self) -> str:
        """Return the token that the first start created."""
        token: str = yaml.safe_load(self.token_file.read_text(encoding="utf-8"))[0]["token"]
        return token

    def get(self, path: str) -> tuple[int, bytes]:
        """Send a GET request below `/0.1` with the token of the first start, and return status and body."""
        return self._request("GET", path)

    def post(self, path: str, body: object) -> tuple[int, bytes]:
        """Send an object as JSON, in the same way."""
        return self._request("POST", path, json.dumps(body))

    def _request(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        try:
            headers = {"X-Auth-Token": self.token(), "Content-Type": "application/json"}
            connection.request(method, f"/0.1{path}", body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process."""
        os.kill(self.pid, number)

    def wait(self) -> int:
        """Wait for the end of the process, and return its exit status."""
        return self._running().wait(TIMEOUT)

    def wait_for_log(self, text: str) -> None:
        """Wait until the log contains `text`.

        Raises:
            AssertionError: The daemon has ended, or `TIMEOUT` seconds have passed.
        """
        deadline = time.monotonic() + TIMEOUT
        while text not in self.log():
            if time.monotonic() > deadline or self._running().poll() is not None:
                errors = self._output("stderr").read_text(encoding="utf-8")
                raise AssertionError(f"{text!r} was not logged: {self.log()}{errors}")
            time.sleep(0.02)

    def _configuration(self) -> dict[str, object]:
        return {
            "extra_config_files": None,
            "log_filename": str(self.log_file),
            "db_uri": f"sqlite:///{self.folder}/state/dird.db",
            "state_directory": str(self.folder / "state"),
            "rest_api": {"port": 0},
            "bus": {"enabled": False},
            "auth": {"method": "static", "token_file": str(self.token_file)},
            "provisioning": {"tenants": [{"uuid": TENANT}]},
        }

    def _output(self, name: str) -> Path:
        return self.folder / name

    def _running(self) -> Process:
        assert self._process is not None
        return self._process
