"""Reads the people of the files of a vCard source."""

import logging
from collections.abc import Iterator

from xivo_dird.backend import (
    Card,
    CardIds,
    CardKey,
    CardReader,
    Entry,
    InvalidSource,
    ReadReport,
    SourceDataMissing,
    SourceUnavailable,
)
from xivo_dird_backends._card_entries import person_of
from xivo_dird_backends.vcard.card_files import CardFiles, FolderOfFiles

logger = logging.getLogger(__name__)


class CardEntries:
    """Reads the entries of all files, once, and then reports what was left out."""

    def __init__(self, files: CardFiles, encoding: str | None) -> None:
        """Read nothing yet."""
        self._files = files
        self._encoding = encoding
        self._ids = CardIds()
        self._rows = self._skipped = 0
        self._reason: str | None = None

    def read(self) -> Iterator[Entry]:
        """Yield the entries, then log a warning if some were left out.

        Raises:
            SourceUnavailable: A single file, or a disk, can't be read.
        """
        for name in self._files.names():
            yield from self._read_file(name)
        if self._skipped:
            logger.warning("%s: cards or files left out: %d; %s", *self._summary())

    def report(self) -> ReadReport:
        """Return what was read until now."""
        return ReadReport(self._rows, self._skipped, self._reason)

    def _summary(self) -> tuple[object, ...]:
        return self._files.path, self._skipped, self._reason

    def _read_file(self, name: str) -> Iterator[Entry]:
        try:
            file = self._files.open(name)
        except (InvalidSource, SourceDataMissing, SourceUnavailable) as error:
            if not isinstance(self._files, FolderOfFiles):
                raise
            self._skip(str(error))
            return
        with file:
            try:
                for card in CardReader(file, self._encoding).cards():
                    yield from self._entry(name, card)
            except OSError as error:
                raise SourceUnavailable(f"{name} can't be read: {error.strerror}") from error

    def _entry(self, name: str, card: Card) -> Iterator[Entry]:
        """Yield the entry of a card; none for a group, a broken card or one that was read before."""
        try:
            entry = person_of(card)
        except ValueError as error:
            self._skip(f"{name}, card at line {card.line}: {error}")
            return
        if entry is not None and (card_id := self._ids.add(CardKey.of(card))) is not None:
            self._rows += 1
            yield {**entry, "id": card_id}

    def _skip(self, reason: str) -> None:
        """Count a card or file that is left out; the first reason is the one that is shown."""
        self._rows += 1
        self._skipped += 1
        self._reason = self._reason or reason
