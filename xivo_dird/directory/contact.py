"""Contacts: entries that are formatted by the configuration of their source (contract sections 3.1 and 3.2)."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from xivo_dird.backend import AlternateSpelling, MatchRank, RelatedEntry, RelatedIds
from xivo_dird.directory.template import Template, compile_template, template_names


class Contact(NamedTuple):
    """One person as clients see them.

    Attributes:
        fields: The fields of the entry and the formatted columns.
        source: The name of the source.
        backend: The name of its backend.
        source_entry_id: The id of the entry in its source; None if the source has no unique column or the entry has
            no value in it.
        match_rank: How the entry has the requested number; 0 (`MatchRank.EXACT`) for all other questions.
        is_personal: True if it is one of the caller's own contacts.
        related: The identifiers of the person in a telephone system, None if the backend gives none.
        exten: The requested number that the entry has; None for a question without numbers.
    """

    fields: Mapping[str, object]
    source: str
    backend: str
    source_entry_id: str | None
    match_rank: int = MatchRank.EXACT
    is_personal: bool = False
    related: RelatedIds | None = None
    exten: str | None = None


class ContactFormat:
    """Formats the entries of one source as contacts."""

    def __init__(
        self,
        source: str,
        backend: str,
        unique_column: str | None,
        format_columns: Mapping[str, str],
        is_personal: bool = False,
    ) -> None:
        """Compile the templates of `format_columns`.

        The columns are formatted in the order of the length of their names, then alphabetically. A template can use
        the columns that are formatted before it.
        """
        self._source = source
        self._backend = backend
        self._unique_column = unique_column
        self._is_personal = is_personal
        self.columns = tuple(format_columns.items())
        self._columns: list[tuple[str, Template]] = [
            (column, compile_template(text)) for column, text in _ordered(format_columns)
        ]

    def format(self, entry: Mapping[str, object], exten: str | None = None) -> Contact:
        """Return the contact of one entry; `exten` is the requested number that it has, if any."""
        fields = dict(entry)
        # read before a template may overwrite the field
        unique_value = None if self._unique_column is None else fields.get(self._unique_column)
        for column, template in self._columns:
            fields[column] = template(fields)
        entry_id = None if unique_value is None else str(unique_value)
        rank = entry.rank if isinstance(entry, AlternateSpelling) else MatchRank.EXACT
        related = entry.related if isinstance(entry, RelatedEntry) else None
        return Contact(fields, self._source, self._backend, entry_id, rank, self._is_personal, related, exten)


def columns_behind(fields: Iterable[str], format_columns: Mapping[str, str]) -> dict[str, str]:
    """Return the columns on which fields of a contact depend: these fields, and the columns that they use."""
    used = set(fields)
    found: dict[str, str] = {}
    for column, text in reversed(_ordered(format_columns)):
        if column in used:
            found[column] = text
            used |= template_names(text)
    return found


def _ordered(format_columns: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(format_columns.items(), key=lambda item: (len(item[0]), item[0]))
