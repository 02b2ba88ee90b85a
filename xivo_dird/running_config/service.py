"""What can be done with the running configuration: show it without its secrets, and turn debugging on and off."""

import logging
import threading
from collections.abc import Callable

from xivo_dird.config.masking import masked
from xivo_dird.config.schema import Config
from xivo_dird.running_config.model import ConfigPatch


class RunningConfigService:
    """The configuration as the daemon uses it now. Changes act at once and end with the process."""

    def __init__(self, config: Config, set_log_level: Callable[[str], None]) -> None:
        """`set_log_level` takes a level's name."""
        self._config = config
        self._set_log_level = set_log_level
        self._lock = threading.Lock()
        self._debug = config.debug

    def show(self) -> dict[str, object]:
        """Show every key; secrets are masked."""
        shown = masked(self._config.model_dump(mode="json"))
        return {**shown, "debug": self._debug}

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
