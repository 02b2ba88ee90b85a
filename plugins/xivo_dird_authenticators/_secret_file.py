"""Reading the administrator's YAML files that hold secrets; no error ever quotes their content."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from xivo_dird.authenticator import InvalidConfiguration

MAX_BYTES = 16 * 1024 * 1024

Content = TypeVar("Content")

FileVersion = tuple[int, ...]
"""Changes whenever the file was written, replaced or got other permissions."""


def read_secret_file(key: str, path: Path, schema: TypeAdapter[Content], *, private: bool) -> Content:
    """Read the YAML file that `key` of the configuration names into `schema`.

    Raises `InvalidConfiguration` naming the key, the file and what is wrong in it. `private`: refuse a file that its
    group or others may read.
    """
    try:
        return _read(path, schema, private=private)
    except InvalidConfiguration as error:
        raise InvalidConfiguration(f"{key}: {error}") from None


def _read(path: Path, schema: TypeAdapter[Content], *, private: bool) -> Content:
    content = _parsed(path, _bytes_of(path, private=private))
    try:
        return schema.validate_python(content)
    except ValidationError as error:
        problems = "; ".join(
            f"{_location(problem['loc'])}: {problem['msg']}"
            for problem in error.errors(include_input=False, include_url=False, include_context=False)
        )
        raise InvalidConfiguration(f"{path}: {problems}") from None


def file_version(path: Path) -> FileVersion | None:
    """Look at the file without opening it; None: it can't be looked at."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _bytes_of(path: Path, *, private: bool) -> bytes:
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            _check_mode(path, os.fstat(file.fileno()).st_mode, private=private)
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidConfiguration(f"{path}: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise InvalidConfiguration(f"{path}: larger than {MAX_BYTES} bytes")
    return content


def _open_at_once(path: str, flags: int) -> int:
    """Open without waiting for the writer of a FIFO."""
    return os.open(path, flags | os.O_NONBLOCK)


def _check_mode(path: Path, mode: int, *, private: bool) -> None:
    if not stat.S_ISREG(mode):
        raise InvalidConfiguration(f"{path}: not a regular file")
    if private and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise InvalidConfiguration(f"{path}: others than its owner have access; run chmod 600 {path}")


def _parsed(path: Path, content: bytes) -> object:
    try:
        parsed: object = yaml.safe_load(content)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        # The error's own text quotes the line, which may hold a token.
        raise InvalidConfiguration(f"{path}: line {line} is not valid YAML") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise InvalidConfiguration(f"{path}: not valid YAML in UTF-8") from None
    return parsed


def _location(keys: Sequence[int | str]) -> str:
    return ".".join(str(key) for key in keys) or "the file"
