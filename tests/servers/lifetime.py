"""How servers of tests start and end."""

import signal
import subprocess
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

from waiting import TIMEOUT


class ContextServer(ABC):
    """A server that runs for the length of a context, and may be stopped and started again meanwhile."""

    def __enter__(self) -> Self:
        """Start; a server that can't start releases what it has reserved."""
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and release what the server has reserved."""
        self.close()

    @abstractmethod
    def start(self) -> None:
        """Start."""

    @abstractmethod
    def close(self) -> None:
        """Stop, if it runs, and release ports and folders."""


def end_process(process: subprocess.Popen[bytes]) -> None:
    """End a process if it runs, also a paused one; kill it if it does not end."""
    process.terminate()
    process.send_signal(signal.SIGCONT)
    try:
        process.wait(TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
