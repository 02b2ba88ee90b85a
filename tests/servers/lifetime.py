"""How servers of tests start and end."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


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
