"""The rows of a file of contacts after their validation."""

from dataclasses import dataclass

from xivo_dird.contacts.limits import MAX_LISTED_ERRORS
from xivo_dird.contacts.model import FailedRow, StoredContact


@dataclass(frozen=True, slots=True)
class AcceptedRow:
    """A valid row. No other contact may have the id `claimed_id`; None if the row has no id."""

    line: int
    contact: StoredContact
    claimed_id: str | None = None

    @property
    def has_own_id(self) -> bool:
        """Return whether the file has the id of the contact; another one is new for each reading."""
        return self.claimed_id == self.contact.id


CheckedRow = AcceptedRow | FailedRow


class FailedRows:
    """The rows of a file that failed.

    Attributes:
        listed: The first `MAX_LISTED_ERRORS` of them.
        count: The number of all.
    """

    def __init__(self) -> None:
        """Create an empty list."""
        self.listed: list[FailedRow] = []
        self.count = 0
        self._first_unlisted = 0

    def add(self, row: FailedRow) -> None:
        """Add a row that failed."""
        self.count += 1
        if self.count <= MAX_LISTED_ERRORS:
            self.listed.append(row)
        elif self.count == MAX_LISTED_ERRORS + 1:
            self._first_unlisted = row.line

    def with_summary(self) -> list[FailedRow]:
        """Return the listed rows, and a last one that says how many more there are, if there are more."""
        more = self.count - len(self.listed)
        if not more:
            return self.listed
        summary = f"From here on, {more} rows failed; they are not listed."
        return [*self.listed, FailedRow(self._first_unlisted, [summary])]
