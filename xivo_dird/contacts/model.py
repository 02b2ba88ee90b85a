"""A stored contact: the data that its owner entered for one person; what becomes of a file of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Fields = Mapping[str, str | None]
"""Field name -> text; None for a JSON null. `id` is not a field."""


@dataclass(frozen=True, slots=True)
class StoredContact:
    """One contact of one owner. `id` is unique among all phonebook, or all personal, contacts of the installation."""

    id: str
    fields: Fields

    def entry(self) -> dict[str, str | None]:
        """Return the flat object that clients and backends see: the fields and the id."""
        return {**self.fields, "id": self.id}


@dataclass(frozen=True, slots=True)
class FailedRow:
    """A row that can't be imported; `line` counts lines of the file from 1, which is the header."""

    line: int
    errors: Sequence[str]

    def __str__(self) -> str:
        """Return the line number and the errors as one line of text."""
        return f"line {self.line}: {' '.join(self.errors)}"


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import of a file would do.

    Attributes:
        contacts: The first contacts that it would add, with the ids that the file has for them.
        new: The number of all contacts that it would add.
        existing: The number of rows that are equal to a contact that exists, or to an earlier row.
        failed: The first rows that fail.
        failed_count: The number of all rows that fail.
    """

    contacts: list[dict[str, str | None]]
    new: int
    existing: int
    failed: list[FailedRow]
    failed_count: int
