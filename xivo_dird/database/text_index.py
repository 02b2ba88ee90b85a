"""The text index of a table, and other SQL that depends on the dialect: SQLite or PostgreSQL.

On SQLite the index is an FTS5 table of trigrams. Triggers update it for updated and deleted rows, including rows
that a foreign key deletes. For inserted rows call `index_rows`: a trigger would make FTS5 write its buffer to disk
with every row. On PostgreSQL it is a `pg_trgm` index. The indexed text is already folded.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Select,
    TableClause,
    Text,
    column,
    func,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from xivo_dird.database.bulk import insert_many

GRAM = 3
"""Length of a trigram, in characters."""

MAX_SCANNED_ROWS = 500
"""Number of rows of one owner up to which scanning them is faster than the index over all owners."""

_MAX_GRAMS = 24
"""Maximum number of trigrams of a text that the index is queried for."""

_SQLITE = (
    "CREATE VIRTUAL TABLE {name}_text USING fts5"
    " (search, content='', columnsize=0, detail=none, tokenize='trigram case_sensitive 1')",
    "CREATE TRIGGER {name}_removed AFTER DELETE ON {name} BEGIN"
    " INSERT INTO {name}_text ({name}_text, rowid, search) VALUES ('delete', old.id, old.search); END",
    "CREATE TRIGGER {name}_updated AFTER UPDATE OF search ON {name} BEGIN"
    " INSERT INTO {name}_text ({name}_text, rowid, search) VALUES ('delete', old.id, old.search);"
    " INSERT INTO {name}_text (rowid, search) VALUES (new.id, new.search); END",
)
_SQLITE_REMOVAL = ("DROP TRIGGER {name}_removed", "DROP TRIGGER {name}_updated", "DROP TABLE {name}_text")
_POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX ix_{name}_search ON {name} USING gin (search gin_trgm_ops)",
)

RowId = BigInteger().with_variant(Integer, "sqlite")
"""The type of a primary key that the database generates; SQLite generates keys of type `INTEGER` only."""


class Searchable:
    """The columns of a row in a table with a text index, created by `create_text_index`."""

    __tablename__: str

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    owner_uuid: Mapped[str]
    search: Mapped[str] = mapped_column(Text)


SearchableT = TypeVar("SearchableT", bound=Searchable)


def create_text_index(connection: Connection, name: str) -> None:
    """Create the index of the column `search` of the table `name`; for migrations."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.execute(text(statement.format(name=name)))


def drop_text_index(connection: Connection, name: str) -> None:
    """Drop the index table that `create_text_index` created; for migrations, right after the table `name` is dropped.

    PostgreSQL drops its index together with the table.
    """
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"DROP TABLE {name}_text"))


def remove_text_index(connection: Connection, name: str) -> None:
    """Drop the index of the table `name`, which remains; for migrations that change every text."""
    is_sqlite = connection.dialect.name == "sqlite"
    for statement in _SQLITE_REMOVAL if is_sqlite else ("DROP INDEX ix_{name}_search",):
        connection.execute(text(statement.format(name=name)))


def fill_text_index(connection: Connection, name: str) -> None:
    """Add all rows of the table `name` to its new index; for migrations. PostgreSQL does this itself."""
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"INSERT INTO {name}_text (rowid, search) SELECT id, search FROM {name}"))  # noqa: S608 - no name comes from a client


def text_contains_any(
    session: Session,
    row: type[SearchableT],
    owner_uuid: str,
    substrings: Collection[str],
    max_scanned_rows: int = MAX_SCANNED_ROWS,
) -> ColumnElement[bool]:
    """Return the fastest condition for the rows of one owner whose text contains one of several substrings.

    Args:
        session: The transaction that the condition is for.
        row: The mapped class.
        owner_uuid: The owner.
        substrings: The substrings, folded, at least one. If all have `GRAM` or more characters, the condition may also
            select rows that only contain the trigrams of one (on SQLite).
        max_scanned_rows: Number of rows of the owner up to which SQLite scans them instead of using the index.
    """
    owned = row.owner_uuid == owner_uuid
    if "" in substrings:
        return owned
    if session.get_bind().dialect.name != "sqlite":
        return owned & or_(*(row.search.contains(one, autoescape=True) for one in substrings))
    is_short = min(map(len, substrings)) < GRAM
    if is_short or _has_few_rows(session, row, owner_uuid, max_scanned_rows):
        return owned & or_(*(func.instr(row.search, one) > 0 for one in substrings))
    with_grams = or_(*(row.id.in_(_ids_with_grams_of(row, one)) for one in substrings))
    return with_grams & owner_filter(row, owner_uuid)


