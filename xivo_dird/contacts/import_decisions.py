"""Which rows of a file are new contacts: the rules of imports, and of their previews."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from more_itertools import constrained_batches

from xivo_dird.contacts.content import digest_of
from xivo_dird.contacts.dao import ContactTable
from xivo_dird.contacts.earlier_rows import EarlierRows
from xivo_dird.contacts.model import FailedRow
from xivo_dird.contacts.rows import AcceptedRow, CheckedRow
from xivo_dird.database.engine import Session

ID_EXISTS = "A contact with this id exists already."

MAX_BATCH_ROWS = 2000
"""Maximum number of rows of a file that are decided and stored together."""

MAX_BATCH_CHARACTERS = 4 * 1024 * 1024
"""Maximum length of their values together, unless a single row is longer."""


@dataclass(frozen=True, slots=True)
class DecidedRows:
    """What an import does with some rows of a file.

    Attributes:
        accepted: The rows that are contacts, new ones or not.
        new: Those of them whose fields neither a contact of the owner nor an earlier row has.
        failed: The rows that are no contacts, or claim an id that another contact has.
    """

    accepted: Sequence[AcceptedRow]
    new: Sequence[AcceptedRow]
    failed: Sequence[FailedRow]


class ImportDecisions:
    """Decides about the rows of one file, batch by batch, in their order; it changes nothing.

    The first of several rows with the same fields is the new one. A row with an id fails if the id exists, or if an
    earlier row with other fields claims it.
    """

    def __init__(self, table: ContactTable, owner_uuid: str, earlier: EarlierRows) -> None:
        """Begin a file.

        Args:
            table: The contacts of all owners of this kind.
            owner_uuid: The owner who gets the contacts.
            earlier: Remembers the rows of the file.
        """
        self._table = table
        self._owner_uuid = owner_uuid
        self._earlier = earlier
        self._had_contacts: bool | None = None

    def decide(self, session: Session, rows: Sequence[CheckedRow]) -> DecidedRows:
        """Decide about the next rows of the file."""
        claimed_ids = [row.claimed_id for row in rows if isinstance(row, AcceptedRow) and row.claimed_id]
        existing_ids = self._table.existing_ids(session, claimed_ids)
        accepted: list[AcceptedRow] = []
        digests: list[bytes] = []
        failed: list[FailedRow] = []
        for row in rows:
            if isinstance(row, FailedRow):
                failed.append(row)
                continue
            digest = digest_of(row.contact.fields)
            if self._can_claim(row, digest, existing_ids):
                accepted.append(row)
                digests.append(digest)
            else:
                failed.append(FailedRow(row.line, [ID_EXISTS]))
        return DecidedRows(accepted, self._new(session, accepted, digests), failed)

    def _new(
        self, session: Session, rows: Sequence[AcceptedRow], digests: Sequence[bytes]
    ) -> list[AcceptedRow]:
        if self._had_contacts is None:
            self._had_contacts = self._table.count(session, self._owner_uuid) > 0
        # What the owner has besides was in the file.
        stored = (
            self._table.existing_digests(session, self._owner_uuid, digests) if self._had_contacts else set()
        )
        new = self._earlier.add(digest for digest in digests if digest not in stored)
        first: list[AcceptedRow] = []
        for row, digest in zip(rows, digests, strict=True):
            if digest in new:
                new.remove(digest)
                first.append(row)
        return first

    def _can_claim(self, row: AcceptedRow, digest: bytes, existing_ids: Collection[str]) -> bool:
        """Return True if the id of a row is free, or an earlier row with the same fields has claimed it."""
        if row.claimed_id is None:
            return True
        earlier = self._earlier.claimed_by(row.claimed_id)
        if earlier is not None:
            return earlier == digest
        if row.claimed_id in existing_ids:
            return False
        if row.has_own_id:
            self._earlier.claim(row.claimed_id, digest)
        return True


def file_batches(rows: Iterable[CheckedRow]) -> Iterator[Sequence[CheckedRow]]:
    """Yield the rows of a file in batches that fit into memory."""
    return constrained_batches(
        rows, MAX_BATCH_CHARACTERS, MAX_BATCH_ROWS, get_len=_character_count, strict=False
    )


def _character_count(row: CheckedRow) -> int:
    if isinstance(row, FailedRow):
        return 0
    return sum(map(len, filter(None, row.contact.fields.values())))
