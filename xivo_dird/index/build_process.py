"""Starts processes that build large indexes; few at a time, however many sources are refreshed."""

import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from math import ceil

from xivo_dird.backend import SourceUnavailable
from xivo_dird.index.build_request import BuildRequest, BuildResult, OrderRequest

MAX_PROCESSES = os.cpu_count() or 1
"""Maximum number of processes of one daemon at a time."""

TIME_SHARES = 3.0
"""A process may take this many times `index.max_build_seconds`: it waits for another build, lists and indexes."""

EXIT_SECONDS = 5.0
"""Seconds until a process has ended that has closed its output."""

_slots = threading.Condition()
_running = 0


class NoProcess(Exception):
    """No process could be started, or it ended without a result; nothing is known of the directory."""


class BuildProcess:
    """Builds the indexes of one directory in processes, one after the other."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._is_aborted = False
        self._process: subprocess.Popen[bytes] | None = None

    @contextmanager
    def built(self, request: BuildRequest | OrderRequest) -> Iterator[None]:
        """Build an index, or an order of one, in a new process, which holds the index during the context.

        Raises:
            NoProcess: The index has to be built in another way.
            SourceUnavailable: The directory can't be read, the process hangs, or `abort` was called;
                `SourceDataMissing` if it no longer exists.
        """
        try:
            pickled = pickle.dumps(request)
        except Exception as error:
            raise NoProcess(f"the backend can't be created in a process: {error}") from error
        seconds = request.limits.max_build_seconds * TIME_SHARES
        with self._slot(), self._started() as process:
            try:
                with _killed_after(seconds, process) as is_killed:
                    result = _communicate(process, pickled)
            except NoProcess as error:
                self._raise_if_aborted()
                if is_killed.is_set():
                    raise SourceUnavailable(f"indexing it has not ended within {seconds:g} s") from error
                _raise_if_killed(process)
                raise
            _raise_error(result)
            yield

    def abort(self) -> None:
        """End the process, now and in future."""
        with _slots:
            self._is_aborted = True
            if self._process is not None:
                self._process.kill()
            _slots.notify_all()

    def _raise_if_aborted(self) -> None:
        if self._is_aborted:
            raise SourceUnavailable("the source is being closed")

    @contextmanager
    def _slot(self) -> Iterator[None]:
        """Wait until another process may run."""
        global _running  # noqa: PLW0603 - all sources of the daemon share the slots
        with _slots:
            _slots.wait_for(lambda: self._is_aborted or _running < MAX_PROCESSES)
            _running += 1
        try:
            yield
        finally:
            with _slots:
                _running -= 1
                _slots.notify_all()

    @contextmanager
    def _started(self) -> Iterator[subprocess.Popen[bytes]]:
        """Start a process, and end it after the context."""
        command = [sys.executable, "-m", "xivo_dird.index.build_main"]
        with _slots:
            self._raise_if_aborted()
            try:
                process = subprocess.Popen(  # noqa: S603 - a module of this program
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
                )
            except OSError as error:
                raise NoProcess(str(error)) from error
            self._process = process
        try:
            yield process
        finally:
            _end(process)
            with _slots:
                self._process = None


@contextmanager
def _killed_after(seconds: float, process: subprocess.Popen[bytes]) -> Iterator[threading.Event]:
    """Kill a process that hangs, since others wait for its slot; yield what is set then."""
    is_killed = threading.Event()

    def kill() -> None:
        is_killed.set()
        process.kill()

    timer = threading.Timer(seconds, kill)
    timer.daemon = True
    timer.start()
    try:
        yield is_killed
    finally:
        timer.cancel()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Close the pipes of a process, which ends it, and wait for its end."""
    for pipe in filter(None, (process.stdin, process.stdout)):
        with suppress(OSError):  # it has not read everything
            pipe.close()
    process.wait()


def _raise_if_killed(process: subprocess.Popen[bytes]) -> None:
    """Raise `SourceUnavailable` if a signal has ended a process: for want of memory, the daemon would be next."""
    with suppress(subprocess.TimeoutExpired):
        status = process.wait(EXIT_SECONDS)
        if status < 0:
            raise SourceUnavailable(
                f"the process that indexes it was ended by {signal.Signals(-status).name}"
            )


def _communicate(process: subprocess.Popen[bytes], pickled: bytes) -> BuildResult:
    """Write a request, and return the result; stdin stays open, since its end ends the process.

    Raises:
        NoProcess: The process ended without a result.
    """
    if process.stdin is None or process.stdout is None:
        raise NoProcess("the process has no pipes")
    try:
        process.stdin.write(pickled)
        process.stdin.flush()
        result: BuildResult = pickle.load(process.stdout)  # noqa: S301 - written by our own process
    except (OSError, EOFError, pickle.UnpicklingError) as error:
        raise NoProcess("the process ended without a result") from error
    return result


def _raise_error(result: BuildResult) -> None:
    """Log what a process has logged, and raise what it has raised."""
    for record in result.records:
        logging.getLogger(record.name).handle(record)
    if result.error is not None:
        result.error.retry_after = ceil(result.retry_after) or None
        raise result.error
