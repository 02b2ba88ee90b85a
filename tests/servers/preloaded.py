"""A process that has imported the program, and forks one process for each start of it.

Importing takes most of the time of a start. A process that is forked from here goes on as `xivo_dird.__main__` does
after its import, with the arguments, the environment, the folder and the open files of the request.
"""

import gc
import json
import os
import random
import selectors
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

MAX_REQUEST_BYTES = 1 << 20
REQUEST_FILES = 4
"""The standard input, output and error, and the socket on which the process id and the status are sent."""


def main() -> None:
    """Serve requests from the socket whose file descriptor is the argument, until it is closed."""
    sys.path[:] = [folder for folder in sys.path if folder not in {str(Path.cwd()), os.environ["PYTHONPATH"]}]
    gc.disable()
    import_module("xivo_dird.process.main")
    for plugin in distribution("xivo-dird").entry_points:
        plugin.load()
    gc.freeze()
    gc.enable()
    with socket.socket(fileno=int(sys.argv[1])) as requests:
        status = _Preloaded(requests).serve()
    sys.exit(status)


class _Preloaded:
    """The process, with the sockets of the programs that run."""

    def __init__(self, requests: socket.socket) -> None:
        self._requests = requests
        self._running: dict[int, socket.socket] = {}

    def serve(self) -> int | None:
        """Serve requests until there are no more; in a forked process, run the program and return its status."""
        wakened, self._waker = socket.socketpair()
        for end in (wakened, self._waker):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        with selectors.DefaultSelector() as selector, wakened:
            selector.register(self._requests, selectors.EVENT_READ)
            selector.register(wakened, selectors.EVENT_READ)
            while True:
                ready = {key.fileobj for key, _ in selector.select()}
                if wakened in ready:
                    wakened.recv(4096)
                    self._report_ended()
                if self._requests in ready:
                    data, files, _, _ = socket.recv_fds(self._requests, MAX_REQUEST_BYTES, REQUEST_FILES)
                    if not data:
                        return None
                    if self._fork(files):
                        break
        return _run(json.loads(data), files)

    def _fork(self, files: list[int]) -> bool:
        """Fork a process; return True in it."""
        pid = os.fork()
        if pid == 0:
            self._forget()
            return True
        for file in files[:-1]:
            os.close(file)
        self._running[pid] = reports = socket.socket(fileno=files[-1])
        _send(reports, pid)
        return False

    def _report_ended(self) -> None:
        with suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                with self._running.pop(pid) as reports:
                    _send(reports, os.waitstatus_to_exitcode(status))

    def _forget(self) -> None:
        """Close what a forked process must not have."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._waker.close()
        for reports in self._running.values():
            reports.close()


def _send(reports: socket.socket, number: int) -> None:
    with suppress(OSError):  # nobody wants to know
        reports.sendall(b"%d\n" % number)


def _run(request: Mapping[str, Any], files: list[int]) -> int:
    """Run the program as a request says, and return its status."""
    for number, file in enumerate(files[:-1]):
        os.dup2(file, number)
    for file in files:
        os.close(file)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv[:] = request["arguments"]
    random.seed()
    status: int = import_module("xivo_dird.process.main").main()
    return status


if __name__ == "__main__":
    main()
