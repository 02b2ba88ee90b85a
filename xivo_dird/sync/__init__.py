"""Copies of remote directories that are kept in step: only what has changed is fetched, and a restart loses nothing.

A `SnapshotBackend` of a directory with a cursor (`syncToken`, `deltaLink`, `sync-token`) opens a `SyncState` in its
`entries` and passes a function that fetches pages to `SyncState.synchronized`. What is in step survives a restart, and
is removed with the folder of the source or of its user.
"""

from xivo_dird.sync.folders import user_folder
from xivo_dird.sync.full_runs import FullRuns
from xivo_dird.sync.pages import CursorRefused, LeftOut, PageGuard, SyncPage
from xivo_dird.sync.state import SyncState
from xivo_dird.sync.synced_entries import CopyRevision, SyncedEntries

__all__ = [
    "CopyRevision",
    "CursorRefused",
    "FullRuns",
    "LeftOut",
    "PageGuard",
    "SyncPage",
    "SyncState",
    "SyncedEntries",
    "user_folder",
]
