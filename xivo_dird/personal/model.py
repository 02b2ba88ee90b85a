"""The rows of an import of personal contacts, and its result."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from xivo_dird.contacts.created import CreatedContacts
from xivo_dird.contacts.model import StoredContact


@dataclass(frozen=True, slots=True)
class AcceptedRow:
    """A valid row. No other contact may have the id `claimed_id`; None if the row has no id."""

    line: int
    contact: StoredContact
    claimed_id: str | None = None


@dataclass(frozen=True, slots=True)
class FailedRow:
    """A row that can't be imported; `line` counts lines of the file from 1, which is the header."""

    line: int
    errors: Sequence[str]

    def __str__(self) -> str:
        """Return the line number and the errors as one line of text."""
        return f"line {self.line}: {' '.join(self.errors)}"


@dataclass(frozen=True, slots=True)
class ImportedPersonalContacts:
    """The stored contact of each imported row, in the order of the file, and every row that failed."""

    created: CreatedContacts = field(default_factory=CreatedContacts)
    failed: list[FailedRow] = field(default_factory=list)
