"""What backends log while a command asks them: warnings for the administrator, of which a terminal has no log."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from typing_extensions import override

CORE_LOGGERS = ("xivo_dird.directory.opening",)
"""Loggers of the core whose warnings are about the options of a source."""


class LogNotes(logging.Handler):
    """Collects the warnings; the log of the core beside them says nothing that the command does not show."""

    def __init__(self) -> None:
        """Collect nothing yet."""
        super().__init__(logging.WARNING)
        self._records: list[tuple[str, str]] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Collect a line."""
        self._records.append((record.name, record.getMessage()))

    def of_packages(self, packages: set[str]) -> tuple[str, ...]:
        """Return the lines of the loggers of these packages and of `CORE_LOGGERS`, each once."""
        lines = (
            line
            for name, line in self._records
            if name in CORE_LOGGERS or name.partition(".")[0] in packages - {"xivo_dird"}
        )
        return tuple(dict.fromkeys(lines))


@contextmanager
def collected_notes() -> Iterator[LogNotes]:
    """Collect what is logged in the context, instead of printing it."""
    notes, root = LogNotes(), logging.getLogger()
    root.addHandler(notes)
    try:
        yield notes
    finally:
        root.removeHandler(notes)
