"""Converts contacts into the columns of a display (contract section 3.3)."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from xivo_dird.backend import RelatedIds
from xivo_dird.directory.contact import Contact
from xivo_dird.displays.model import Display, DisplayColumn
from xivo_dird.threads.deadline import NO_DEADLINE, until

Favorites = Collection[tuple[str, str]]
"""Favorite contacts as pairs of source name and entry id."""

ColumnGetter = Callable[[Contact], object]
"""Returns the value of one column for a contact."""


@dataclass(slots=True)
class Relations:
    """Identifiers of the same person in other systems; only some backends provide the first five."""

    xivo_id: str | None = None
    agent_id: int | None = None
    user_id: int | None = None
    user_uuid: str | None = None
    endpoint_id: int | None = None
    source_entry_id: str | None = None


@dataclass(slots=True)
class Result:
    """A contact in an answer; `column_values` has one value per column of the display, in its order.

    Neither this class nor `Relations` is frozen: creating frozen instances takes three times as long, and
    every contact needs one of each.
    """

    column_values: list[object]
    relations: Relations
    source: str
    backend: str


_NO_IDS = RelatedIds()


class Presentation:
    """Converts contacts for one display; without a display results have no columns."""

    def __init__(self, display: Display | None, favorites: Favorites = frozenset()) -> None:
        """Prepare the columns; `favorites` are marked in the column of type `favorite`."""
        columns = display.columns if display else ()
        self.column_headers = [column.title for column in columns]
        self.column_types = [column.type for column in columns]
        self._favorites = favorites
        favorite_field = next((column.field for column in columns if column.type == "favorite"), None)
        self._getters = [self._getter(column, favorite_field) for column in columns]

    def results(self, contacts: Iterable[Contact]) -> list[Result]:
        """Return contacts as results."""
        return list(map(self._result, until(NO_DEADLINE, contacts)))

    def _result(self, contact: Contact) -> Result:
        return Result(
            [getter(contact) for getter in self._getters],
            Relations(*(contact.related or _NO_IDS), contact.source_entry_id),
            contact.source,
            contact.backend,
        )

    def _getter(self, column: DisplayColumn, favorite_field: str | None) -> ColumnGetter:
        if column.type == "favorite" and column.field == favorite_field:
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
