"""A contact as a display shows it (contract section 3.3)."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from xivo_dird.directory.contact import Contact
from xivo_dird.displays.model import Display, DisplayColumn

Favorites = Collection[tuple[str, str]]
"""Favorite contacts: source name, entry id."""

Value = Callable[[Contact], object]


@dataclass(slots=True)
class Relations:
    """The same person elsewhere; only some backends know the first five."""

    xivo_id: str | None = None
    agent_id: int | None = None
    user_id: int | None = None
    user_uuid: str | None = None
    endpoint_id: int | None = None
    source_entry_id: str | None = None


@dataclass(slots=True)
class Result:
    """One line of an answer: a value per column, in the display's order.

    Not frozen, like `Relations`: that would treble what it takes to make one, and every contact shown needs both.
    """

    column_values: list[object]
    relations: Relations
    source: str
    backend: str


class Presentation:
    """Shows contacts through one display; no display shows no column."""

    def __init__(self, display: Display | None, favorites: Favorites = frozenset()) -> None:
        """Mark `favorites` in the display's favorite column."""
        columns = display.columns if display else ()
        self.column_headers = [column.title for column in columns]
        self.column_types = [column.type for column in columns]
        self._favorites = favorites
        marked = next((column.field for column in columns if column.type == "favorite"), None)
        self._values = [self._value(column, marked) for column in columns]

    def result(self, contact: Contact) -> Result:
        """Show one contact."""
        return Result(
            [value(contact) for value in self._values],
            Relations(source_entry_id=contact.source_entry_id),
            contact.source,
            contact.backend,
        )

    def _value(self, column: DisplayColumn, marked: str | None) -> Value:
        if column.type == "favorite" and column.field == marked:
            return self._is_favorite
        if column.type == "personal":
            return lambda contact: contact.is_personal
        field, default = column.field, column.default
        if field is None:
            return lambda _contact: default
        return lambda contact: contact.fields.get(field, default)

    def _is_favorite(self, contact: Contact) -> bool:
        entry_id = contact.source_entry_id
        return entry_id is not None and (contact.source, entry_id) in self._favorites
