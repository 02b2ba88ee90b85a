"""Several processes that do the same work, and the parent that starts, watches and stops them.

The parent runs no threads and loads no plugins, so that a fork of it is a clean start.
"""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from xivo_dird.exceptions import DirdError, InvalidConfiguration, Unavailable
from xivo_dird.process.log_files import reopen_log_files
from xivo_dird.threads.deadline import Deadline
from xivo_dird.threads.retry import Backoff

STOPPING = (signal.SIGTERM, signal.SIGINT)
FOLLOWED = (*STOPPING, signal.SIGHUP, signal.SIGCHLD)
DONE, FAILED, MISCONFIGURED = 0, 1, 2

SOUND_SECONDS = 10.0
"""A worker that lived so long is replaced at once."""

MAX_PAUSE_SECONDS = 30.0
"""Until one that did not is replaced; from half a second on the pause doubles up to this."""

GRACE = 0.2
"""Seconds that a worker has beyond its own time to stop."""

DUE_NOW = Deadline.after(0.0)

logger = logging.getLogger(__name__)


def do_in_child(act: Callable[[], str]) -> str:
    """Run `act` in a process of its own and return the short text that it returns.

    Raises the `DirdError` that it raised.
    """
    reading, writing = os.pipe()
    pid = _fork(lambda: _do_and_tell(act, writing))
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        text = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status == MISCONFIGURED:
        raise InvalidConfiguration(text)
    if status != DONE:
        raise Unavailable(text or f"the start failed with status {status}; see the log")
    return text


def _do_and_tell(act: Callable[[], str], writing: int) -> int:
    try:
        text = act()
    except DirdError as error:
        os.write(writing, str(error).encode())
        return MISCONFIGURED if isinstance(error, InvalidConfiguration) else FAILED
    os.write(writing, text.encode())
    return DONE


def _fork(act: Callable[[], int]) -> int:
    """Start a process that ends with the status that `act` answers; answer its id."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    status = FAILED
    try:
        status = act()
    except BaseException:
        logger.exception("A worker failed")
    finally:
        logging.shutdown()
        os._exit(status)


@dataclass
class _Place:
    """What one of the workers needs to be replaced: `pid` None while there is none, `due` when to start the next."""

    number: int
    pid: int | None = None
    started: float = 0.0
    due: Deadline = DUE_NOW
    backoff: Backoff = field(default_factory=lambda: Backoff(MAX_PAUSE_SECONDS))


class Workers:
    """So many processes of `work`; one that ends is replaced, at once or after a growing pause."""

    def __init__(self, count: int, work: Callable[[int], None], max_shutdown: float) -> None:
        """`work` gets the number of its place, from 1, finds the signals blocked, and ends at SIGTERM.

        For that it has `max_shutdown` seconds.
        """
        self._work = work
        self._max_shutdown = max_shutdown
        self._places = [_Place(number) for number in range(1, count + 1)]
        self._parent_lives = os.pipe()  # nobody writes: its end tells the workers that the parent has gone

    def run(self) -> None:
        """Start all, and return when they have ended after SIGTERM or SIGINT. SIGHUP is handed on."""
        signal.pthread_sigmask(signal.SIG_BLOCK, FOLLOWED)
        while (received := self._next_signal()) not in STOPPING:
            if received == signal.SIGHUP:
                reopen_log_files()
                self._send(signal.SIGHUP)
        logger.info("Stops at %s", signal.Signals(received).name)
        self._stop()

    def _next_signal(self) -> int:
        """Keep all workers running until something else is to be done."""
        while True:
            self._replace_ended()
            received = signal.sigtimedwait(FOLLOWED, self._until_next_start())
            if received is not None and received.si_signo != signal.SIGCHLD:
                return received.si_signo

    def _replace_ended(self) -> None:
        self._reap()
        for place in self._places:
            if place.pid is None and place.due.is_expired:
                place.started = time.monotonic()
                place.pid = _fork(partial(self._work_alone, place.number))

    def _until_next_start(self) -> float:
        due = [place.due.remaining() for place in self._places if place.pid is None]
        return min(due, default=MAX_PAUSE_SECONDS)

    def _reap(self) -> None:
        for place in self._places:
            if place.pid is None:
                continue
            pid, status = os.waitpid(place.pid, os.WNOHANG)
            if pid:
                self._plan_next(place, os.waitstatus_to_exitcode(status))

    def _plan_next(self, place: _Place, status: int) -> None:
        is_sound = time.monotonic() - place.started >= SOUND_SECONDS
        if is_sound:
            place.backoff.reset()
        pause = 0.0 if is_sound else place.backoff.next_pause()
        place.due = Deadline.after(pause)
        logger.error(
            "Worker %d (process %d) ended with status %d; the next one starts in %g s",
            place.number,
            place.pid,
            status,
            pause,
        )
        place.pid = None

    def _work_alone(self, number: int) -> int:
        """Work in the new process, as long as the parent lives."""
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        reading, writing = self._parent_lives
        os.close(writing)
        threading.Thread(target=_stop_without_parent, args=(reading,), name="parent", daemon=True).start()
        self._work(number)
        return DONE

    def _send(self, number: signal.Signals) -> None:
        for place in self._places:
            if place.pid is not None:
                os.kill(place.pid, number)  # not reaped yet, so the id is still that of our worker

    def _stop(self) -> None:
        """Have all stop, and kill those that do not."""
        deadline = Deadline.after(self._max_shutdown + GRACE)
        self._send(signal.SIGTERM)
        while self._living() and not deadline.is_expired:
            signal.sigtimedwait({signal.SIGCHLD}, deadline.remaining())
        self._send(signal.SIGKILL)

    def _living(self) -> bool:
        for place in self._places:
            if place.pid is not None and os.waitpid(place.pid, os.WNOHANG)[0]:
                place.pid = None
        return any(place.pid is not None for place in self._places)


def _stop_without_parent(reading: int) -> None:
    """Wait for the end of the parent, then stop as if asked to."""
    os.read(reading, 1)
    os.kill(os.getpid(), signal.SIGTERM)
