"""A table that is loaded again when the file that it comes from has changed."""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from xivo_dird.authenticator import InvalidConfiguration
from xivo_dird_authenticators._secret_file import FileVersion, file_version

logger = logging.getLogger(__name__)

CHECK_INTERVAL_SECONDS = 1.0
"""Seconds between two checks of a file for changes."""

TableT = TypeVar("TableT")


class ReloadedTable(Generic[TableT]):
    """Holds the last table that could be loaded. Shared by threads: the table is replaced as a whole."""

    def __init__(
        self,
        path: Path | None,
        load: Callable[[], TableT],
        initial: Callable[[], TableT] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Load the table.

        Args:
            path: The file; None: the table never changes.
            load: Returns the table; raises `InvalidConfiguration` if the file can't be used.
            initial: Returns the table until the file changes or `reload` is called; None: `load` does.
            clock: Returns the time in seconds.

        Raises:
            InvalidConfiguration: The file can't be used.
        """
        self._path = path
        self._load = load
        self._clock = clock
        self._next_check_at = clock() + CHECK_INTERVAL_SECONDS
        self._last_version = self._current_version()
        self._table = (initial or load)()

    def current(self) -> TableT:
        """Return the table, loaded again if the file has changed; if the file is invalid, the last valid table."""
        if self._path is None:
            return self._table
        now = self._clock()
        if now < self._next_check_at:
            return self._table
        self._next_check_at = now + CHECK_INTERVAL_SECONDS
        version = self._current_version()
        if version == self._last_version:
            return self._table
        self._last_version = version
        try:
            self.reload()
        except InvalidConfiguration as error:
            logger.error("File not reloaded; its last valid content remains in use: %s", error)  # noqa: TRY400
        return self._table

    def reload(self) -> None:
        """Load the table now.

        Raises:
            InvalidConfiguration: The file can't be used.
        """
        self._table = self._load()

    def _current_version(self) -> FileVersion | None:
        return file_version(self._path) if self._path else None
