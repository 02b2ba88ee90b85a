"""The daemon as a child process, on a free loopback port, with its files in a folder."""

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import yaml

from servers.ports import ReservedPort
from waiting import TIMEOUT

TOKEN = "a-token-of-the-tests"


class DaemonProcess:
    """`xivo-dird -c FILE`, ready once `start` returns; `stop` answers its exit status."""

    def __init__(
        self,
        folder: Path,
        configuration: Mapping[str, object],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Write the configuration, with a port and a state directory of its own."""
        self._folder = folder
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._reserved = ReservedPort()
        self.port = self._reserved.number
        self.log = folder / "dird.log"
        self.file = folder / "config.yml"
        own = {
            "state_directory": str(folder / "state"),
            "db_uri": f"sqlite:///{folder / 'dird.db'}",
            "log_filename": str(self.log),
            "extra_config_files": str(folder / "conf.d"),
            "rest_api": {"port": self.port},
            "bus": {"enabled": False},
        }
        self.file.write_text(yaml.safe_dump({**own, **configuration}))

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Stop, and kill what does not."""
        try:
            if self._process is not None:
                self.stop()
        finally:
            self._reserved.release()

    def start(self) -> None:
        """Start the daemon and wait until it answers."""
        command = [str(Path(sys.executable).with_name("xivo-dird")), "-c", str(self.file)]
        with (self._folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=self._environment
            )
        give_up = time.monotonic() + TIMEOUT
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(f"the daemon did not start: {(self._folder / 'output').read_text()}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait for the end."""
        process, self._process = self._process, None
        if process is None:
            raise RuntimeError("the daemon is not running")
        process.send_signal(how)
        try:
            return process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise

    @property
    def pid(self) -> int:
        """The process id."""
        if self._process is None:
            raise RuntimeError("the daemon is not running")
        return self._process.pid

    def get(self, path: str, **query: str) -> tuple[int, dict[str, Any]]:
        """Answer status and body of a request with the token of the tests."""
        url = f"http://127.0.0.1:{self.port}/0.1{path}?{urllib.parse.urlencode(query)}"
        request = urllib.request.Request(url, headers={"X-Auth-Token": TOKEN})
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def _answers(self) -> bool:
        try:
            return self.get("/status")[0] == 200
        except OSError:
            time.sleep(0.02)
            return False
