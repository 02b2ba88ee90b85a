"""The order of contacts in a list without a term, and of the entries of a source that they show."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from xivo_dird.backend import Entry
from xivo_dird.directory.contact import ContactFormat, columns_behind
from xivo_dird.text.sort_key import sort_key, sort_text

_NAME = "-"
"""The name of a source and a backend that no order depends on."""


@dataclass(frozen=True, slots=True)
class SortOrder:
    """By which fields contacts are sorted: by the first one, where that is equal by the next one."""

    fields: tuple[str, ...]

    def key(self, fields: Mapping[str, object]) -> str:
        """Return the key of a contact with these fields; see `sort_key`."""
        return self.key_and_text(fields)[0]

    def text(self, fields: Mapping[str, object]) -> str:
        """Return the text by which a contact is sorted first."""
        return sort_text(fields.get(self.fields[0]))

    def key_and_text(self, fields: Mapping[str, object]) -> tuple[str, str]:
        """Return the `key` and the `text` of a contact with these fields."""
        texts = [sort_text(fields.get(field)) for field in self.fields]
        return sort_key(texts), texts[0]


@dataclass(frozen=True)
class EntryOrder:
    """The order of the entries of one source: that of their contacts. It can be pickled.

    Attributes:
        order: The order of the contacts.
        format_columns: The templates of the source.
    """

    order: SortOrder
    format_columns: tuple[tuple[str, str], ...]

    def key_and_text(self, entry: Entry) -> tuple[str, str]:
        """Return the key of an entry, and the text by which it is sorted first."""
        return self.order.key_and_text(self._format.format(entry).fields)

    @property
    def fingerprint(self) -> str:
        """Return 16 hexadecimal digits that differ between orders."""
        text = json.dumps([self.order.fields, self.format_columns])
        return blake2b(text.encode(), digest_size=8).hexdigest()

    @cached_property
    def _format(self) -> ContactFormat:
        """Return the format of the columns on which the order depends; to format the others would take longer."""
        columns = columns_behind(self.order.fields, dict(self.format_columns))
        return ContactFormat(_NAME, _NAME, None, columns)

    def __getstate__(self) -> dict[str, object]:
        """Return the attributes; the compiled templates can't be pickled."""
        return {"order": self.order, "format_columns": self.format_columns}
