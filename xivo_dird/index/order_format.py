"""The file of one order of the entries of an index: which keys they have, and to which groups they belong."""

from typing import Protocol

from xivo_dird.backend import Entry

ORDER_FORMAT_VERSION = 1
"""To be increased with every change of the schema or of the keys; older files are then built again."""

ORDER_SCHEMA = (
    "CREATE TABLE ordered (key TEXT, entry INTEGER, PRIMARY KEY (key, entry)) WITHOUT ROWID",
    "CREATE TABLE value (key TEXT PRIMARY KEY, text TEXT, entries INTEGER) WITHOUT ROWID",
    "CREATE TABLE initial (key TEXT PRIMARY KEY, entries INTEGER) WITHOUT ROWID",
)
"""`ordered` has the entries by their sort keys, `value` the groups of distinct texts, none if there are too many of
them, and `initial` those of first letters."""


class EntryKeys(Protocol):
    """An order of entries, which can be pickled."""

    @property
    def fingerprint(self) -> str:
        """Return a few hexadecimal digits that differ between orders."""

    def key_and_text(self, entry: Entry) -> tuple[str, str]:
        """Return the sort key of an entry, and the text by which it is sorted first."""
