"""A folder that several processes use and that one of them removes when none uses it any more.

Every user holds a shared `flock` on the folder itself, which ends with its process. Whoever removes the folder needs
the exclusive lock. A user that waited for the lock meanwhile creates the folder again.
"""

import fcntl
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

MAX_ATTEMPTS = 100
"""Maximum number of attempts to create a folder that another process removes at the same moment."""

_OPEN_FLAGS = os.O_RDONLY | os.O_DIRECTORY
_MARK_PREFIX = "database-"


class SharedFolder:
    """A folder as one user of it sees it; shared by threads."""

    def __init__(self, path: Path, owner: str | None = None, parent: "SharedFolder | None" = None) -> None:
        """Create nothing on disk yet.

        Args:
            path: The folder.
            owner: The database that decides whether the folder is still needed, see `mark`.
            parent: A folder above it, held as long as this one.
        """
        self.path = path
        self._owner = owner
        self._parent = parent
        self._lock = threading.Lock()
        self._holders = 0
        self._descriptor: int | None = None

    def hold(self) -> None:
        """Create the folder if it is missing, and keep it from being removed until `release`, one for each `hold`.

        Raises:
            OSError: The folder can't be created or opened.
        """
        if self._parent is not None:
            self._parent.hold()
        try:
            with self._lock:
                self._hold()
        except BaseException:
            if self._parent is not None:
                self._parent.release()
            raise

    def release(self) -> None:
        """Stop holding the folder."""
        with self._lock:
            self._holders -= 1
            if self._holders == 0 and self._descriptor is not None:
                self._touch()
                os.close(self._descriptor)
                self._descriptor = None
        if self._parent is not None:
            self._parent.release()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder during the context.

        Raises:
            OSError: The folder can't be created or opened.
        """
        self.hold()
        try:
            yield
        finally:
            self.release()

    def _hold(self) -> None:
        if self._descriptor is None or not _is_at(self._descriptor, self.path):
            descriptor = _open_shared(self.path)
            if self._descriptor is not None:  # somebody else has removed the folder
                os.close(self._descriptor)
            self._descriptor = descriptor
            self._touch()
            if self._owner is not None:
                mark(self.path, self._owner)
        self._holders += 1

    def _touch(self) -> None:
        """Set the time of the last use."""
        if self._descriptor is not None:
            with suppress(OSError):  # a disk that can only be read
                os.utime(self._descriptor)


def mark(path: Path, owner: str) -> None:
    """Note in a folder that a database decides whether it is still needed; on a disk that can only be read, don't."""
    file = path / f"{_MARK_PREFIX}{owner}"
    if not file.exists():
        with suppress(OSError):
            file.touch(mode=0o600)


def is_marked(path: Path, owner: str) -> bool:
    """Return whether a database decides whether a folder is still needed."""
    return (path / f"{_MARK_PREFIX}{owner}").exists()


def remove_marked(path: Path, owner: str) -> bool:
    """Remove a folder that the database `owner` needs no longer; only its mark, if another database needs the folder.

    Returns:
        False if the folder is in use, so that nothing was removed.

    Raises:
        OSError: Something can't be removed. The mark is removed last.
    """
    with _exclusive(path) as is_unused:
        if is_unused:
            marks = list(path.glob(f"{_MARK_PREFIX}*"))
            own = path / f"{_MARK_PREFIX}{owner}"
            if marks in ([], [own]):
                _remove_content(path, keep=own)
            own.unlink(missing_ok=True)
            if not any(path.iterdir()):
                path.rmdir()
    return is_unused


def remove_unused(path: Path) -> bool:
    """Remove a folder unless somebody holds it; return whether it was removed.

    Raises:
        OSError: Something can't be removed.
    """
    with _exclusive(path) as is_unused:
        if is_unused:
            _remove_content(path)
            path.rmdir()
    return is_unused


def _remove_content(path: Path, keep: Path | None = None) -> None:
    for child in path.iterdir():
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child)
        elif child != keep:
            child.unlink(missing_ok=True)


@contextmanager
def _exclusive(path: Path) -> Iterator[bool]:
    """Yield whether nobody else uses a folder; if so, nobody can begin to until the end of the context."""
    descriptor = os.open(path, _OPEN_FLAGS | os.O_NOFOLLOW)
    try:
        yield _lock_exclusively(descriptor) and _is_at(descriptor, path)
    finally:
        os.close(descriptor)


def _lock_exclusively(descriptor: int) -> bool:
    """Lock an open folder unless somebody uses it; return whether it is locked."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open_shared(path: Path) -> int:
    """Create a folder if it is missing, open it and lock it for a user of it.

    Raises:
        OSError: It can't be created or opened, or is removed again and again.
    """
    error: OSError = FileNotFoundError(f"{path} is removed again and again")
    for _ in range(MAX_ATTEMPTS):
        try:
            path.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, _OPEN_FLAGS)
        except (FileExistsError, FileNotFoundError) as raised:
            error = raised  # removed just now, or something else is in the way
            continue
        with ExitStack() as unless_held:
            unless_held.callback(os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            if _is_at(descriptor, path):
                unless_held.pop_all()
                return descriptor
    raise error


def _is_at(descriptor: int, path: Path) -> bool:
    """Return whether an open folder is still the one at `path`."""
    try:
        found = path.stat()
    except OSError:
        return False
    return os.path.samestat(os.fstat(descriptor), found)
