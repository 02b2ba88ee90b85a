"""Load and check plugins and record their errors; the only module that imports stevedore."""

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, TypeVar

from stevedore import DriverManager, NamedExtensionManager

from xivo_dird.exceptions import describe_error

logger = logging.getLogger(__name__)

PluginT = TypeVar("PluginT")
ResultT = TypeVar("ResultT")

PLUGIN_TIMEOUT_SECONDS = 10.0
"""Seconds that one call of a plugin may take at start, such as its import or its registration."""


class NotInstalled(LookupError):
    """A plugin is not installed."""

    def __init__(self, group: str, name: str) -> None:
        """Create the error for the plugin `name` of an entry-point group."""
        super().__init__(f"no plugin {name!r} is installed in the group {group}")


@dataclass(frozen=True, slots=True)
class PluginStatus:
    """The status of one enabled plugin: `ok`, or `fail` with an `error`."""

    group: str
    name: str
    status: str
    error: str | None = None


class Plugins(Generic[PluginT]):
    """The plugins of one group: the enabled ones, those that could be loaded, and the errors of the others."""

    def __init__(
        self, group: str, switches: Mapping[str, bool], check: Callable[[str, object], PluginT]
    ) -> None:
        """Import every enabled plugin; one that fails is skipped.

        A broken plugin is logged by every process that imports it; see `log_missing` for one that is not installed.

        Args:
            group: The entry-point group.
            switches: By name: False disables an installed plugin; True makes a missing plugin a failure.
            check: Returns the imported object if it is a valid plugin, or raises an error.
        """
        self._group = group
        required = [name for name, is_enabled in switches.items() if is_enabled]
        installed = [name for name in installed_names(group) if switches.get(name, True)]
        self.enabled = sorted({*installed, *required})
        self._missing = {name: str(NotInstalled(group, name)) for name in required if name not in installed}
        self._errors = dict(self._missing)
        self.loaded: dict[str, PluginT] = {}
        for name in installed:
            self._load(name, check)

    def record_failure(self, name: str, error: Exception) -> None:
        """Record that a plugin can't be used, and log the traceback."""
        self.loaded.pop(name, None)
        self._errors[name] = describe_error(error)
        logger.error("plugin %r of %s is skipped: %s", name, self._group, self._errors[name], exc_info=error)

    def log_missing(self) -> None:
        """Log every plugin that is enabled and not installed; call it once, not in every worker process."""
        for error in self._missing.values():
            logger.warning("%s; it is skipped", error)

    def status(self) -> list[PluginStatus]:
        """Return the status of every enabled plugin."""
        return [
            PluginStatus(self._group, name, "fail" if name in self._errors else "ok", self._errors.get(name))
            for name in self.enabled
        ]

    def _load(self, name: str, check: Callable[[str, object], PluginT]) -> None:
        try:
            self.loaded[name] = check(name, _import(self._group, name))
        except Exception as error:  # noqa: BLE001 - plugin boundary: a broken plugin affects only itself
            self.record_failure(name, error)


def installed_names(group: str) -> list[str]:
    """Return the names of the installed plugins of a group, sorted, without importing them.

    Stevedore caches the metadata of all distributions, which takes long to read.
    """
    return sorted({*NamedExtensionManager(group, ()).entry_points_names()})


def load_plugin(group: str, name: str) -> object:
    """Import one plugin.

    Raises:
        NotInstalled: There is no such plugin.
        TimeoutError: The import takes longer than `PLUGIN_TIMEOUT_SECONDS`.
        Exception: Whatever the import raises; `ImportError` if it tries to end the process.
    """
    if name not in installed_names(group):
        raise NotInstalled(group, name)
    return _import(group, name)


def run_with_timeout(what: str, work: Callable[[], ResultT]) -> ResultT:
    """Return the result of `work`, run in a separate thread because a plugin can hang.

    Args:
        what: The name of the thread and the subject of error messages.
        work: Calls the plugin.

    Raises:
        TimeoutError: `work` takes longer than `PLUGIN_TIMEOUT_SECONDS`.
        ImportError: `work` tries to end the process.
        Exception: Whatever `work` raises.
    """
    future: Future[ResultT] = Future()
    threading.Thread(target=_run, args=(work, future), name=what, daemon=True).start()
    try:
        return future.result(PLUGIN_TIMEOUT_SECONDS)
    except TimeoutError as error:
        raise TimeoutError(f"{what} did not end within {PLUGIN_TIMEOUT_SECONDS:g} s") from error
    except SystemExit as error:
        raise ImportError(f"{what} tried to exit the process") from error


def _run(work: Callable[[], ResultT], future: Future[ResultT]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - re-raised in the waiting thread
        future.set_exception(error)


def _import(group: str, name: str) -> object:
    return run_with_timeout(
        f"import {name}", lambda: DriverManager(group, name, on_load_failure_callback=_raise).driver
    )


def _raise(_manager: object, _entry_point: object, error: BaseException) -> None:
    raise error
