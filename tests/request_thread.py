"""A thread that answers a request, outside of the server."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from waiting import LONG_TIMEOUT
from xivo_dird.blocking import begin_work_for, set_blocking_callback

ResultT = TypeVar("ResultT")


class Processor:
    """Records for whom, and for how many seconds, a thread lets others compute; raises an error if it has one.

    Attributes:
        shared: The owner and the timeout of each call.
    """

    def __init__(self, error: Exception | None = None) -> None:
        """Create a processor without calls."""
        self.shared: list[tuple[str, float]] = []
        self._error = error

    def is_crowded(self, owner: str) -> bool:
        """Return False: no request of any owner waits."""
        return False

    def enter(self, owner: str) -> None:
        """Fail, since nobody has to."""
        raise NotImplementedError(owner)

    def share(self, owner: str, timeout: float) -> None:
        """Record the call, and raise the error."""
        self.shared.append((owner, timeout))
        if self._error is not None:
            raise self._error

    def end(self) -> None:
        """Return at once: no other request waits."""


def run_as_request(owner: str, processor: Processor, work: Callable[[], ResultT]) -> ResultT:
    """Run `work` in a new thread that answers a request of an owner, and return what it returns."""

    def answer() -> ResultT:
        set_blocking_callback(lambda: None, processor=processor)
        begin_work_for(owner)
        return work()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(answer).result(LONG_TIMEOUT)
