"""The result of an import of personal contacts."""

from dataclasses import dataclass, field

from xivo_dird.contacts.created import CreatedContacts
from xivo_dird.contacts.rows import FailedRows


@dataclass(frozen=True, slots=True)
class ImportedPersonalContacts:
    """The result of an import.

    Attributes:
        created: The stored contact of each imported row, in the order of the file.
        failed: The rows that failed.
    """

    created: CreatedContacts = field(default_factory=CreatedContacts)
    failed: FailedRows = field(default_factory=FailedRows)
