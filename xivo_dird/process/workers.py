"""Worker processes that do the same work, and the parent process that starts, supervises and stops them.

The parent runs no threads and loads no plugins, so that it can be forked safely.
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

from xivo_dird.exceptions import DirdError, InvalidConfiguration, StoreUnusable, Unavailable
from xivo_dird.process.exit_status import ExitStatus, status_of
from xivo_dird.process.log_files import reopen_log_files
from xivo_dird.threads.deadline import Deadline
from xivo_dird.threads.retry import Backoff

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
HANDLED_SIGNALS = (*STOP_SIGNALS, signal.SIGHUP, signal.SIGCHLD)

HEALTHY_SECONDS = 10.0
"""Lifetime after which a worker that ends is replaced immediately."""

MAX_PAUSE_SECONDS = 30.0
"""Longest pause before the replacement of other workers; the pauses start at half a second and double."""

STOP_GRACE_SECONDS = 0.2
"""Seconds after a worker's own shutdown limit after which it is killed."""

logger = logging.getLogger(__name__)


def run_in_child(function: Callable[[], str]) -> str:
    """Run a function in a child process, and wait for it.

    Args:
        function: Returns a short text.

    Returns:
        The text that the function returned.

    Raises:
        InvalidConfiguration: The function raised it.
        StoreUnusable: The function raised it.
        Unavailable: The function raised another `DirdError`, or the process failed.
    """
    read_end, write_end = os.pipe()
    pid = _fork(lambda: _run_and_report(function, write_end))
    os.close(write_end)
    with os.fdopen(read_end, encoding="utf-8") as pipe:
        text = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status == ExitStatus.MISCONFIGURED:
        raise InvalidConfiguration(text)
    if status == ExitStatus.STORE_UNUSABLE:
        raise StoreUnusable(text)
    if status != ExitStatus.STOPPED:
        raise Unavailable(text or f"the start failed with status {status}; see the log")
    return text


def _run_and_report(function: Callable[[], str], write_end: int) -> int:
    try:
        text = function()
    except DirdError as error:
        os.write(write_end, str(error).encode())
        return status_of(error)
    os.write(write_end, text.encode())
    return ExitStatus.STOPPED


def _fork(function: Callable[[], int]) -> int:
    """Start a child process.

    Args:
        function: Runs in the child; returns its exit status.

    Returns:
        The id of the child.
    """
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    status = int(ExitStatus.FAILED)
    try:
        status = function()
    except DirdError as error:
        logger.error("A child process failed: %s", error)  # noqa: TRY400 - an error without a defect
    except BaseException:
        logger.exception("A child process failed")
    finally:
        logging.shutdown()
        os._exit(status)


@dataclass
class _WorkerSlot:
    """The state of one worker process and its replacements.

    Attributes:
        number: Number of the worker, from 1.
        pid: Id of the process; None while there is none.
        started_at: When the process was started (`time.monotonic`).
        next_start: When to start the next process.
        backoff: Pauses between processes that end soon after their start.
    """

    number: int
    pid: int | None = None
    started_at: float = 0.0
    next_start: Deadline = field(default_factory=lambda: Deadline.after(0.0))
    backoff: Backoff = field(default_factory=lambda: Backoff(MAX_PAUSE_SECONDS))


class Workers:
    """A fixed number of worker processes. One that ends is replaced, immediately or after a growing pause."""

    def __init__(self, count: int, work: Callable[[int], None], max_shutdown: float) -> None:
        """Create the workers, without starting them.

        Args:
            count: Number of processes.
            work: Runs in each process with the number of the worker, from 1, and with the signals blocked. It
                must handle SIGTERM and return.
            max_shutdown: Seconds that `work` has to return after SIGTERM.
        """
        self._work = work
        self._max_shutdown = max_shutdown
        self._slots = [_WorkerSlot(number) for number in range(1, count + 1)]
        # Nothing is written to this pipe; workers read its end of file when the parent exits.
        self._parent_pipe = os.pipe()

    def run(self) -> None:
        """Run the workers until SIGTERM or SIGINT, then stop them. SIGHUP reopens the log files of all processes."""
        signal.pthread_sigmask(signal.SIG_BLOCK, HANDLED_SIGNALS)
        while (received := self._next_signal()) not in STOP_SIGNALS:
            if received == signal.SIGHUP:
                reopen_log_files()
                self._send(signal.SIGHUP)
        logger.info("Stops at %s", signal.Signals(received).name)
        self._stop()

    def _next_signal(self) -> int:
        """Replace workers that end, until another signal arrives, and return that signal."""
        while True:
            self._replace_ended()
            received = signal.sigtimedwait(HANDLED_SIGNALS, self._seconds_to_next_start())
            if received is not None and received.si_signo != signal.SIGCHLD:
                return received.si_signo

    def _replace_ended(self) -> None:
        self._reap()
        for slot in self._slots:
            if slot.pid is None and slot.next_start.is_expired:
                slot.started_at = time.monotonic()
                slot.pid = _fork(partial(self._run_worker, slot.number))

    def _seconds_to_next_start(self) -> float:
        pauses = [slot.next_start.remaining() for slot in self._slots if slot.pid is None]
        return min(pauses, default=MAX_PAUSE_SECONDS)

    def _reap(self) -> None:
        for slot in self._slots:
            if slot.pid is None:
                continue
            pid, status = os.waitpid(slot.pid, os.WNOHANG)
            if pid:
                self._schedule_restart(slot, os.waitstatus_to_exitcode(status))

    def _schedule_restart(self, slot: _WorkerSlot, status: int) -> None:
        was_healthy = time.monotonic() - slot.started_at >= HEALTHY_SECONDS
        if was_healthy:
            slot.backoff.reset()
        pause = 0.0 if was_healthy else slot.backoff.next_pause()
        slot.next_start = Deadline.after(pause)
        logger.error(
            "Worker %d (process %d) ended with status %d; the next one starts in %g s",
            slot.number,
            slot.pid,
            status,
            pause,
        )
        slot.pid = None

    def _run_worker(self, number: int) -> int:
        """Run the work in the new process, stop it if the parent exits, and return the exit status."""
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        read_end, write_end = self._parent_pipe
        os.close(write_end)
        threading.Thread(target=_stop_with_parent, args=(read_end,), name="parent", daemon=True).start()
        self._work(number)
        return ExitStatus.STOPPED

    def _send(self, signal_number: signal.Signals) -> None:
        for slot in self._slots:
            if slot.pid is not None:
                # The worker has not been reaped, so its id can't belong to another process.
                os.kill(slot.pid, signal_number)

    def _stop(self) -> None:
        """Stop all workers, and kill those that do not end in time."""
        deadline = Deadline.after(self._max_shutdown + STOP_GRACE_SECONDS)
        self._send(signal.SIGTERM)
        while self._reap_and_check_running() and not deadline.is_expired:
            signal.sigtimedwait({signal.SIGCHLD}, deadline.remaining())
        self._send(signal.SIGKILL)

    def _reap_and_check_running(self) -> bool:
        for slot in self._slots:
            if slot.pid is not None and os.waitpid(slot.pid, os.WNOHANG)[0]:
                slot.pid = None
        return any(slot.pid is not None for slot in self._slots)


def _stop_with_parent(read_end: int) -> None:
    """Wait until the parent exits, then send SIGTERM to this process."""
    os.read(read_end, 1)
    os.kill(os.getpid(), signal.SIGTERM)
