"""Many rows at once, past the parameter processing of SQLAlchemy, which takes longer than the database itself."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

Row = tuple[object, ...]

_PLACEHOLDERS = {"qmark": "?", "pyformat": "%s", "format": "%s"}


def insert_many(
    session: Session, table: str, columns: Sequence[str], rows: Sequence[Row], skip_conflicts: bool = False
) -> None:
    """Insert rows, given as the driver takes them; what breaks a unique constraint is skipped or raises."""
    if not rows:
        return
    connection = session.connection()
    placeholder = _PLACEHOLDERS[connection.dialect.paramstyle]
    values = ", ".join([placeholder] * len(columns))
    ending = " ON CONFLICT DO NOTHING" if skip_conflicts else ""
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values}){ending}"  # noqa: S608 - names are the daemon's own
    connection.exec_driver_sql(statement, list(rows))
