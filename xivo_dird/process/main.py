"""The command line: read the configuration, then run in the foreground until SIGTERM or SIGINT.

Exit status: 0 stopped cleanly, 1 could not start, 2 wrong configuration or command line.
"""

import argparse
import gc
import getpass
import logging
import os
import shutil
import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xivo_dird.authenticator import hash_token
from xivo_dird.config.files import Arguments, load
from xivo_dird.config.legacy_keys import log_keys_without_effect
from xivo_dird.config.schema import Config
from xivo_dird.controller import Controller
from xivo_dird.exceptions import DirdError, InvalidConfiguration
from xivo_dird.process.commands import COMMANDS, Task
from xivo_dird.process.first_start import lookup_command, make_state_directory, own_files
from xivo_dird.process.log_files import reopen_log_files, set_up_logging
from xivo_dird.process.privileges import check_user, drop_privileges
from xivo_dird.process.workers import Workers, do_in_child
from xivo_dird.prometheus import Prometheus
from xivo_dird.server.server import HttpListener, HttpServer, check_listening, listen

STOPPED, FAILED, MISCONFIGURED = 0, 1, 2
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
LOG_LEVELS = ("critical", "error", "warning", "info", "debug")
MAX_SHUTDOWN_SECONDS = 4.5
COUNTS = "metrics"
PRIVATE = 0o027  # store and log hold people's data

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class CommandLine:
    """What was asked for on the command line."""

    configuration: Arguments
    check_config: bool
    hash_token: bool
    task: Task | None
    given: argparse.Namespace


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line asks for; answer the exit status."""
    command = parse(argv)
    if command.hash_token:
        return print_hash()
    try:
        loaded = load(command.configuration)
    except InvalidConfiguration as error:
        return print_error(str(error), MISCONFIGURED)
    try:
        if command.task is not None:
            return do(loaded.config, command.task, command.given)
        return check(loaded.config) if command.check_config else run(loaded.config)
    except InvalidConfiguration as error:
        return print_error(loaded.with_origin(error), MISCONFIGURED)
    except DirdError as error:
        return print_error(str(error), FAILED)


def parse(argv: Sequence[str] | None) -> CommandLine:
    """Read the command line; exits with status 2 when it is wrong."""
    parser = argparse.ArgumentParser(prog="xivo-dird", description="A phone directory daemon.")
    parser.add_argument("-c", "--config-file", type=Path, metavar="FILE", help="main configuration file")
    parser.add_argument("-d", "--debug", action="store_true", help="log at level debug")
    parser.add_argument(
        "-l", "--log-level", type=str.lower, choices=LOG_LEVELS, help="least level that is logged"
    )
    parser.add_argument("-u", "--user", help="system user to become, when started as root")
    parser.add_argument("--check-config", action="store_true", help="check the configuration and stop")
    parser.add_argument(
        "--hash-token", action="store_true", help="read a token, print its hash for the YAML, stop"
    )
    commands = parser.add_subparsers(title="commands, instead of serving", metavar="COMMAND")
    for name, command in COMMANDS.items():
        command.describe(commands.add_parser(name, help=command.help))
    parser.set_defaults(task=None)
    given = parser.parse_args(argv)
    configuration = Arguments(given.config_file, given.debug, given.log_level, given.user)
    return CommandLine(configuration, given.check_config, given.hash_token, given.task, given)


def print_hash() -> int:
    """Print the hash of the token that is typed, or piped in."""
    token = getpass.getpass("Token: ") if sys.stdin.isatty() else sys.stdin.readline()
    token = token.strip()
    if not token:
        return print_error("--hash-token: no token was given on the standard input", MISCONFIGURED)
    sys.stdout.write(hash_token(token) + "\n")
    return STOPPED


def check(config: Config) -> int:
    """Build everything and start nothing; raise `InvalidConfiguration` for the first mistake."""
    check_listening(config.rest_api)
    check_user(config.user)
    Controller(config).check()
    sys.stdout.write("The configuration is right.\n")
    return STOPPED


def do(config: Config, task: Task, given: argparse.Namespace) -> int:
    """Do something with the store and stop; the daemon may run meanwhile."""
    with Controller(config).store_only() as services:
        sys.stdout.write(task(services, given) + "\n")
    return STOPPED


def run(config: Config) -> int:
    """Serve until a signal says stop."""
    # Blocked before any thread starts, so that all threads inherit it and only `sigwait` below sees a signal.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    os.umask(PRIVATE)
    set_up_logging(config)
    log_keys_without_effect(config)
    if config.rest_api.workers > 1:
        return run_workers(config)
    stop = follow_signals()
    listener = acquire_as_root(config)
    controller = Controller(config)
    with controller.first_start() as token:
        server = HttpServer(config.rest_api, controller.application, listener)
        controller.start()
        freeze_garbage()
        server.start()
    show_first_token(config, listener, token)
    stop.wait()
    controller.stop()  # first: it lets every lookup that still waits return
    server.stop()
    logger.info("Stopped")
    return STOPPED


def run_workers(config: Config) -> int:
    """Serve with several processes until a signal says stop; this one only watches them."""
    listener = acquire_as_root(config)
    reset_counts(config.state_directory / COUNTS)
    token = do_in_child(lambda: prepare_for_workers(config, listener))
    show_first_token(config, listener, token)
    Workers(
        config.rest_api.workers, lambda number: work(config, listener, number), MAX_SHUTDOWN_SECONDS
    ).run()
    logger.info("Stopped")
    return STOPPED


def prepare_for_workers(config: Config, listener: HttpListener) -> str:
    """Prepare the store and let clients connect; return the token of the first start, "" at all others."""
    controller = Controller(config)
    with controller.first_start() as token:
        controller.prepare()
        listener.start()
    return token or ""


def work(config: Config, listener: HttpListener, number: int) -> None:
    """Serve as one of several processes, on the store that was prepared for all."""
    stop = follow_signals()
    controller = Controller(config, Prometheus.of_worker(number, config.state_directory / COUNTS))
    server = HttpServer(config.rest_api, controller.application, listener)
    controller.open()
    freeze_garbage()
    server.start()
    stop.wait()
    controller.stop()
    server.stop()


def freeze_garbage() -> None:
    """Take all that is there by now for what stays: a collection that looks through it stops every thread for 0.1 s."""
    gc.freeze()


def reset_counts(folder: Path) -> None:
    """Make an empty folder for what the workers count."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()


