"""What can be done with the running configuration: show it without its secrets, and turn debugging on and off."""

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
    """What plugins made of their parts of the configuration; it says what of them is secret.

    `sources` are the options of the declared sources in their order, None for one of an unknown backend.
    """

    auth: BaseModel
    backends: Mapping[str, BaseModel]
    sources: tuple[BaseModel | None, ...]


class RunningConfigService:
    """The configuration as the daemon uses it now. Changes act at once and end with the process."""

    def __init__(self, config: Config, plugins: PluginModels, set_log_level: Callable[[str], None]) -> None:
        """`set_log_level` takes a level's name."""
        self._config = config
        self._plugins = plugins
        self._set_log_level = set_log_level
        self._lock = threading.Lock()
        self._debug = config.debug

    def show(self) -> dict[str, object]:
        """Return every key; secrets are masked."""
        config, plugins = self._config, self._plugins
        shown = config.model_dump(mode="json")
        shown["debug"] = self._debug
        shown["auth"] = {
            "method": config.auth.method,
            **masked(config.auth.model_extra or {}, plugins.auth),
        }
        shown["backends"] = {
            name: masked(given, plugins.backends.get(name)) for name, given in config.backends.items()
        }
        shown["provisioning"]["sources"] = [
            {
                "tenant": source.tenant,
                "name": source.name,
                "backend": source.backend,
                **masked(source.model_extra or {}, model),
            }
            for source, model in zip(config.provisioning.sources, plugins.sources, strict=True)
        ]
        return shown

    def change(self, patch: ConfigPatch) -> None:
        """Apply a patch, all of it or nothing."""
        with self._lock:
            for step in patch.root:
                self._debug = step.value
            if patch.root:
                self._set_log_level("debug" if self._debug else self._config.log_level)


def set_root_log_level(name: str) -> None:
    """Have the root logger log from a level on."""
    logging.getLogger().setLevel(name.upper())
