"""The command line: reads the configuration, then runs the daemon in the foreground until SIGTERM or SIGINT.

The exit statuses are those of `process/exit_status.py`; argparse ends with 2 after a wrong command line.
"""

import argparse
import getpass
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xivo_dird.authenticator import UnusablePassword, hash_password, hash_token
from xivo_dird.config.files import Arguments, LoadedConfiguration, load
from xivo_dird.config.schema import Config
from xivo_dird.controller import Controller
from xivo_dird.exceptions import DirdError, InvalidConfiguration, describe_error, traceback_text
from xivo_dird.process.commands import COMMANDS, Inspect, Task
from xivo_dird.process.daemon import run
from xivo_dird.process.exit_status import ExitStatus, status_of
from xivo_dird.process.open_files import check_open_files
from xivo_dird.process.privileges import check_user
from xivo_dird.process.servers import check_listeners

LOG_LEVELS = ("critical", "error", "warning", "info", "debug")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class CommandLine:
    """The parsed command line.

    Attributes:
        configuration: Options that belong to the configuration.
        check_config: Whether to check the configuration and exit.
        hash_token: Whether to print the hash of a token and exit.
        hash_password: Whether to print the hash of a password and exit.
        task: The command on the store to run instead of the daemon, if any.
        inspect: The command to run that only reads, if any.
        arguments: All arguments, for `task` and `inspect`.
    """

    configuration: Arguments
    check_config: bool
    hash_token: bool
    hash_password: bool
    task: Task | None
    inspect: Inspect | None
    arguments: argparse.Namespace


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program with the arguments `argv` (None: those of the process), and return the exit status."""
    command = parse(argv)
    if command.hash_token:
        return print_token_hash()
    if command.hash_password:
        return print_password_hash()
    try:
        check_open_files()
        loaded = load_needed(command)
    except InvalidConfiguration as error:
        return print_error(str(error), ExitStatus.MISCONFIGURED)
    try:
        return execute(command, loaded)
    except Exception as error:  # noqa: BLE001 - the last place where it can become one line
        return report(error, loaded)
    except KeyboardInterrupt:
        return ExitStatus.INTERRUPTED


def load_needed(command: CommandLine) -> LoadedConfiguration:
    """Load the configuration; a command that works without one gets the defaults if there is none.

    Raises:
        InvalidConfiguration: It is invalid and needed, or a file was named.
    """
    is_needed = command.arguments.needs_configuration or command.configuration.config_file is not None
    try:
        return load(command.configuration)
    except InvalidConfiguration:
        if is_needed:
            raise
        return LoadedConfiguration(Config(), {})


def report(error: Exception, loaded: LoadedConfiguration) -> int:
    """Print the error that ends the program on one line, and return the exit status.

    The traceback of an error that nobody expected is in the log. The commands that work on the store have none; they
    print it if `--debug` is given.
    """
    if isinstance(error, InvalidConfiguration):
        return print_error(loaded.with_origin(error), ExitStatus.MISCONFIGURED)
    if isinstance(error, DirdError):
        return print_error(str(error), status_of(error))
    if logging.getLogger().hasHandlers():
        logger.critical("The process failed", exc_info=error)
    elif loaded.config.debug:
        sys.stderr.write(traceback_text(error) + "\n")
    return print_error(describe_error(error), ExitStatus.FAILED)


def execute(command: CommandLine, loaded: LoadedConfiguration) -> int:
    """Execute the command line, and return the exit status.

    Raises:
        DirdError: The configuration is wrong, or the daemon or the task failed.
    """
    if command.inspect is not None:
        return command.inspect(loaded, command.arguments)
    if command.task is not None:
        return run_task(loaded.config, command.task, command.arguments)
    if command.check_config:
        return check(loaded)
    run(loaded)
    return ExitStatus.STOPPED


def parse(argv: Sequence[str] | None) -> CommandLine:
    """Parse the command line.

    Raises:
        SystemExit: It is wrong (status 2), or asks for help (status 0).
    """
    parser = argparse.ArgumentParser(prog="xivo-dird", description="A phone directory daemon.")
    parser.add_argument("-c", "--config-file", type=Path, metavar="FILE", help="main configuration file")
    parser.add_argument("-d", "--debug", action="store_true", help="log at level debug")
    parser.add_argument(
        "-l", "--log-level", type=str.lower, choices=LOG_LEVELS, help="lowest level that is logged"
    )
    parser.add_argument("-u", "--user", help="system user to become, when started as root")
    parser.add_argument("--check-config", action="store_true", help="check the configuration and stop")
    parser.add_argument(
        "--hash-token", action="store_true", help="read a token, print its hash for the YAML, stop"
    )
    parser.add_argument(
        "--hash-password", action="store_true", help="read a password, print its hash for the YAML, stop"
    )
    commands = parser.add_subparsers(title="commands, instead of serving", metavar="COMMAND")
    for name, command in COMMANDS.items():
        command.add_arguments(commands.add_parser(name, help=command.help))
    parser.set_defaults(task=None, inspect=None, needs_configuration=True)
    arguments = parser.parse_args(argv)
    return CommandLine(
        Arguments(arguments.config_file, arguments.debug, arguments.log_level, arguments.user),
        arguments.check_config,
        arguments.hash_token,
        arguments.hash_password,
        arguments.task,
        arguments.inspect,
        arguments,
    )


def print_token_hash() -> int:
    """Read a token from the terminal or the standard input, print its hash, and return the exit status."""
    token = read_secret("Token: ").strip()
    if not token:
        return print_error("--hash-token: no token was given on the standard input", ExitStatus.MISCONFIGURED)
    sys.stdout.write(hash_token(token) + "\n")
    return ExitStatus.STOPPED


def print_password_hash() -> int:
    """Read a password from the terminal or the standard input, print its hash, and return the exit status."""
    password = read_secret("Password: ").removesuffix("\n").removesuffix("\r")
    try:
        sys.stdout.write(hash_password(password) + "\n")
    except UnusablePassword as error:
        return print_error(f"--hash-password: the password {error}", ExitStatus.MISCONFIGURED)
    return ExitStatus.STOPPED


def read_secret(prompt: str) -> str:
    """Return a line that is typed at the terminal without being shown, or the first one of the standard input."""
    return getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline()


def check(loaded: LoadedConfiguration) -> int:
    """Check the configuration without starting anything, and return the exit status.

    A file that a start would skip is an error here.

    Raises:
        InvalidConfiguration: The first error that was found.
    """
    if loaded.broken_files:
        return print_error("; ".join(loaded.broken_files), ExitStatus.MISCONFIGURED)
    loaded.log_problems()
    config = loaded.config
    check_listeners(config)
    check_user(config.user)
    Controller(config).check()
    sys.stdout.write("The configuration is right.\n")
    return ExitStatus.STOPPED


def run_task(config: Config, task: Task, arguments: argparse.Namespace) -> int:
    """Run a command on the store, and return the exit status. The daemon may be running at the same time."""
    with Controller(config).store_only() as services:
        sys.stdout.write(task(services, arguments) + "\n")
    return ExitStatus.STOPPED


def print_error(message: str, status: int) -> int:
    """Print an error on one line of the standard error, and return `status`."""
    sys.stderr.write(f"xivo-dird: {' '.join(message.split())}\n")
    return status
