"""Reads YAML files and the command line into a `Config`; the only module that handles raw dicts.

Precedence: command line > files of `extra_config_files`, the first in alphabetical order wins > main file >
environment (`XIVO_UUID`) > defaults. Mappings are merged, all other values are replaced. The origin of each key
is recorded for error messages.

A file of `extra_config_files` that can't be read is skipped, as in older deployments: a mistake in a file that another
package has put there must not stop the phones.
"""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from xivo_dird.config.legacy_keys import remove_ignored_keys, services_without_effect
from xivo_dird.config.merged import KeyPath, MergedConfig, Tree
from xivo_dird.config.schema import Config
from xivo_dird.config.secret_reader import administrator_reader
from xivo_dird.exceptions import InvalidConfiguration

logger = logging.getLogger(__name__)

COMMAND_LINE = "command line"
FILE_SUFFIXES = (".yml", ".yaml")


@dataclass(frozen=True)
class Arguments:
    """The options of the command line that belong to the configuration; None: not given."""

    config_file: Path | None = None
    debug: bool = False
    log_level: str | None = None
    user: str | None = None


@dataclass(frozen=True)
class LoadedConfiguration:
    """The configuration and the origin of each key.

    Attributes:
        config: The configuration.
        origins: Path of a key -> name of the file, or another origin such as `COMMAND_LINE`.
        broken_files: The error of each file of `extra_config_files` that was skipped; each names its file.
        ignored_keys: What to know about each key that is set and has no effect.
        hidden_keys: What to know about each list of `extra_config_files` that another file hides, and about a folder
            that does not exist.
    """

    config: Config
    origins: Mapping[KeyPath, str] = field(repr=False)
    broken_files: tuple[str, ...] = ()
    ignored_keys: tuple[str, ...] = ()
    hidden_keys: tuple[str, ...] = ()

    def log_problems(self) -> None:
        """Log every file that was skipped and every key that is hidden or has no effect."""
        for error in self.broken_files:
            logger.error("%s; the file is skipped", error)
        for warning in (*self.hidden_keys, *self.ignored_keys):
            logger.warning("%s", warning)

    def origin(self, dotted_key: str) -> str:
        """Return the origin of a key, else of its nearest parent that has one, else the main file."""
        return _origin(self.origins, tuple(dotted_key.split(".")), self.config.config_file)

    def with_origin(self, error: InvalidConfiguration) -> str:
        """Return the message of an error, which begins with a dotted key, with the origin of that key before it."""
        return f"{self.origin(error.message.partition(':')[0])}: {error.message}"


def load(arguments: Arguments) -> LoadedConfiguration:
    """Read all files and merge them with the command line.

    Raises:
        InvalidConfiguration: A file or key is wrong; the message is "<file>: <dotted.key>: <reason>".
    """
    main_file = arguments.config_file or Config().config_file
    merged = MergedConfig()
    merged.add(_environment(), "environment")
    merged.add(_read(main_file, "config_file"), str(main_file))
    extra = _add_extra_files(merged, main_file)
    merged.add(_command_line(arguments), COMMAND_LINE)
    merged.tree["config_file"] = main_file
    ignored = list(remove_ignored_keys(merged.tree))
    config = _validate(merged, main_file)
    ignored += services_without_effect(config.enabled_plugins.services)
    return LoadedConfiguration(
        config,
        merged.origins,
        tuple(extra.errors),
        tuple(_ignored_key(merged, *key) for key in ignored),
        tuple(extra.hidden_keys),
    )


def _ignored_key(merged: MergedConfig, path: KeyPath, hint: str) -> str:
    return f"{merged.origins[path]}: {'.'.join(path)}: the key has no effect: {hint}"


def _environment() -> Tree:
    uuid = os.environ.get("XIVO_UUID")
    return {"uuid": uuid} if uuid else {}


def _command_line(arguments: Arguments) -> Tree:
    options: Tree = {
        "log_level": arguments.log_level,
        "user": arguments.user,
        "debug": arguments.debug or None,
    }
    return {key: value for key, value in options.items() if value is not None}


