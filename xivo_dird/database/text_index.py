"""The text index of a table, and the other SQL that depends on the dialect: SQLite or PostgreSQL.

On SQLite it is an FTS5 table of trigrams. Triggers keep it in step with updates and deletes, so that cascading
ones are seen too; whoever inserts rows calls `index_added`, since a trigger there would make FTS5 write its
buffer to the disk with every row. On PostgreSQL it is a `pg_trgm` index. The indexed text is folded already.
"""

from collections.abc import Mapping, Sequence
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
    select,
    table,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from xivo_dird.database.bulk import insert_many

GRAM = 3
_MAX_GRAMS = 24
_FEW = 500
"""So many rows of one owner are looked through faster than the index over all owners is asked."""

_SQLITE = (
    "CREATE VIRTUAL TABLE {name}_text USING fts5"
    " (search, content='', columnsize=0, detail=none, tokenize='trigram case_sensitive 1')",
    "CREATE TRIGGER {name}_removed AFTER DELETE ON {name} BEGIN"
    " INSERT INTO {name}_text ({name}_text, rowid, search) VALUES ('delete', old.id, old.search); END",
    "CREATE TRIGGER {name}_updated AFTER UPDATE OF search ON {name} BEGIN"
    " INSERT INTO {name}_text ({name}_text, rowid, search) VALUES ('delete', old.id, old.search);"
    " INSERT INTO {name}_text (rowid, search) VALUES (new.id, new.search); END",
)
_POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX ix_{name}_search ON {name} USING gin (search gin_trgm_ops)",
)

RowId = BigInteger().with_variant(Integer, "sqlite")
"""The type of a primary key that the database numbers; SQLite numbers plain integers only."""


class Searchable:
    """What a row has whose table `create_text_index` was called for."""

    __tablename__: str

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    owner_uuid: Mapped[str]
    search: Mapped[str] = mapped_column(Text)


SearchableT = TypeVar("SearchableT", bound=Searchable)


def create_text_index(connection: Connection, name: str) -> None:
    """Index the column `search` of the table `name`; for migrations."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.execute(text(statement.format(name=name)))


def drop_text_index(connection: Connection, name: str) -> None:
    """Drop what `create_text_index` made beside the table; for migrations, right after the table is dropped."""
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"DROP TABLE {name}_text"))


def with_piece(session: Session, row: type[SearchableT], owner_uuid: str, piece: str) -> ColumnElement[bool]:
    """Select the rows of one owner whose text has `piece` in it, by whatever way is the fastest."""
    if not piece:
        return row.owner_uuid == owner_uuid
    if session.get_bind().dialect.name != "sqlite":
        return (row.owner_uuid == owner_uuid) & row.search.contains(piece, autoescape=True)
    if len(piece) < GRAM or _has_few(session, row, owner_uuid):
        return (row.owner_uuid == owner_uuid) & (func.instr(row.search, piece) > 0)
    return row.id.in_(_ids_with(row, piece)) & checked_owner(row, owner_uuid)


def with_one_of(
    session: Session, row: type[SearchableT], owner_uuid: str, pieces: Sequence[str], pattern: str
) -> ColumnElement[bool]:
    """Select the rows of one owner that may have one of `pieces` (three characters each) and match `pattern`.

    A superset of these, by whatever way is the fastest; without pieces, by the pattern alone.
    """
    if session.get_bind().dialect.name != "sqlite":
        return (row.owner_uuid == owner_uuid) & row.search.regexp_match(pattern)
    if not pieces or _has_few(session, row, owner_uuid):
        return row.owner_uuid == owner_uuid
    return row.id.in_(_ids_matching(row, " OR ".join(map(_quoted, pieces)))) & checked_owner(row, owner_uuid)


def checked_owner(row: type[SearchableT], owner_uuid: str) -> ColumnElement[bool]:
    """Check the owner of rows that another condition has chosen.

    Concatenated, as the planner would begin with the index of owners and read everything that this one has.
    """
    return row.owner_uuid.concat("") == owner_uuid


def index_added(session: Session, row: type[SearchableT], texts: Mapping[int, str]) -> None:
    """Index rows that were inserted: id -> their `search` text."""
    if texts and session.get_bind().dialect.name == "sqlite":
        insert_many(session, f"{row.__tablename__}_text", ("rowid", "search"), list(texts.items()))


def plan_anew(session: Session, tables: Sequence[str]) -> None:
    """Have PostgreSQL count again, as the last act of a transaction that filled these tables.

    Until it does so by itself, minutes later, it plans for the tables as they were. SQLite does not count.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"ANALYZE {', '.join(tables)}"))


def _has_few(session: Session, row: type[SearchableT], owner_uuid: str) -> bool:
    some = select(row.id).where(row.owner_uuid == owner_uuid).limit(_FEW + 1).subquery()
    return session.scalars(select(func.count()).select_from(some)).one() <= _FEW


def _ids_with(row: type[SearchableT], piece: str) -> Select[int]:
    """Select by the trigrams of `piece`: a superset of the rows that have it."""
    starts = range(len(piece) - GRAM + 1)
    grams = dict.fromkeys(piece[start : start + GRAM] for start in starts)
    return _ids_matching(row, " AND ".join(_quoted(gram) for gram in list(grams)[:_MAX_GRAMS]))


def _ids_matching(row: type[SearchableT], expression: str) -> Select[int]:
    index = _index_table(row)
    return select(index.c.rowid).where(column(index.name).op("MATCH")(expression))


def _index_table(row: type[SearchableT]) -> TableClause:
    return table(f"{row.__tablename__}_text", column("rowid", Integer), column("search", Text))


def _quoted(gram: str) -> str:
    return '"' + gram.replace('"', '""') + '"'
