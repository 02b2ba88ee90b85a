"""A contact: an entry formatted by its source (contract sections 3.1 and 3.2)."""

from collections.abc import Mapping
from typing import NamedTuple

from xivo_dird.backend import AlternateSpelling
from xivo_dird.directory.template import Template, compile_template


class Contact(NamedTuple):
    """One person as clients see them: raw and formatted fields, and where they come from.

    `source_entry_id` is None when the source has no unique column, or the entry lacks it. `exact` is False for
    whoever has the asked number in another spelling. `is_personal`: it is one of the caller's own contacts.
    """

    fields: Mapping[str, object]
    source: str
    backend: str
    source_entry_id: str | None
    exact: bool = True
    is_personal: bool = False


class ContactFormat:
    """Makes contacts from the entries of one source."""

    def __init__(
        self,
        source: str,
        backend: str,
        unique_column: str | None,
        format_columns: Mapping[str, str],
        is_personal: bool = False,
    ) -> None:
        """Compile the templates; columns are computed shortest name first, equal lengths alphabetically."""
        self._source = source
        self._backend = backend
        self._unique_column = unique_column
        self._is_personal = is_personal
        ordered = sorted(format_columns.items(), key=lambda item: (len(item[0]), item[0]))
        self._columns: list[tuple[str, Template]] = [
            (column, compile_template(text)) for column, text in ordered
        ]

    def contact(self, entry: Mapping[str, object]) -> Contact:
        """Format one entry. The entry id is read before a template may overwrite its field."""
        fields = dict(entry)
        entry_id = None if self._unique_column is None else fields.get(self._unique_column)
        for column, template in self._columns:
            fields[column] = template(fields)
        known_as = None if entry_id is None else str(entry_id)
        exact = not isinstance(entry, AlternateSpelling)
        return Contact(fields, self._source, self._backend, known_as, exact, self._is_personal)
