"""The folders of all sources: which are no longer needed, and how large they are."""

import logging
import os
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from cachetools import TTLCache, cached

from xivo_dird.index.files import remove_leftovers
from xivo_dird.index.order_names import remove_order_leftovers
from xivo_dird.index.shared_folder import SharedFolder, is_marked, mark, remove_marked, remove_unused
from xivo_dird.sync.folders import USERS_FOLDER

logger = logging.getLogger(__name__)

COUNT_SECONDS = 10.0
"""Seconds for which a count of the bytes is used again."""


class IndexFolders:
    """The folder `sources` of the state directory, in which each source has a folder.

    A folder is removed only if it is marked with the database of this daemon and this database has no such source:
    daemons with other databases may use the same state directory.
    """

    def __init__(self, path: Path, owner: str, keep_user_seconds: float) -> None:
        """Create nothing on disk yet.

        Args:
            path: The folder of all sources.
            owner: Identifies the database of the daemon.
            keep_user_seconds: Seconds after which the unused folder of a user is removed.
        """
        self._path = path
        self._owner = owner
        self._keep_user_seconds = keep_user_seconds
        self._failed: set[Path] = set()
        self._are_unknown_logged = False
        counts: TTLCache[object, int] = TTLCache(1, COUNT_SECONDS)
        self._count = cached(counts, lock=threading.Lock())(lambda: sum(_sizes(self._path)))

    def path_of(self, source_uuid: str) -> Path:
        """Return the folder of a source."""
        return self._path / source_uuid

    def shared(self, source_uuid: str) -> SharedFolder:
        """Return the folder of a source for one of its users."""
        return SharedFolder(self.path_of(source_uuid), self._owner)

    def mark(self, source_uuid: str) -> None:
        """Note in the folder of a source, if there is one, that it belongs to the database of this daemon."""
        if self.path_of(source_uuid).is_dir():
            mark(self.path_of(source_uuid), self._owner)

    def byte_count(self) -> int:
        """Return the size of all files in the folders, at most `COUNT_SECONDS` old."""
        return self._count()

    def clean(self, source_uuids: Collection[str]) -> None:
        """Remove what is no longer needed and what nobody uses. What can't be removed is logged once.

        Args:
            source_uuids: All sources of the database.
        """
        unknown = []
        for path in _folders(self._path):
            if path.name in source_uuids:
                mark(path, self._owner)
                self._clean_source(path)
            elif is_marked(path, self._owner):
                self.remove(path.name)
            else:
                unknown.append(path)
        if unknown and not self._are_unknown_logged:
            self._are_unknown_logged = True
            logger.warning(
                "%s: %d folders are kept that are not known to belong to this database, %d bytes (%s …);"
                " remove them if no other daemon uses them",
                *(self._path, len(unknown), sum(map(_size_of, unknown)), unknown[0].name),
            )

    def remove(self, source_uuid: str) -> None:
        """Remove the folder of a source that no longer exists, unless it is in use or another database needs it."""
        path = self.path_of(source_uuid)
        with self._logging_failure(path):
            remove_marked(path, self._owner)

    def _clean_source(self, path: Path) -> None:
        with self._logging_failure(path):
            remove_leftovers(path)
            remove_order_leftovers(path)
        now = time.time()
        for user in _folders(path / USERS_FOLDER):
            with self._logging_failure(user):
                if now - user.stat().st_mtime > self._keep_user_seconds:
                    remove_unused(user)
                else:
                    remove_leftovers(user)
                    remove_order_leftovers(user)

    @contextmanager
    def _logging_failure(self, path: Path) -> Iterator[None]:
        """Log an error once, until it no longer occurs."""
        try:
            yield
        except FileNotFoundError:  # another process has removed it
            pass
        except OSError as error:
            if path not in self._failed:
                self._failed.add(path)
                logger.warning("%s can't be cleaned: %s", path, error)
            return
        self._failed.discard(path)


def _folders(path: Path) -> list[Path]:
    """Return the folders in a folder; none if it can't be read."""
    try:
        with os.scandir(path) as found:
            return [Path(entry.path) for entry in found if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _sizes(path: Path) -> Iterator[int]:
    """Yield the sizes of all files below a folder; those that vanish meanwhile have none."""
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                yield (Path(folder) / name).lstat().st_size
            except OSError:
                continue


def _size_of(path: Path) -> int:
    return sum(_sizes(path))
