"""Reads YAML files and the command line into a `Config`; the only place that sees raw dicts.

Precedence: command line > files of `extra_config_files` in alphabetical order > main file > defaults. Mappings are
merged over the files, everything else is replaced. It is kept which file each key came from, for the error messages.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from xivo_dird.config.schema import Config
from xivo_dird.exceptions import InvalidConfiguration

COMMAND_LINE = "command line"
FILE_SUFFIXES = (".yml", ".yaml")

KeyPath = tuple[str, ...]
Tree = dict[str, object]


@dataclass(frozen=True)
class Arguments:
    """What the command line says about the configuration. None: not given."""

    config_file: Path | None = None
    debug: bool = False
    log_level: str | None = None
    user: str | None = None


@dataclass(frozen=True)
class LoadedConfiguration:
    """The configuration, and where each of its keys was read."""

    config: Config
    origins: Mapping[KeyPath, str] = field(repr=False)

    def origin(self, dotted_key: str) -> str:
        """Name the file that `dotted_key`, or the nearest key above it, came from."""
        return _origin(self.origins, tuple(dotted_key.split(".")), self.config.config_file)

    def with_origin(self, error: InvalidConfiguration) -> str:
        """Return the message of an error, which begins with a dotted key, with the file in front of it."""
        return f"{self.origin(error.message.partition(':')[0])}: {error.message}"


def load(arguments: Arguments) -> LoadedConfiguration:
    """Read all files; raise `InvalidConfiguration("<file>: <dotted.key>: <problem>")`."""
    main_file = arguments.config_file or Config().config_file
    merged = _MergedConfig()
    merged.add(_environment(), "environment")
    merged.add(_read(main_file, "config_file"), str(main_file))
    for path in _extra_files(merged, main_file):
        merged.add(_read(path, "extra_config_files"), str(path))
    merged.add(_command_line(arguments), COMMAND_LINE)
    merged.tree["config_file"] = main_file
    return LoadedConfiguration(_validated(merged, main_file), merged.origins)


class _MergedConfig:
    """Trees laid over each other, and for every key the file that had the last word."""

    def __init__(self) -> None:
        self.tree: Tree = {}
        self.origins: dict[KeyPath, str] = {}

    def add(self, tree: Tree, origin: str) -> None:
        """Lay `tree` over what is there."""
        self._lay(self.tree, tree, (), origin)

    def _lay(self, below: Tree, above: Tree, path: KeyPath, origin: str) -> None:
        for key, value in above.items():
            here = (*path, key)
            self.origins[here] = origin
            if not isinstance(value, dict):
                below[key] = value
                continue
            beneath = below.get(key)
            if not isinstance(beneath, dict):
                beneath = below[key] = {}
            self._lay(beneath, value, here, origin)


def _environment() -> Tree:
    uuid = os.environ.get("XIVO_UUID")
    return {"uuid": uuid} if uuid else {}


def _command_line(arguments: Arguments) -> Tree:
    given: Tree = {"log_level": arguments.log_level, "user": arguments.user, "debug": arguments.debug or None}
    return {key: value for key, value in given.items() if value is not None}


def _extra_files(merged: _MergedConfig, main_file: Path) -> list[Path]:
    named = merged.tree.get("extra_config_files", Config().extra_config_files)
    if named is None:
        return []
    folder = Path(str(named))
    try:
        files = sorted(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        problem = f"extra_config_files: {folder} can't be listed: {error.strerror}"
        raise InvalidConfiguration(f"{main_file}: {problem}") from error
    return [path for path in files if path.suffix in FILE_SUFFIXES and not path.name.startswith(".")]


def _read(path: Path, key: str) -> Tree:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidConfiguration(f"{path}: {key}: can't be read: {_reason(error)}") from error
    try:
        document = yaml.load(text, Loader=_UniqueKeyLoader)  # noqa: S506 - a SafeLoader
        return {} if document is None else _text_keys(document, path, ())
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise InvalidConfiguration(f"{path}: {_yaml_problem(error)}") from error


def _text_keys(document: object, path: Path, above: KeyPath) -> Tree:
    if not isinstance(document, dict):
        raise InvalidConfiguration(f"{path}: the file is no mapping of keys to values")
    tree: Tree = {}
    for key, value in document.items():
        if not isinstance(key, str):
            where = ".".join((*above, str(key)))
            raise InvalidConfiguration(f"{path}: {where}: the key is no text; put it in quotes")
        tree[key] = _text_keys(value, path, (*above, key)) if isinstance(value, dict) else value
    return tree


class _UniqueKeyLoader(yaml.SafeLoader):
    """A safe loader for which a key given twice is an error: the second one would win silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen = set()
        for key_node, _ in node.value:
            key = (key_node.tag, str(key_node.value))
            if key in seen and key_node.value != "<<":
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key_node.value!r} is given twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def _yaml_problem(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: {error.problem or error.context}"
    if isinstance(error, RecursionError):
        return "the file is nested too deeply"
    return " ".join(str(error).split())


def _validated(merged: _MergedConfig, main_file: Path) -> Config:
    try:
        return Config.model_validate(merged.tree)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        path = tuple(str(part) for part in first["loc"])
        origin = _origin(merged.origins, path, main_file)
        raise InvalidConfiguration(f"{origin}: {'.'.join(path)}: {_problem(first)}") from error


def _problem(error: ErrorDetails) -> str:
    if error["type"] == "extra_forbidden":
        return "unknown key"
    if error["type"] == "missing":
        return "the key is needed"
    return error["msg"].removeprefix("Value error, ")


def _origin(origins: Mapping[KeyPath, str], path: KeyPath, main_file: Path) -> str:
    for length in range(len(path), 0, -1):
        if path[:length] in origins:
            return origins[path[:length]]
    return str(main_file)


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else "it is not UTF-8"