def may_contain_any(
    session: Session,
    row: type[SearchableT],
    owner_uuid: str,
    grams: Sequence[str],
    pattern: str,
    max_scanned_rows: int = MAX_SCANNED_ROWS,
) -> ColumnElement[bool]:
    """Return the fastest condition for the rows of one owner that contain a trigram and match a pattern.

    The condition may select more rows than that: PostgreSQL checks only the pattern, SQLite only the trigrams or
    nothing at all.

    Args:
        session: The transaction that the condition is for.
        row: The mapped class.
        owner_uuid: The owner.
        grams: Texts of `GRAM` characters, one of which a row must contain; without any, only the pattern counts.
        pattern: The regular expression, for PostgreSQL.
        max_scanned_rows: Number of rows of the owner up to which SQLite selects all of them.
    """
    if session.get_bind().dialect.name != "sqlite":
        return (row.owner_uuid == owner_uuid) & row.search.regexp_match(pattern)
    if not grams or _has_few_rows(session, row, owner_uuid, max_scanned_rows):
        return row.owner_uuid == owner_uuid
    return row.id.in_(_ids_matching(row, " OR ".join(map(_quote, grams)))) & owner_filter(row, owner_uuid)


def owner_filter(row: type[SearchableT], owner_uuid: str) -> ColumnElement[bool]:
    """Return a condition that checks the owner of rows that another condition selects.

    It is a concatenation, so that the query planner does not start with the index of owners and read every row of
    the owner.
    """
    return row.owner_uuid.concat("") == owner_uuid


def index_rows(session: Session, row: type[SearchableT], texts: Mapping[int, str]) -> None:
    """Add inserted rows to the index.

    Args:
        session: The transaction that inserted the rows.
        row: The mapped class.
        texts: The `search` texts by row id.
    """
    if texts and session.get_bind().dialect.name == "sqlite":
        insert_many(session, f"{row.__tablename__}_text", ("rowid", "search"), list(texts.items()))


def analyze_tables(session: Session, tables: Sequence[str]) -> None:
    """Update PostgreSQL's planner statistics of tables; call it at the end of a transaction that filled them.

    PostgreSQL itself updates the statistics only minutes later, and plans for the former sizes until then. SQLite
    plans without such statistics.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"ANALYZE {', '.join(tables)}"))


def _has_few_rows(session: Session, row: type[SearchableT], owner_uuid: str, max_rows: int) -> bool:
    some = select(row.id).where(row.owner_uuid == owner_uuid).limit(max_rows + 1).subquery()
    return session.scalars(select(func.count()).select_from(some)).one() <= max_rows


def _ids_with_grams_of(row: type[SearchableT], substring: str) -> Select[int]:
    """Return a query for the rows with the trigrams of a substring: a superset of the rows that contain it."""
    starts = range(len(substring) - GRAM + 1)
    grams = dict.fromkeys(substring[start : start + GRAM] for start in starts)
    return _ids_matching(row, " AND ".join(_quote(gram) for gram in list(grams)[:_MAX_GRAMS]))


def _ids_matching(row: type[SearchableT], expression: str) -> Select[int]:
    index = _index_table(row)
    return select(index.c.rowid).where(column(index.name).op("MATCH")(expression))


def _index_table(row: type[SearchableT]) -> TableClause:
    return table(f"{row.__tablename__}_text", column("rowid", Integer), column("search", Text))


def _quote(gram: str) -> str:
    return '"' + gram.replace('"', '""') + '"'
