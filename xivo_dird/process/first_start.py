"""Steps of the first start: the state directory, and a lookup command to paste into a shell."""

import shlex
from pathlib import Path

from xivo_dird.config.schema import Config, RestApi
from xivo_dird.database.engine import sqlite_files
from xivo_dird.exceptions import InvalidConfiguration

LOOPBACK_ADDRESSES = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - not bound here
"""Wildcard address that the daemon listens on -> address that a local client connects to."""

SAMPLE_TERM = "mar"
SAMPLE_TERM_HINT = (
    f"The term {SAMPLE_TERM!r} finds people of `make run`; elsewhere, replace it by one of your names."
)


def create_state_directory(config: Config) -> None:
    """Create the state directory if it is missing.

    Raises:
        InvalidConfiguration: It can't be created.
    """
    try:
        config.state_directory.mkdir(parents=True, exist_ok=True, mode=0o750)
    except OSError as error:
        reason = f"{config.state_directory} can't be made: {error.strerror}"
        raise InvalidConfiguration(f"state_directory: {reason}") from error


def daemon_paths(config: Config) -> list[Path]:
    """Return the paths that the daemon writes, which an earlier start as another user may have created.

    In the state directory these are its files and the folder of the search indexes, but no other folders.
    """
    state, snapshots = config.state_directory, config.state_directory / "sources"
    files = [path for path in state.glob("*") if path.is_file()]
    configured = [config.log_filename, config.rest_api.access_log, *sqlite_files(config.db_uri)]
    return [state, *files, snapshots, *snapshots.rglob("*"), *filter(None, configured)]


def lookup_command(rest_api: RestApi, port: int, token: str) -> str:
    """Return a shell command for a lookup that finds people of the sample.

    Args:
        rest_api: Where the API listens.
        port: The bound port.
        token: A valid token.
    """
    host = LOOPBACK_ADDRESSES.get(rest_api.listen, rest_api.listen)
    if ":" in host:
        host = f"[{host}]"
    scheme = "https" if rest_api.certificate else "http"
    ca_options = ["--cacert", str(rest_api.certificate)] if rest_api.certificate else []
    url = f"{scheme}://{host}:{port}/0.1/directories/lookup/default?term={SAMPLE_TERM}"
    return shlex.join(["curl", "-s", *ca_options, "-H", f"X-Auth-Token: {token}", url])
