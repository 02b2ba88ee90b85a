"""The options of the SQL backend, and its settings in the configuration."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from xivo_dird.backend import (
    DESTINATION,
    EXCLUDE_UNSET,
    HIDDEN_PASSWORD,
    NO_BOOLEAN,
    CachedOptions,
    Column,
    Seconds,
)
from xivo_dird_backends._certificates import CertificateSettings

MAX_ROWS = 10_000
"""Maximum number of rows of an answer; only a list of all entries has more."""

Statement = Annotated[str, StringConstraints(min_length=1, max_length=65_536)]
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=128)]


class SqlOptions(CachedOptions):
    """The options of an SQL source: where the database is, and the table or the statements that it is asked with.

    Attributes:
        uri: The database, such as `postgresql://user:password@host/database` or `sqlite:///book.db`.
        table: The table or view with the entries.
        table_schema: Its schema, if it is not in that of the connection.
        query: A SELECT of all entries, instead of a table.
        columns: Fields of an entry and their columns; if it is empty, all columns are fields.
        unique_column: The field that identifies an entry.
        group_rows: Whether rows with the same `unique_column` are one entry.
        mode: `snapshot` reads all entries and indexes them, `query` asks the database each question.
        version_query: A SELECT whose first row changes whenever the entries do.
        check_seconds: Seconds between two runs of `version_query`.
        refresh_seconds: Seconds between two reads of all entries, without `version_query`.
        lookup_query: A SELECT of the entries with `:term`, in the mode `query`.
        reverse_query: A SELECT of the entries with `:number`.
        get_query: A SELECT of the entries with `:ids`.
        limit: Maximum number of rows of an answer in the mode `query`.
        timeout: Seconds that connecting and an answer may each take.
        list_timeout: Seconds that the database may take for the next rows of a list of all entries.
    """

    orders: ClassVar[tuple[str, ...]] = ("name", "uri", "table")

    uri: Annotated[str, StringConstraints(min_length=1, max_length=2048), HIDDEN_PASSWORD, DESTINATION]
    table: Annotated[Identifier | None, EXCLUDE_UNSET] = None
    table_schema: Annotated[Identifier | None, EXCLUDE_UNSET] = None
    query: Annotated[Statement | None, EXCLUDE_UNSET] = None
    columns: Annotated[Mapping[Column, Identifier], Field(max_length=1000), EXCLUDE_UNSET] = {}
    unique_column: Column | None = None
    group_rows: Annotated[bool, EXCLUDE_UNSET] = False
    mode: Literal["snapshot", "query"] = "snapshot"
    version_query: Annotated[Statement | None, EXCLUDE_UNSET] = None
    check_seconds: Annotated[Seconds, EXCLUDE_UNSET] = 30.0
    refresh_seconds: Annotated[Seconds, EXCLUDE_UNSET] = 600.0
    lookup_query: Annotated[Statement | None, EXCLUDE_UNSET] = None
    reverse_query: Annotated[Statement | None, EXCLUDE_UNSET] = None
    get_query: Annotated[Statement | None, EXCLUDE_UNSET] = None
    limit: Annotated[int, Field(ge=1, le=MAX_ROWS), NO_BOOLEAN, EXCLUDE_UNSET] = 1000
    timeout: Annotated[Seconds, EXCLUDE_UNSET] = 5.0
    list_timeout: Annotated[Seconds, EXCLUDE_UNSET] = 60.0


class SqlSettings(CertificateSettings):
    """What only the administrator may allow.

    Attributes:
        folders: Folders that SQLite files and Unix sockets must be in, directly or in a subfolder.
        drivers: Drivers of other databases that sources may use, as SQLAlchemy names them, such as `mysql+pymysql`.
    """

    folders: Annotated[tuple[Path, ...], Field(min_length=1)] = (Path("/var/lib/xivo-dird/sql"),)
    drivers: tuple[str, ...] = ()
