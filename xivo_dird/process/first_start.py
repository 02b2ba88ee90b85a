"""What the very first start does: a state directory, a token, and a question that can be pasted into a shell."""

import os
import secrets
import shlex
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from xivo_dird.config.schema import Config, RestApi
from xivo_dird.database.engine import sqlite_files
from xivo_dird.exceptions import InvalidConfiguration

ALL_RIGHTS = "#"
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what a client asks instead
OWNER_ONLY = 0o600
SAMPLE_TERM = "mar"


def make_state_directory(config: Config) -> None:
    """Make the state directory where it is missing; raise `InvalidConfiguration` when it can't be."""
    try:
        config.state_directory.mkdir(parents=True, exist_ok=True, mode=0o750)
    except OSError as error:
        problem = f"{config.state_directory} can't be made: {error.strerror}"
        raise InvalidConfiguration(f"state_directory: {problem}") from error


def own_files(config: Config) -> list[Path]:
    """List what the daemon itself writes, so that an earlier start as another user may have made it."""
    snapshots = config.state_directory / "sources"
    named = [config.log_filename, _token_file(config), *sqlite_files(config.db_uri)]
    return [config.state_directory, snapshots, *snapshots.rglob("*"), *filter(None, named)]


@contextmanager
def first_token(config: Config) -> Iterator[str | None]:
    """Write a token with all rights into a missing `auth.token_file`; give it, None if the file was there.

    When what follows fails, the file is taken back, so that the next start is the first one again.
    """
    path = _token_file(config)
    if path is None or path.exists():
        yield None
        return
    token = secrets.token_urlsafe(32)
    _write_token(path, token, _first_tenant(config))
    try:
        yield token
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def without_missing_token_file(config: Config) -> Config:
    """Answer the configuration as it is before the first start, when the token file can't be there yet."""
    path = _token_file(config)
    if path is None or path.exists():
        return config
    return config.model_copy(update={"auth": config.auth.model_copy(update={"token_file": None})})


def lookup_command(rest_api: RestApi, port: int, token: str) -> str:
    """Write one line for a shell: a lookup that finds people of the sample."""
    host = EVERY_ADDRESS.get(rest_api.listen, rest_api.listen)
    if ":" in host:
        host = f"[{host}]"
    scheme = "https" if rest_api.certificate else "http"
    trust = ["--cacert", str(rest_api.certificate)] if rest_api.certificate else []
    url = f"{scheme}://{host}:{port}/0.1/directories/lookup/default?term={SAMPLE_TERM}"
    return shlex.join(["curl", "-s", *trust, "-H", f"X-Auth-Token: {token}", url])


def _token_file(config: Config) -> Path | None:
    value = (config.auth.model_extra or {}).get("token_file")
    return Path(value) if isinstance(value, str) and value else None


def _first_tenant(config: Config) -> str:
    if not config.provisioning.tenants:
        raise InvalidConfiguration("provisioning.tenants: the first token needs a tenant; declare one")
    return config.provisioning.tenants[0].uuid


def _write_token(path: Path, token: str, tenant_uuid: str) -> None:
    rights = {"user_uuid": str(uuid.uuid4()), "tenant_uuid": tenant_uuid, "acl": [ALL_RIGHTS]}
    text = yaml.safe_dump([{"token": token, **rights}], sort_keys=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(descriptor, OWNER_ONLY)
            file.write(text)
    except OSError as error:
        raise InvalidConfiguration(f"auth.token_file: {path} can't be written: {error.strerror}") from error
