"""An uploaded file of contacts, in any format: what an import reads of it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, Self


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One contact of a file.

    Attributes:
        index: The number of the contact, from 0.
        line: The number of a line of it, from 1: the last one of CSV, the first one of a vCard.
        values: The texts, without formula guards.
        error: Why the values are not those that were meant, None if they are.
    """

    index: int
    line: int
    values: Sequence[str]
    error: str | None = None


class UploadedContacts(Protocol):
    """The contacts of a file, read once."""

    @property
    def header(self) -> Sequence[str]:
        """Return the names of the fields of all contacts; none if each has its own."""

    @property
    def byte_count(self) -> int:
        """Return the size of the file."""

    @property
    def line_count(self) -> int:
        """Return the number of lines read until now."""

    def records(self) -> Iterator[tuple[Sequence[str], ContactRow]]:
        """Yield the names of the fields of each contact, and the contact."""


class ContactUpload(ABC):
    """An uploaded file, which can be read several times. At the end of a context it leaves its stream open."""

    def __enter__(self) -> Self:
        """Return this object."""
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Detach from the stream."""
        self.detach()

    @abstractmethod
    def detach(self) -> None:
        """Release the stream and leave it open."""

    @abstractmethod
    def table(self) -> UploadedContacts:
        """Return the contacts from the start of the file.

        Raises:
            InvalidImport: The file can't be read.
        """
