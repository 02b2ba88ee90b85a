"""The options of the SQL backend, and its settings in the configuration."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints
from typing_extensions import override

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
    """The options of an SQL source: where the database is, and the table or the statements that it is asked with."""

    orders: ClassVar[tuple[str, ...]] = ("name", "uri", "table")

    uri: Annotated[str, StringConstraints(min_length=1, max_length=2048), HIDDEN_PASSWORD, DESTINATION]
    """The database: `postgresql://user:password@host:port/database`, or `sqlite:////folder/file`. A relative
    file (three slashes) is below the first of `folders`."""

    table: Annotated[Identifier | None, EXCLUDE_UNSET] = None
    """The table or view with the entries."""

    table_schema: Annotated[Identifier | None, EXCLUDE_UNSET] = None
    """The schema of the table, if it is not the one of the account."""

    query: Annotated[Statement | None, EXCLUDE_UNSET] = None
    """A SELECT of the entries, in place of a table."""

    columns: Annotated[Mapping[Column, Identifier], Field(max_length=1000), EXCLUDE_UNSET] = {}
    """The fields of an entry, and the column of each. Without it, each column is a field."""

    unique_column: Column | None = None
    """The field that identifies an entry. Without it there are no favorites."""

    group_rows: Annotated[bool, EXCLUDE_UNSET] = False
    """Whether rows with the same `unique_column` are one entry. A field with different values is then a
    list."""

    mode: Literal["snapshot", "query"] = "snapshot"
    """`snapshot`: read and index all entries; `query`: ask the database each question."""

    version_query: Annotated[Statement | None, EXCLUDE_UNSET] = None
    """A SELECT whose first row changes whenever the entries do."""

    check_seconds: Annotated[Seconds, EXCLUDE_UNSET] = 30.0
    """Seconds between two runs of the `version_query`."""

    refresh_seconds: Annotated[Seconds, EXCLUDE_UNSET] = 600.0
    """Seconds between two reads of all entries, without a `version_query`."""

    lookup_query: Annotated[Statement | None, EXCLUDE_UNSET] = None
    """The SELECT for a term in the mode `query`. Without it, one is built."""

    reverse_query: Annotated[Statement | None, EXCLUDE_UNSET] = None
    """The SELECT for a number in the mode `query`. Without it, one is built."""

    get_query: Annotated[Statement | None, EXCLUDE_UNSET] = None
    """The SELECT for the ids of favorites in the mode `query`. Without it, one is built."""

    limit: Annotated[int, Field(ge=1, le=MAX_ROWS), NO_BOOLEAN, EXCLUDE_UNSET] = 1000
    """Maximum number of rows of an answer in the mode `query`."""

    timeout: Annotated[Seconds, EXCLUDE_UNSET] = 5.0
    """Seconds to connect, and for an answer."""

    list_timeout: Annotated[Seconds, EXCLUDE_UNSET] = 60.0
    """Seconds that the database may take for the next rows of a list of all entries."""

    @override
    def field_origins(self) -> Mapping[str, str]:
        """Return the column of each field, with its option."""
        return {name: f"columns.{name} ({column})" for name, column in self.columns.items()}


class SqlSettings(CertificateSettings):
    """What only the administrator may allow."""

    folders: Annotated[tuple[Path, ...], Field(min_length=1)] = (Path("/var/lib/xivo-dird/sql"),)
    """Folders that SQLite files and Unix sockets must be in, directly or in a subfolder."""

    drivers: tuple[str, ...] = ()
    """Drivers of other databases that sources may use, as SQLAlchemy names them: `mysql+pymysql`."""
