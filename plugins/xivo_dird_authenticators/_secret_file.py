"""Reads YAML files that contain secrets; errors never quote their content."""

import os
import stat
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from xivo_dird.authenticator import InvalidConfiguration, UnusableSecretFile, parse_secret_yaml

MAX_FILE_BYTES = 16 * 1024 * 1024

Content = TypeVar("Content")

FileVersion = tuple[int, ...]
"""Device, inode, size and times of a file; changes when the file is written, replaced or gets other permissions."""


def read_secret_file(key: str, path: Path, schema: TypeAdapter[Content], *, private: bool) -> Content:
    """Read a YAML file and validate its content.

    Args:
        key: The configuration key that names the file, for the error.
        path: The file.
        schema: The schema of the content.
        private: Whether to reject a file that its group or others have access to.

    Raises:
        InvalidConfiguration: The file can't be used; the message names the key, the file and the mistake.
    """
    try:
        return parse_secret_yaml(_read_bytes(path, private=private), schema)
    except UnusableSecretFile as error:
        raise InvalidConfiguration(f"{key}: {path}: {error}") from None
    except InvalidConfiguration as error:
        raise InvalidConfiguration(f"{key}: {error}") from None


def file_version(path: Path) -> FileVersion | None:
    """Return the version of a file without opening it, None if its status can't be read."""
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _read_bytes(path: Path, *, private: bool) -> bytes:
    try:
        with open(path, "rb", opener=_open_nonblocking) as file:
            _check_mode(path, os.fstat(file.fileno()).st_mode, private=private)
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise InvalidConfiguration(f"{path}: {error.strerror}") from error
    if len(content) > MAX_FILE_BYTES:
        raise InvalidConfiguration(f"{path}: larger than {MAX_FILE_BYTES} bytes")
    return content


def _open_nonblocking(path: str, flags: int) -> int:
    """Open a file; if it is a FIFO, don't wait for its writer."""
    return os.open(path, flags | os.O_NONBLOCK)


def _check_mode(path: Path, mode: int, *, private: bool) -> None:
    if not stat.S_ISREG(mode):
        raise InvalidConfiguration(f"{path}: not a regular file")
    if private and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise InvalidConfiguration(f"{path}: others than its owner have access; run chmod 600 {path}")
