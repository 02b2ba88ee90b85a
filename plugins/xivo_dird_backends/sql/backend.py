"""The SQL backend: any database that SQLAlchemy speaks, as a list of entries or asked each question."""

from typing_extensions import override

from xivo_dird.backend import AnyBackend, Backend, InvalidSource, SourceOptions
from xivo_dird_backends.sql.listed import SqlSnapshotBackend
from xivo_dird_backends.sql.options import SqlOptions, SqlSettings
from xivo_dird_backends.sql.queried import SqlQueryBackend


class SqlBackend(Backend[SqlOptions]):
    """Chooses the class of a source by its option `mode`."""

    Options = SqlOptions
    Settings = SqlSettings

    @classmethod
    @override
    def of_options(cls, options: SourceOptions) -> type[AnyBackend]:
        """Return the class for `mode`."""
        if not isinstance(options, SqlOptions):
            raise InvalidSource(f"the sql backend was given {type(options).__name__} as its options")
        return SqlSnapshotBackend if options.mode == "snapshot" else SqlQueryBackend
