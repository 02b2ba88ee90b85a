"""What an index says of itself."""

import sqlite3
import time
from functools import cache
from importlib.metadata import version as installed_version
from typing import NamedTuple

from xivo_dird.backend import ReadReport
from xivo_dird.sync import CopyRevision
from xivo_dird.text.folding import storable

FACTS_SCHEMA = (
    "CREATE TABLE facts (version TEXT, entries INTEGER, built_at REAL, build_seconds REAL, rows INTEGER,"
    " skipped INTEGER, skip_reason TEXT, incomplete TEXT, revision TEXT, patches INTEGER)"
)


class IndexFacts(NamedTuple):
    """Metadata of an index.

    Attributes:
        version: The version of the indexed data.
        entries: The number of entries.
        built_at: When the build was finished, in seconds since the epoch.
        build_seconds: The duration of the build.
        rows: The number of rows that were read from the directory.
        skipped: The number of rows that were left out.
        skip_reason: Why rows were left out, None if there are none.
        incomplete: Why the directory has listed only a part of its rows, None if it has listed all.
        revision: The state of the copy whose entries are indexed, and the version of the daemon that indexed them;
            None if there is no copy.
        patches: How often the index was patched since it was built.
    """

    version: str
    entries: int
    built_at: float
    build_seconds: float
    rows: int
    skipped: int
    skip_reason: str | None
    incomplete: str | None
    revision: str | None
    patches: int

    @classmethod
    def of_report(
        cls,
        version: str,
        entries: int,
        build_seconds: float,
        report: ReadReport,
        revision: CopyRevision | None,
        patches: int = 0,
    ) -> "IndexFacts":
        """Return the facts of an index that is finished now."""
        return cls(
            version=storable(version),
            entries=entries,
            built_at=time.time(),
            build_seconds=build_seconds,
            rows=report.rows,
            skipped=report.skipped,
            skip_reason=None if report.reason is None else storable(report.reason),
            incomplete=None if report.incomplete is None else storable(report.incomplete),
            revision=None if revision is None else f"{_daemon()}/{revision}",
            patches=patches,
        )

    def indexed_revision(self) -> CopyRevision | None:
        """Return the state of the copy whose entries are indexed, None if another version of the daemon did it."""
        daemon, _, revision = (self.revision or "").partition("/")
        return CopyRevision.parse(revision) if daemon == _daemon() else None


@cache
def _daemon() -> str:
    return installed_version("xivo-dird")


def read_facts(connection: sqlite3.Connection) -> IndexFacts | None:
    """Return the facts of an index, None if it has none."""
    row = connection.execute("SELECT * FROM facts").fetchone()
    return None if row is None else IndexFacts(*row)


def write_facts(connection: sqlite3.Connection, facts: IndexFacts) -> None:
    """Replace the facts of an index."""
    connection.execute("DELETE FROM facts")
    connection.execute("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", facts)
