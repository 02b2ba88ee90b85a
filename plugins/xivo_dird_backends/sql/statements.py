"""The statements that are built for a source, from its table or its `query`. Values are bound parameters only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy import table as named_table

from xivo_dird.backend import InvalidSource, SearchTerm
from xivo_dird_backends.sql.columns import SqlColumns
from xivo_dird_backends.sql.options import SqlOptions
from xivo_dird_backends.sql.queries import parse_query

MAX_LISTED_ROWS = 2**31 - 1

_NUMBER_SIGNS = " -./()"


@dataclass(frozen=True)
class SqlStatement:
    """A SELECT, and the option that it comes from."""

    option: str
    select: Select[Any]


class SqlStatements:
    """The statements of a source."""

    def __init__(self, options: SqlOptions) -> None:
        """Check the options.

        Raises:
            InvalidSource: A field has no column, a statement is no SELECT, or there are a table and a query.
        """
        self._options, self._columns = options, SqlColumns(options.columns)
        unique = () if options.unique_column is None else (options.unique_column,)
        self._columns.check("searched_columns", options.searched_columns)
        self._columns.check("first_matched_columns", options.first_matched_columns)
        self._columns.check("unique_column", unique)
        if options.group_rows and not unique:
            raise InvalidSource("group_rows: it needs unique_column")
        if options.table is not None and options.query is not None:
            raise InvalidSource("table: there is a query, too; only one of them can be used")
        self._option, self._rows = _relation(options)

    @property
    def has_rows(self) -> bool:
        """Return whether statements can be built: there is a table or a query."""
        return self._rows is not None

    def of_option(self, option: str, query: str | None, limit: int) -> SqlStatement | None:
        """Return the statement of an option, None if it is not set.

        Raises:
            InvalidSource: It is no SELECT, or has an unknown parameter.
        """
        if query is None:
            return None
        columns = SqlColumns({}) if option == "version_query" else self._columns
        return SqlStatement(option, columns.select_from(parse_query(option, query), limit))

    def list_all(self) -> SqlStatement:
        """Return the statement for all entries; the rows of one entry follow each other.

        Raises:
            InvalidSource: There is neither a table nor a query.
        """
        statement = self._statement(MAX_LISTED_ROWS)
        unique = self._options.unique_column
        if not self._options.group_rows or unique is None:
            return statement
        return SqlStatement(statement.option, statement.select.order_by(self._columns.of_field(unique)))

    def search(self, term: SearchTerm) -> SqlStatement:
        """Return the statement for rows that may match a term."""
        fields = [self._text_of(field) for field in self._options.searched_columns]
        whole = dict.fromkeys((term.text, term.normalized))
        alternatives = [or_(*(_contains(field, text) for field in fields for text in whole))]
        if term.words:
            pairs = zip(term.word_patterns, term.words, strict=True)
            words = [dict.fromkeys((pattern.text, word)) for pattern, word in pairs]
            alternatives.append(
                and_(*(or_(*(_contains(field, text) for field in fields for text in word)) for word in words))
            )
        if term.number is not None:
            needles = term.number.needles
            alternatives += [
                _digits(field).contains(digits, autoescape=True) for field in fields for digits in needles
            ]
        return self._where(or_(*alternatives))

    def with_value(self, fields: Sequence[str], values: Sequence[str]) -> SqlStatement:
        """Return the statement for rows that have one of the values in one of the fields."""
        return self._where(or_(*(self._text_of(field).in_(values) for field in fields)))

    def _where(self, condition: ColumnElement[bool]) -> SqlStatement:
        """Return the statement for rows; if rows are grouped, for all rows of the entries that have such a row."""
        options = self._options
        if options.group_rows and options.unique_column is not None and self._rows is not None:
            unique = self._columns.of_field(options.unique_column)
            condition = unique.in_(select(unique).select_from(self._rows).where(condition))
        found = self._statement(options.limit)
        return SqlStatement(found.option, found.select.where(condition))

    def _statement(self, limit: int) -> SqlStatement:
        if self._rows is None:
            raise InvalidSource("table: either table or query is needed")
        return SqlStatement(self._option, self._columns.select_from(self._rows, limit))

    def _text_of(self, field: str) -> ColumnElement[str]:
        """Return the text of a field, whatever type its column has."""
        return cast(self._columns.of_field(field), String)


def _relation(options: SqlOptions) -> tuple[str, FromClause | None]:
    if options.query is not None:
        return "query", parse_query("query", options.query)
    if options.table is None:
        return "table", None
    return "table", named_table(options.table, schema=options.table_schema)


def _contains(field: ColumnElement[str], text: str) -> ColumnElement[bool]:
    return func.lower(field).contains(text.lower(), autoescape=True)


def _digits(field: ColumnElement[str]) -> ColumnElement[str]:
    """Return the text of a field without the signs between digits."""
    for sign in _NUMBER_SIGNS:
        field = func.replace(field, sign, "")
    return field
