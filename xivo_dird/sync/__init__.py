"""Copies of remote directories that are kept in step: only what has changed is fetched, and a restart loses nothing.

A `SnapshotBackend` of a directory with a cursor (`syncToken`, `deltaLink`, `sync-token`) opens a `SyncState` in its
`entries` and passes a function that fetches pages to `SyncState.synchronized`. What is in step survives a restart, and
is removed with the folder of the source or of its user.
"""

from xivo_dird.sync.folders import user_folder
from xivo_dird.sync.full_runs import FullRuns
from xivo_dird.sync.pages import CursorRefused, LeftOut, PageGuard, SyncPage
from xivo_dird.sync.small_work import MAX_SMALL_ENTRIES, LargeWork, check_small, small_work_only
from xivo_dird.sync.state import SyncState
from xivo_dird.sync.synced_entries import CopyRevision, SyncedEntries

__all__ = [
    "MAX_SMALL_ENTRIES",
    "CopyRevision",
    "CursorRefused",
    "FullRuns",
    "LargeWork",
    "LeftOut",
    "PageGuard",
    "SyncPage",
    "SyncState",
    "SyncedEntries",
    "check_small",
    "small_work_only",
    "user_folder",
]