@dataclass(frozen=True)
class _ExtraFiles:
    """What is wrong with the files of `extra_config_files`: `broken_files` and `hidden_keys` of the configuration."""

    errors: list[str] = field(default_factory=list)
    hidden_keys: list[str] = field(default_factory=list)


def _add_extra_files(merged: MergedConfig, main_file: Path) -> _ExtraFiles:
    """Merge the files of `extra_config_files`, so that the first wins, and return what is wrong with them."""
    extra = _ExtraFiles()
    replaced: list[tuple[KeyPath, str]] = []
    for path in reversed(_extra_files(merged, main_file, extra)):
        try:
            tree = _read(path, "extra_config_files")
        except InvalidConfiguration as error:
            extra.errors.append(error.message)
            continue
        replaced += (list_ for list_ in merged.replaced_lists(tree) if list_[1] != str(main_file))
        merged.add(tree, str(path))
    extra.hidden_keys.extend(_hidden_list(merged, *list_) for list_ in replaced)
    return extra


def _hidden_list(merged: MergedConfig, key: KeyPath, origin: str) -> str:
    reason = f"that in {merged.origins[key]} is used instead; lists are not merged, so put both into one file"
    return f"{origin}: {'.'.join(key)}: the list has no effect: {reason}"


def _extra_files(merged: MergedConfig, main_file: Path, extra: _ExtraFiles) -> list[Path]:
    configured = merged.tree.get("extra_config_files", Config().extra_config_files)
    if configured is None:
        return []
    folder = Path(str(configured))
    try:
        files = sorted(folder.iterdir())
    except FileNotFoundError:
        if "extra_config_files" in merged.tree:
            missing = f"the folder {folder} does not exist: no further files are read"
            extra.hidden_keys.append(f"{main_file}: extra_config_files: {missing}")
        return []
    except OSError as error:
        reason = f"extra_config_files: {folder} can't be listed: {error.strerror}"
        raise InvalidConfiguration(f"{main_file}: {reason}") from error
    return [path for path in files if path.suffix in FILE_SUFFIXES and not path.name.startswith(".")]


def _read(path: Path, key: str) -> Tree:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        is_default = isinstance(error, FileNotFoundError) and path == Config().config_file
        hint = "; name yours with -c FILE" if is_default else ""
        raise InvalidConfiguration(f"{path}: {key}: can't be read: {_read_error(error)}{hint}") from error
    try:
        document = yaml.load(text, Loader=_UniqueKeyLoader)  # noqa: S506 - a SafeLoader
        return {} if document is None else _checked_keys(document, path, ())
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise InvalidConfiguration(f"{path}: {_yaml_error(error)}") from error


def _checked_keys(document: object, path: Path, parent: KeyPath) -> Tree:
    if not isinstance(document, dict):
        raise InvalidConfiguration(f"{path}: the file is not a mapping of keys to values")
    tree: Tree = {}
    for key, value in document.items():
        if not isinstance(key, str):
            dotted_key = ".".join((*parent, str(key)))
            raise InvalidConfiguration(f"{path}: {dotted_key}: the key is not a text; put it in quotes")
        tree[key] = _checked_keys(value, path, (*parent, key)) if isinstance(value, dict) else value
    return tree


class _UniqueKeyLoader(yaml.SafeLoader):
    """A safe loader that refuses duplicate keys, of which the last would win silently."""

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


def _yaml_error(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: {error.problem or error.context}"
    if isinstance(error, RecursionError):
        return "the file is nested too deeply"
    return " ".join(str(error).split())


def _validate(merged: MergedConfig, main_file: Path) -> Config:
    try:
        return Config.model_validate(merged.tree, context=administrator_reader())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        path = tuple(str(part) for part in first["loc"])
        origin = _origin(merged.origins, path, main_file)
        raise InvalidConfiguration(f"{origin}: {'.'.join(path)}: {_key_error(first)}") from error


def _key_error(error: ErrorDetails) -> str:
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


def _read_error(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else "it is not UTF-8"
