"""Steps of the first start: the state directory, a lookup command to paste into a shell, and a link to the page."""

import shlex
from pathlib import Path
from urllib.parse import urlsplit

from xivo_dird.client_address import parse_address
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


def first_steps(rest_api: RestApi, port: int, token: str, code: str | None) -> str:
    """Return what to do after the first start: a lookup, and the link of the web page that signs in once.

    Args:
        rest_api: Where the API listens.
        port: The bound port.
        token: A valid token.
        code: A code that signs in on the page; None if there is no page.
    """
    steps = [lookup_command(rest_api, port, token), SAMPLE_TERM_HINT]
    host = _local_host(rest_api)
    address = parse_address(host)
    if code is not None and address is not None and address.is_loopback and _can_sign_in(rest_api):
        link = f"{_root_url(rest_api, host, port)}/#code={code}"
        steps.append(f"Or open this link in a browser on this machine, within an hour; it works once: {link}")
    return "".join(f"{step}\n" for step in steps)


def lookup_command(rest_api: RestApi, port: int, token: str) -> str:
    """Return a shell command for a lookup that finds people of the sample; for the arguments see `first_steps`."""
    ca_options = ["--cacert", str(rest_api.certificate)] if rest_api.certificate else []
    root = _root_url(rest_api, _local_host(rest_api), port)
    url = f"{root}/0.1/directories/lookup/default?term={SAMPLE_TERM}"
    return shlex.join(["curl", "-s", *ca_options, "-H", f"X-Auth-Token: {token}", url])


def _can_sign_in(rest_api: RestApi) -> bool:
    """Return whether a local browser sends the cookie back, which is for the scheme and the path of `public_url`."""
    url = urlsplit(rest_api.public_url or "")
    return not url.path and (url.scheme != "https" or rest_api.certificate is not None)


def _local_host(rest_api: RestApi) -> str:
    """Return the address that a program of this host connects to."""
    return LOOPBACK_ADDRESSES.get(rest_api.listen, rest_api.listen)


def _root_url(rest_api: RestApi, host: str, port: int) -> str:
    scheme = "https" if rest_api.certificate else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"
