"""What an import remembers of the rows that it has read, in bounded memory."""

import sqlite3
from collections.abc import Iterable
from typing import Self

from more_itertools import chunked

from xivo_dird.exceptions import TemporaryFilesUnavailable

MAX_CACHE_KIB = 8 * 1024
"""Memory for the rows of one file, in KiB; what exceeds it is in a temporary file."""

_BATCH_SIZE = 500
"""Maximum number of digests of one statement."""

_SCHEMA = (
    "PRAGMA journal_mode = OFF",
    f"PRAGMA cache_size = -{MAX_CACHE_KIB}",
    "CREATE TABLE content (digest BLOB PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE claim (id TEXT PRIMARY KEY, digest BLOB) WITHOUT ROWID",
    "BEGIN",
)


class EarlierRows:
    """The digests of the rows of one file, and the ids that they claim, for one thread.

    It must be closed: by the end of its context.

    Raises:
        TemporaryFilesUnavailable: From every method: there is no room for the temporary file.
    """

    def __init__(self) -> None:
        """Remember nothing yet; a file is only created when it is needed."""
        self._database = sqlite3.connect("", isolation_level=None)
        for statement in _SCHEMA:
            self._execute(statement)

    def __enter__(self) -> Self:
        """Return this object."""
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Forget the rows, and remove the temporary file."""
        self._database.close()

    def add(self, digests: Iterable[bytes]) -> set[bytes]:
        """Remember digests, and return those of them that were not known."""
        new: set[bytes] = set()
        for batch in chunked(digests, _BATCH_SIZE):
            values = ", ".join(["(?)"] * len(batch))
            statement = f"INSERT OR IGNORE INTO content VALUES {values} RETURNING digest"  # noqa: S608 - placeholders only
            new.update(digest for (digest,) in self._execute(statement, *batch))
        return new

    def claim(self, contact_id: str, digest: bytes) -> None:
        """Remember that the row with this digest claims an id that no row has claimed."""
        self._execute("INSERT INTO claim VALUES (?, ?)", contact_id, digest)

    def claimed_by(self, contact_id: str) -> bytes | None:
        """Return the digest of the row that claims an id, None if there is none."""
        for (digest,) in self._execute("SELECT digest FROM claim WHERE id = ?", contact_id):
            return bytes(digest)
        return None

    def _execute(self, statement: str, *values: str | bytes) -> sqlite3.Cursor:
        try:
            return self._database.execute(statement, values)
        except sqlite3.OperationalError as error:
            raise TemporaryFilesUnavailable(f"a temporary file can't be written: {error}") from error
