"""The mode `snapshot`: all entries are read, and indexed."""

from collections.abc import Iterator

from typing_extensions import override

from xivo_dird.backend import Caller, Deadline, Entry, Environment, SnapshotBackend
from xivo_dird_backends._refresh_interval import refresh_interval
from xivo_dird_backends.sql.database import SqlDatabase, new_connector
from xivo_dird_backends.sql.options import SqlOptions, SqlSettings
from xivo_dird_backends.sql.rows import entries_of_rows, plain_value
from xivo_dird_backends.sql.statements import SqlStatements


class SqlSnapshotBackend(SnapshotBackend[SqlOptions]):
    """Lists the rows of a table or a SELECT."""

    Options = SqlOptions
    Settings = SqlSettings

    def __init__(self, options: SqlOptions, environment: Environment) -> None:
        """Check the options; the first question connects to the database.

        Raises:
            InvalidSource: The options can't work.
        """
        super().__init__(options, environment)
        self.unique_column = options.unique_column
        statements = SqlStatements(options)
        self._list = statements.list_all()
        self._version = statements.of_option("version_query", options.version_query, limit=1)
        self._database = SqlDatabase(new_connector(options, environment), options.timeout)
        self._parameters = {"tenant": environment.tenant_uuid}
        self.check_interval = options.check_seconds
        if self._version is None:
            self.check_interval = min(options.check_seconds, options.refresh_seconds)

    @override
    def version(self, caller: Caller | None) -> str:
        """Return the first row of `version_query`; without it, a number that changes every `refresh_seconds`."""
        if self._version is None:
            return refresh_interval(self.options.refresh_seconds, self.environment.source_uuid)
        deadline = Deadline.after(self.options.timeout)
        rows = self._database.rows(self._version, self._parameters, deadline)
        return repr([plain_value(value) for row in rows for value in row.values()])

    @override
    def entries(self, caller: Caller | None) -> Iterator[Entry]:
        """Yield the entries; the database sorts the rows if several are one entry."""
        rows = self._database.stream(self._list, self._parameters, self.options.list_timeout)
        return entries_of_rows(rows, self.unique_column if self.options.group_rows else None)

    @override
    def close(self) -> None:
        """Close the connections; a list that is being read ends with an error."""
        self._database.close()
