"""Plugins: the only file that knows stevedore. Loads, checks, and keeps what is wrong with each plugin."""

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Generic, TypeVar

from stevedore import DriverManager
from stevedore.exception import NoMatches

logger = logging.getLogger(__name__)

PluginT = TypeVar("PluginT")
AnswerT = TypeVar("AnswerT")

PLUGIN_SECONDS = 10.0
"""How long one plugin may keep the start waiting, for its import or to register."""


@dataclass(frozen=True, slots=True)
class PluginStatus:
    """One enabled plugin: `status` is `ok` or `fail`, `error` what is wrong with it."""

    group: str
    name: str
    status: str
    error: str | None = None


class Plugins(Generic[PluginT]):
    """The plugins of one group that are enabled, installed and sound, by name."""

    def __init__(
        self, group: str, switches: Mapping[str, bool], check: Callable[[str, object], PluginT]
    ) -> None:
        """Import every enabled plugin; one that fails is named in the log and left out.

        Args:
            group: The entry-point group.
            switches: By name: False disables an installed plugin, True names one that should be installed.
            check: Returns the plugin that an entry point really is, or raises.
        """
        self._group = group
        named = [name for name, wanted in switches.items() if wanted]
        installed = [name for name in installed_names(group) if switches.get(name, True)]
        self.enabled = sorted({*installed, *named})
        self._errors: dict[str, str] = {}
        self.loaded: dict[str, PluginT] = {}
        for name in self.enabled:
            self._load(name, check)

    def fail(self, name: str, error: Exception) -> None:
        """Note that a plugin can't be used, with the traceback in the log."""
        self.loaded.pop(name, None)
        self._errors[name] = f"{type(error).__name__}: {error}"
        logger.error("plugin %r of %s is left out: %s", name, self._group, self._errors[name], exc_info=error)

    def status(self) -> list[PluginStatus]:
        """Tell of every enabled plugin whether it works."""
        return [
            PluginStatus(self._group, name, "fail" if name in self._errors else "ok", self._errors.get(name))
            for name in self.enabled
        ]

    def _load(self, name: str, check: Callable[[str, object], PluginT]) -> None:
        try:
            self.loaded[name] = check(name, load_plugin(self._group, name))
        except LookupError as error:
            self._errors[name] = str(error)
            logger.warning("%s; it is skipped", error)
        except Exception as error:  # noqa: BLE001 - plugin border: a broken plugin costs only itself
            self.fail(name, error)


def installed_names(group: str) -> list[str]:
    """Return the names of the plugins of a group, sorted; none is imported."""
    return sorted({entry_point.name for entry_point in entry_points(group=group)})


def load_plugin(group: str, name: str) -> object:
    """Import one plugin; raise `LookupError` if it is not installed, or what `in_time` raises."""
    return in_time(f"import {name}", lambda: _driver(group, name))


def in_time(what: str, work: Callable[[], AnswerT]) -> AnswerT:
    """Have a plugin do `work` in a thread of its own, since it can hang, and answer what it answers.

    Raises `TimeoutError` after `PLUGIN_SECONDS`, or what the work raises.
    """
    done: Future[AnswerT] = Future()
    threading.Thread(target=_do, args=(work, done), name=what, daemon=True).start()
    try:
        return done.result(PLUGIN_SECONDS)
    except TimeoutError as error:
        raise TimeoutError(f"{what} did not end within {PLUGIN_SECONDS:g} s") from error
    except SystemExit as error:
        raise ImportError(f"{what} wanted to end the process") from error


def _do(work: Callable[[], AnswerT], done: Future[AnswerT]) -> None:
    try:
        done.set_result(work())
    except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
        done.set_exception(error)


def _driver(group: str, name: str) -> object:
    try:
        return DriverManager(group, name, on_load_failure_callback=_raise).driver
    except NoMatches as error:
        raise LookupError(f"no plugin {name!r} is installed in the group {group}") from error


def _raise(_manager: object, _entry_point: object, error: BaseException) -> None:
    raise error
