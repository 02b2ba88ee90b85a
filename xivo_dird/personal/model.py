"""The rows of an import of personal contacts, and its result."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from xivo_dird.contacts.created import CreatedContacts
from xivo_dird.contacts.limits import MAX_LISTED_ERRORS
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


@dataclass(slots=True)
class ImportedPersonalContacts:
    """The result of an import.

    Attributes:
        created: The stored contact of each imported row, in the order of the file.
        failed: The rows that failed, or the first of them and a last one that says how many more there are.
        failed_count: The number of all rows that failed.
    """

    created: CreatedContacts = field(default_factory=CreatedContacts)
    failed: list[FailedRow] = field(default_factory=list)
    failed_count: int = 0

    def add_failed(self, row: FailedRow) -> None:
        """Add a row that failed."""
        self.failed_count += 1
        more = self.failed_count - MAX_LISTED_ERRORS
        if more <= 0:
            self.failed.append(row)
            return
        first_unlisted = row.line if more == 1 else self.failed.pop().line
        self.failed.append(
            FailedRow(first_unlisted, [f"From here on, {more} rows failed; they are not listed."])
        )