def show_first_token(config: Config, listener: HttpListener, token: str | None) -> None:
    """Print a lookup with the token of the first start; there is none at all others."""
    if token:
        sys.stdout.write(lookup_command(config.rest_api, listener.port, token) + "\n")
        sys.stdout.flush()


def acquire_as_root(config: Config) -> HttpListener:
    """Open the port, certificate, log and state directory, then become the configured user."""
    listener = listen(config.rest_api)
    make_state_directory(config)
    drop_privileges(config.user, own_files(config))
    return listener


def follow_signals() -> threading.Event:
    """Answer an event that is set at SIGTERM or SIGINT, also while the start still lasts."""
    stop = threading.Event()
    threading.Thread(target=wait_for_stop, args=(stop,), name="signals", daemon=True).start()
    return stop


def wait_for_stop(stop: threading.Event) -> None:
    """Set `stop` at SIGTERM or SIGINT; at SIGHUP the log file is reopened."""
    while (received := signal.sigwait(SIGNALS)) == signal.SIGHUP:
        reopen_log_files()
    logger.info("Stops at %s", signal.Signals(received).name)
    exit_after(MAX_SHUTDOWN_SECONDS)
    stop.set()


def exit_after(seconds: float) -> None:
    """End the process after `seconds` even if a thread hangs in a plugin: threads can't be killed."""
    timer = threading.Timer(seconds, leave_threads_behind)
    timer.daemon = True
    timer.start()


def leave_threads_behind() -> None:
    """End now, without waiting for the threads that still run."""
    others = [thread.name for thread in threading.enumerate() if thread is not threading.current_thread()]
    logger.warning("Stopped without waiting for: %s", ", ".join(others))
    logging.shutdown()
    os._exit(STOPPED)


def print_error(message: str, status: int) -> int:
    """Say on one line of the terminal what is wrong; answer `status`."""
    sys.stderr.write(f"xivo-dird: {' '.join(message.split())}\n")
    return status
