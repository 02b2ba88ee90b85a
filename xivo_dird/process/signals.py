"""The signals of a daemon process: SIGTERM and SIGINT stop it, SIGHUP reopens its log files."""

import logging
import os
import signal
import threading

from xivo_dird.process.log_files import reopen_log_files

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

MAX_SHUTDOWN_SECONDS = 4.5
"""Seconds after a stop signal after which the process exits even if threads still run."""

logger = logging.getLogger(__name__)


def block_signals() -> None:
    """Block the signals in this thread and in every thread that it starts, so that only `sigwait` gets them."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)


def handle_signals() -> threading.Event:
    """Start the thread that handles signals; call it first, so that signals work during the start, too.

    Returns:
        An event that is set at SIGTERM or SIGINT.
    """
    stop = threading.Event()
    threading.Thread(target=wait_for_stop, args=(stop,), name="signals", daemon=True).start()
    return stop


def wait_for_stop(stop: threading.Event) -> None:
    """Wait for SIGTERM or SIGINT and set `stop`; reopen the log files at each SIGHUP.

    The process exits `MAX_SHUTDOWN_SECONDS` later even if its shutdown has not ended.
    """
    while (received := signal.sigwait(SIGNALS)) == signal.SIGHUP:
        reopen_log_files()
    logger.info("Stops at %s", signal.Signals(received).name)
    exit_after(MAX_SHUTDOWN_SECONDS)
    stop.set()


def exit_after(seconds: float) -> None:
    """Exit after `seconds` even if a thread hangs in a plugin, because threads can't be killed."""
    timer = threading.Timer(seconds, exit_now)
    timer.daemon = True
    timer.start()


def exit_now() -> None:
    """Exit with status 0, without waiting for the threads that still run."""
    running = [thread.name for thread in threading.enumerate() if thread is not threading.current_thread()]
    logger.warning("Stopped without waiting for: %s", ", ".join(running))
    logging.shutdown()
    os._exit(0)
