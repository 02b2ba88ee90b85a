"""The running configuration: return it with secrets masked, turn debugging on and off in all worker processes."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from xivo_dird.config.masking import masked
from xivo_dird.config.schema import Config
from xivo_dird.running_config.model import ConfigPatch
from xivo_dird.shared_counters import DEBUG, SharedCounters
from xivo_dird.threads.background import Background


@dataclass(frozen=True)
class PluginModels:
    """The plugins' parts of the configuration as parsed models; their field types mark the secrets.

    Attributes:
        auth: Settings of the authenticator.
        backends: Settings by backend.
        sources: Options of the declared sources in their order, None for a source of an unknown backend.
    """

    auth: BaseModel
    backends: Mapping[str, BaseModel]
    sources: tuple[BaseModel | None, ...]


UPDATE_SECONDS = 0.5
"""Seconds within which a worker process without requests applies a change by another one."""


class RunningConfigService:
    """The configuration in use. Changes take effect immediately in all workers and are lost when the daemon ends.

    The last change is published as a number: twice the count of changes, plus 1 if debugging is on.
    """

    def __init__(
        self,
        config: Config,
        plugins: PluginModels,
        set_log_level: Callable[[str], None],
        counters: SharedCounters,
    ) -> None:
        """Initialize with the configuration.

        Args:
            config: The configuration that was read at start.
            plugins: What plugins parsed from it.
            set_log_level: Sets the log level of this process by its name.
            counters: Where the worker processes publish changes.
        """
        self._config = config
        self._plugins = plugins
        self._set_log_level = set_log_level
        self._counters = counters
        self._lock = threading.Lock()
        self._applied = 0
        self._background = Background("running-config", self._update_loop)

    def start(self) -> None:
        """Start to apply changes by other worker processes, if there are any, also while no request arrives."""
        if self._counters.is_shared:
            self._background.start()

    def stop(self) -> None:
        """Stop applying changes by other worker processes."""
        self._background.stop()

    def update(self) -> None:
        """Apply the last change by any worker process to this one; call it before each request."""
        if self._counters.latest(DEBUG) != self._applied:
            with self._lock:
                self._apply()

    def show(self) -> dict[str, object]:
        """Return the whole configuration; secrets are masked."""
        config, plugins = self._config, self._plugins
        document = config.model_dump(mode="json")
        document["debug"] = self._is_debug(self._counters.latest(DEBUG))
        document["auth"] = {
            "method": config.auth.method,
            **masked(config.auth.model_extra or {}, plugins.auth),
        }
        document["backends"] = {
            name: masked(options, plugins.backends.get(name)) for name, options in config.backends.items()
        }
        document["provisioning"]["sources"] = [
            {
                "tenant": source.tenant,
                "name": source.name,
                "backend": source.backend,
                **masked(source.model_extra or {}, model),
            }
            for source, model in zip(config.provisioning.sources, plugins.sources, strict=True)
        ]
        return document

    def change(self, patch: ConfigPatch) -> None:
        """Apply a patch atomically, in all worker processes."""
        with self._lock:
            for operation in patch.root[-1:]:
                count = self._counters.latest(DEBUG) // 2 + 1
                self._counters.publish(DEBUG, 2 * count + operation.value)
                self._apply()

    def _apply(self) -> None:
        published = self._counters.latest(DEBUG)
        self._set_log_level("debug" if self._is_debug(published) else self._config.log_level)
        self._applied = published

    def _is_debug(self, published: int) -> bool:
        return bool(published % 2) if published else self._config.debug

    def _update_loop(self) -> None:
        while not self._background.wait(UPDATE_SECONDS):
            self.update()


def set_root_log_level(name: str) -> None:
    """Set the level of the root logger by its name."""
    logging.getLogger().setLevel(name.upper())
