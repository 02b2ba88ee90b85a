"""The running configuration: return it with secrets masked, turn debugging on and off."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from xivo_dird.config.masking import masked
from xivo_dird.config.schema import Config
from xivo_dird.running_config.model import ConfigPatch


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


class RunningConfigService:
    """The configuration in use. Changes take effect immediately and are lost when the process ends."""

    def __init__(self, config: Config, plugins: PluginModels, set_log_level: Callable[[str], None]) -> None:
        """Initialize with the configuration.

        Args:
            config: The configuration that was read at start.
            plugins: What plugins parsed from it.
            set_log_level: Sets the log level by its name.
        """
        self._config = config
        self._plugins = plugins
        self._set_log_level = set_log_level
        self._lock = threading.Lock()
        self._debug = config.debug

    def show(self) -> dict[str, object]:
        """Return the whole configuration; secrets are masked."""
        config, plugins = self._config, self._plugins
        document = config.model_dump(mode="json")
        document["debug"] = self._debug
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
        """Apply a patch atomically."""
        with self._lock:
            for operation in patch.root:
                self._debug = operation.value
            if patch.root:
                self._set_log_level("debug" if self._debug else self._config.log_level)


def set_root_log_level(name: str) -> None:
    """Set the level of the root logger by its name."""
    logging.getLogger().setLevel(name.upper())
