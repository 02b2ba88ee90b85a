"""The program `xivo-dird` as a child process, forked from one that has imported it; see `servers.preloaded`."""

import atexit
import json
import os
import pty
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, TypeAlias

from waiting import TIMEOUT

PROGRAM = Path(sys.executable).with_name("xivo-dird")

_TESTS = Path(__file__).parents[1]
_MODULES = "PYTHONPATH"
_PRELOADED_FROM = os.environ.get(_MODULES)

Process: TypeAlias = "Program | subprocess.Popen[bytes]"
"""The running program; both have what tests need of `subprocess.Popen`."""


def start_program(
    arguments: Sequence[str],
    output: IO[bytes],
    errors: IO[bytes],
    environment: Mapping[str, str] | None = None,
    stdin: IO[bytes] | None = None,
    prefix: Sequence[str] = (),
) -> Process:
    """Start the program; under another command, or with further plugins, it has to import everything itself.

    Args:
        arguments: The arguments, without the name of the program.
        output: The file of its standard output.
        errors: The file of its standard error.
        environment: Its environment (None: that of the tests).
        stdin: The file of its standard input (None: an empty one).
        prefix: A command that runs the program, with its arguments.
    """
    variables = dict(os.environ if environment is None else environment)
    with Path(os.devnull).open("rb") as empty:
        if not prefix and variables.get(_MODULES) == _PRELOADED_FROM:
            return Program(arguments, variables, stdin or empty, output, errors)
        command = [*prefix, str(PROGRAM), *arguments]
        return subprocess.Popen(command, stdin=stdin or empty, stdout=output, stderr=errors, env=variables)


class Program:
    """A forked process of the program, with the methods of `subprocess.Popen` that tests need."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], *files: IO[bytes]) -> None:
        """Start the process; `files` are its standard input, output and error."""
        self.returncode: int | None = None
        request = {
            "arguments": [str(PROGRAM), *arguments],
            "environment": environment,
            "folder": str(Path.cwd()),
        }
        self._reports, reports = socket.socketpair()
        self._read = b""
        with reports:
            descriptors = [*(file.fileno() for file in files), reports.fileno()]
            socket.send_fds(_preloaded(), [json.dumps(request).encode()], descriptors)
        self.pid = self._report(TIMEOUT)

    def poll(self) -> int | None:
        """Return the exit status, None while the process runs."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end of the process, and return its exit status: that of a signal is negative.

        Raises:
            subprocess.TimeoutExpired: It has not ended in time.
        """
        if self.returncode is None:
            self.returncode = self._report(timeout)
            self._reports.close()
        return self.returncode

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to the process, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill the process."""
        self.send_signal(signal.SIGKILL)

    def _report(self, timeout: float | None) -> int:
        """Return the next number that is reported of the process."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while b"\n" not in self._read:
            self._reports.settimeout(None if deadline is None else max(0.0, deadline - time.monotonic()))
            try:
                data = self._reports.recv(64)
            except (TimeoutError, BlockingIOError) as error:
                raise subprocess.TimeoutExpired(str(PROGRAM), timeout or 0.0) from error
            if not data:
                raise RuntimeError("the process that forks programs has ended")
            self._read += data
        line, _, self._read = self._read.partition(b"\n")
        return int(line)


def run_program(
    arguments: Sequence[str],
    stdin: str = "",
    environment: Mapping[str, str] | None = None,
    prefix: Sequence[str] = (),
) -> tuple[int, str, str]:
    """Run the program to its end, and return exit status, standard output and standard error."""
    with (
        tempfile.TemporaryFile() as given,
        tempfile.TemporaryFile() as output,
        tempfile.TemporaryFile() as errors,
    ):
        given.write(stdin.encode())
        given.seek(0)
        process = start_program(arguments, output, errors, environment, given, prefix)
        try:
            status = process.wait(TIMEOUT)
        finally:
            process.kill()
        return status, _text(output), _text(errors)


def run_on_terminal(arguments: Sequence[str]) -> tuple[int, str, str]:
    """Run the program like `run_program`; its standard error is a terminal of 80 columns."""
    terminal, end = pty.openpty()
    termios.tcsetwinsize(end, (24, 80))
    with tempfile.TemporaryFile() as output, os.fdopen(terminal, "rb", buffering=0) as screen:
        with os.fdopen(end, "wb") as errors:
            process = start_program(arguments, output, errors)
            try:
                status = process.wait(TIMEOUT)
                printed = screen.read(65536).decode()
            finally:
                process.kill()
        return status, _text(output), printed


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


@cache
def _preloaded() -> socket.socket:
    """Start the process that forks programs; it ends with this one."""
    requests, served = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with served:
        process = subprocess.Popen(
            [sys.executable, "-m", "servers.preloaded", str(served.fileno())],
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(_TESTS)},
            pass_fds=[served.fileno()],
        )
    atexit.register(_end, requests, process)
    return requests


def _end(requests: socket.socket, process: "subprocess.Popen[bytes]") -> None:
    requests.close()
    process.wait(TIMEOUT)
