"""The entries of a list of everybody: their ids, the time of their last change, and their fields with all values."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from xivo_dird.backend import Entry, SourceUnavailable
from xivo_dird_backends.ldap.entries import LdapEntries, RawEntry, attribute_names, text_of
from xivo_dird_backends.ldap.options import LdapOptions
from xivo_dird_backends.ldap.tel_uris import numbers_in

BINARY_ID = "objectguid"
ID_ATTRIBUTES = ("objectGUID", "entryUUID", "nsUniqueId")
CHANGED_AT = "modifyTimestamp"
TIME_FORMAT = "%Y%m%d%H%M%S"
MAX_AHEAD = timedelta(days=1)
"""How far the clock of a server may be ahead; a later time of a change would hide all changes before it."""

_TIME = re.compile(r"([0-9]{14})(?:[.,][0-9]+)?(?:Z|([+-][0-9]{2})([0-9]{2})?)", re.ASCII)
_EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)


class ListedLdapEntry(NamedTuple):
    """An entry: what identifies it, its fields, and when it was changed, if the server says so."""

    id: str
    fields: Entry
    changed_at: datetime | None


class ListedLdapEntries:
    """Converts the entries of one source. An index has all values of a field, those after the first as `… (more)`."""

    def __init__(self, options: LdapOptions) -> None:
        """Work out the attributes to request and the fields.

        Raises:
            InvalidSource: The unique column can't be the name of an attribute.
        """
        self._entries = LdapEntries(options, is_listed=True)
        self._unique = options.unique_column
        self._matched = frozenset(options.first_matched_columns)
        self._columns = tuple(dict.fromkeys((*options.searched_columns, *options.first_matched_columns)))
        named = {name.lower() for name in self._entries.attributes}
        self._hidden = {name.lower() for name in (*ID_ATTRIBUTES, CHANGED_AT)} - named
        self.attributes = (*self._entries.attributes, *ID_ATTRIBUTES, CHANGED_AT)
        self.id_attributes = (*ID_ATTRIBUTES, *filter(None, [self._unique]))

    def read(self, raw: RawEntry) -> ListedLdapEntry:
        """Return an entry.

        Raises:
            SourceUnavailable: It has no id.
        """
        values = {name.lower(): values for name, values in raw.items() if values}
        shown = {name: each for name, each in raw.items() if name.lower() not in self._hidden}
        fields: dict[str, object] = dict(self._entries.entry(shown))
        for column in self._columns:
            if further := self._further(column, fields.get(column), values):
                fields[more(column)] = further
        return ListedLdapEntry(self.id(raw), fields, _time(values.get(CHANGED_AT.lower())))

    def id(self, raw: RawEntry) -> str:
        """Return the id of an entry, which outlasts a move and a new name.

        Raises:
            SourceUnavailable: It has none.
        """
        values = {name.lower(): values for name, values in raw.items() if values}
        for name in map(str.lower, ID_ATTRIBUTES):
            if value := next(iter(values.get(name, ())), b""):
                return value.hex() if name == BINARY_ID else value.decode(errors="replace")
        unique = self._entries.entry(raw).get(self._unique or "")
        if not unique:
            names = ", ".join(ID_ATTRIBUTES)
            raise SourceUnavailable(
                f"an entry has none of {names}: name its id in unique_column, or query the server"
            )
        return unique

    def _further(self, column: str, first: object, values: Mapping[str, Sequence[bytes]]) -> list[str]:
        """Return the values of a column after the first one, and the numbers in URIs."""
        texts = [
            text
            for name in attribute_names(column)
            for value in values.get(name, ())
            if (text := text_of(value))
        ]
        if column in self._matched:
            texts = [number for text in texts for number in numbers_in(text)]
        return [text for text in dict.fromkeys(texts) if text != first]


def more(column: str) -> str:
    """Return the name of the field with the further values of a column."""
    return f"{column} (more)"


def _time(values: Sequence[bytes] | None) -> datetime | None:
    """Return a time (GeneralizedTime) in UTC, without the parts of a second; None for one that can't be true."""
    found = _TIME.fullmatch(values[0].decode(errors="replace")) if values else None
    if found is None:
        return None
    hours, minutes = int(found[2] or 0), int(f"{(found[2] or '+')[0]}{found[3] or 0}")
    try:
        zone = timezone(timedelta(hours=hours, minutes=minutes))
        time = datetime.strptime(found[1], TIME_FORMAT).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return time if _EARLIEST <= time <= datetime.now(UTC) + MAX_AHEAD else None
