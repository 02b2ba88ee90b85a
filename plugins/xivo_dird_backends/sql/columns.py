"""The fields of a source, and the columns of its table or query."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, column, literal_column, select

from xivo_dird.backend import InvalidSource


class SqlColumns:
    """The fields of a source, and the columns that they come from."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        """Store the column of each field; none: every column is a field."""
        self._columns = columns

    def select_from(self, rows: FromClause, limit: int) -> Select[Any]:
        """Return a SELECT of all fields."""
        fields = [self.of_field(field).label(field) for field in self._columns]
        selected = select(*fields) if fields else select(literal_column("*"))
        return selected.select_from(rows).limit(limit)

    def of_field(self, field: str) -> ColumnElement[Any]:
        """Return the column of a field."""
        return column(self._columns.get(field, field))

    def check(self, option: str, fields: Iterable[str]) -> None:
        """Check that the fields that an option names have a column.

        Raises:
            InvalidSource: One of them has none.
        """
        for field in fields:
            if self._columns and field not in self._columns:
                raise InvalidSource(f"{option}: {field!r} is not in columns, which lists all fields")
