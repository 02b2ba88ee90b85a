"""What the very first start does: a state directory, and a question that can be pasted into a shell."""

import shlex
from pathlib import Path

from xivo_dird.config.schema import Config, RestApi
from xivo_dird.database.engine import sqlite_files
from xivo_dird.exceptions import InvalidConfiguration

EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what a client asks instead
SAMPLE_TERM = "mar"


def make_state_directory(config: Config) -> None:
    """Make the state directory where it is missing; raise `InvalidConfiguration` when it can't be."""
    try:
        config.state_directory.mkdir(parents=True, exist_ok=True, mode=0o750)
    except OSError as error:
        problem = f"{config.state_directory} can't be made: {error.strerror}"
        raise InvalidConfiguration(f"state_directory: {problem}") from error


def own_files(config: Config) -> list[Path]:
    """List what the daemon itself writes, so that an earlier start as another user may have made it.

    Of the state directory that is its files, and the folder of the search indexes; other folders are not ours.
    """
    state, snapshots = config.state_directory, config.state_directory / "sources"
    files = [path for path in state.glob("*") if path.is_file()]
    named = [config.log_filename, config.rest_api.access_log, *sqlite_files(config.db_uri)]
    return [state, *files, snapshots, *snapshots.rglob("*"), *filter(None, named)]


def lookup_command(rest_api: RestApi, port: int, token: str) -> str:
    """Write one line for a shell: a lookup that finds people of the sample."""
    host = EVERY_ADDRESS.get(rest_api.listen, rest_api.listen)
    if ":" in host:
        host = f"[{host}]"
    scheme = "https" if rest_api.certificate else "http"
    trust = ["--cacert", str(rest_api.certificate)] if rest_api.certificate else []
    url = f"{scheme}://{host}:{port}/0.1/directories/lookup/default?term={SAMPLE_TERM}"
    return shlex.join(["curl", "-s", *trust, "-H", f"X-Auth-Token: {token}", url])
