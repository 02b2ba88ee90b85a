"""Bulk inserts that skip SQLAlchemy's parameter processing, which takes longer than the database itself."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

Row = tuple[object, ...]

_PLACEHOLDERS = {"qmark": "?", "pyformat": "%s", "format": "%s"}


def insert_many(
    session: Session, table: str, columns: Sequence[str], rows: Sequence[Row], skip_conflicts: bool = False
) -> None:
    """Insert rows into a table.

    Args:
        session: The transaction to insert in.
        table: Name of the table.
        columns: Names of the columns.
        rows: One tuple per row, in the order of `columns`, with values of types that the driver accepts.
        skip_conflicts: Skip rows that violate a unique constraint instead of raising an error.

    Raises:
        IntegrityError: A row violates a constraint that `skip_conflicts` does not cover.
    """
    if not rows:
        return
    connection = session.connection()
    placeholder = _PLACEHOLDERS[connection.dialect.paramstyle]
    values = ", ".join([placeholder] * len(columns))
    suffix = " ON CONFLICT DO NOTHING" if skip_conflicts else ""
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values}){suffix}"  # noqa: S608 - no name comes from a client
    connection.exec_driver_sql(statement, list(rows))
