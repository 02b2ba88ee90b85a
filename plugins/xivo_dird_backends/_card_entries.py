"""What is read of the cards of a source, and what is left out."""

import logging

from xivo_dird.backend import Card, Entry, ReadReport, entry_of, find_error, is_person

logger = logging.getLogger(__name__)


class CardTally:
    """Counts what is read, and what is left out."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._rows = self._skipped = 0
        self._reason: str | None = None

    def add(self) -> None:
        """Count a person."""
        self._rows += 1

    def skip(self, reason: str, count: int = 1) -> None:
        """Count cards or files that are left out; the first reason is the one that is shown."""
        self._rows += count
        self._skipped += count
        self._reason = self._reason or reason

    def report(self) -> ReadReport:
        """Return what was read until now."""
        return ReadReport(self._rows, self._skipped, self._reason)

    def warn(self, source: object) -> None:
        """Log a warning if something was left out of a source, which is a path or a URL."""
        if self._skipped:
            logger.warning("%s: cards or files left out: %d; %s", source, self._skipped, self._reason)


def person_of(card: Card) -> Entry | None:
    """Return the entry of a card, without an id; None if it is no person, but a group.

    Raises:
        ValueError: The card can't be used; the message says why.
    """
    if not is_person(card):
        return None
    error = find_error(card)
    if error is not None:
        raise ValueError(error)
    return entry_of(card)
