"""An import of personal contacts: its rows, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from xivo_dird.contacts.created import CreatedContacts
from xivo_dird.contacts.model import StoredContact


@dataclass(frozen=True, slots=True)
class AcceptedRow:
    """A row that is a contact. No other contact may exist that has the id `claimed`."""

    line: int
    contact: StoredContact
    claimed: str | None = None


@dataclass(frozen=True, slots=True)
class FailedRow:
    """A row that is no contact; `line` counts lines of the file from 1, the header's."""

    line: int
    errors: Sequence[str]

    def __str__(self) -> str:
        """Tell it on a line."""
        return f"line {self.line}: {' '.join(self.errors)}"


@dataclass(frozen=True, slots=True)
class ImportedPersonalContacts:
    """One stored contact per good row, in the order of the file, and every row that was not good."""

    created: CreatedContacts = field(default_factory=CreatedContacts)
    failed: list[FailedRow] = field(default_factory=list)
