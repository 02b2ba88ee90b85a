"""The limits of search indexes, which keep a directory without an end from filling the memory and the disk."""

from dataclasses import dataclass

from xivo_dird.index.version_check import MAX_CHECK_SECONDS

MAX_READS = 3
"""Maximum number of reads of data that change while being read; the last read is served."""


@dataclass(frozen=True, slots=True)
class IndexLimits:
    """The limits that an administrator can set; those of one index unless they say otherwise.

    Attributes:
        max_entries: Maximum number of entries that a directory may list.
        max_bytes: Maximum size of the files of an index while it is built.
        max_entry_bytes: Maximum size of one entry; a larger one is left out.
        max_build_seconds: Maximum number of seconds that a directory may take to list its entries.
        max_idle_seconds: Seconds after which a process that builds an index has to have used the processor again.
        max_open_users: Maximum number of open indexes of one source that has an index per user.
        keep_user_seconds: Seconds after which the unused index of a user is removed from the disk.
    """

    max_entries: int = 100_000_000
    max_bytes: int = 16 * 1024**3
    max_entry_bytes: int = 4 * 1024**2
    max_build_seconds: float = 6 * 3600.0
    max_idle_seconds: float = 3600.0
    max_open_users: int = 64
    keep_user_seconds: float = 24 * 3600.0


DEFAULT_INDEX_LIMITS = IndexLimits()


@dataclass(frozen=True, slots=True)
class SnapshotLimits:
    """How long questions and retries of a snapshot wait.

    Attributes:
        max_wait: Seconds that a question waits for newer data while there are older ones.
        min_pause: Seconds to the first retry after a failure.
        max_pause: Seconds to a retry after many failures.
        max_check: Seconds that a question waits for a check of the version while there are data.
        max_reads: Maximum number of reads of data that change while being read; the last read is served.
    """

    max_wait: float = 0.5
    min_pause: float = 0.5
    max_pause: float = 30.0
    max_check: float = MAX_CHECK_SECONDS
    max_reads: int = MAX_READS


DEFAULT_LIMITS = SnapshotLimits()
