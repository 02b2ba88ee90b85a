"""The names of the files of orders: `order-<name of its index>-<fingerprint>.sqlite`, beside the index."""

import unicodedata
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from xivo_dird.index.order_format import ORDER_FORMAT_VERSION, EntryKeys

MAX_ORDERS = 8
"""Maximum number of orders of one index; those that were not read for the longest time are removed."""

_ORDERS = "order-*.sqlite"
_PARTS = "order-*.new*"
"""Files that are not complete."""


def order_path(index: Path, keys: EntryKeys) -> Path:
    """Return the file of an order of the entries of an index."""
    text = f"{ORDER_FORMAT_VERSION} {unicodedata.unidata_version} {keys.fingerprint}"
    digest = blake2b(text.encode(), digest_size=8).hexdigest()
    return index.with_name(f"order-{index.stem.removeprefix('index-')}-{digest}.sqlite")


def new_part(order: Path) -> Path:
    """Return a file for an order while it is not complete.

    Its name is new: the process of a killed daemon may still write to another one for a moment.
    """
    return order.with_suffix(f".{uuid4().hex}.new")


def staging_file(part: Path) -> Path:
    """Return the file beside such a file that has its keys while they are not sorted."""
    return Path(f"{part}-staging")


def order_lock(folder: Path) -> FileLock:
    """Return the lock for building orders in a folder, which all processes respect."""
    return FileLock(folder / "order.lock", mode=0o600, fallback_to_soft=False)


def remove_orphans(folder: Path) -> None:
    """Remove the orders of indexes that are gone."""
    for path in folder.glob(_ORDERS):
        if not (folder / f"index-{_index_name(path)}.sqlite").exists():
            with suppress(OSError):  # another process has removed it, or the disk can only be read
                path.unlink()


def remove_parts(folder: Path) -> None:
    """Remove what a killed process has left; the caller has the `order_lock`.

    Raises:
        OSError: Something can't be removed.
    """
    for path in folder.glob(_PARTS):
        path.unlink(missing_ok=True)


def remove_order_leftovers(folder: Path) -> None:
    """Remove what a killed process has left in the folder of an index, unless an order is being built there.

    Raises:
        OSError: Something can't be removed.
    """
    if not any(folder.glob(_PARTS)):
        return
    try:
        with order_lock(folder).acquire(blocking=False):
            remove_parts(folder)
    except Timeout:
        return


def remove_least_used(path: Path) -> None:
    """Remove further orders of the index of an order, so that it has `MAX_ORDERS` at most.

    Raises:
        OSError: An order can't be removed.
    """
    orders = path.parent.glob(f"order-{_index_name(path)}-*.sqlite")
    for surplus in sorted(orders, key=modified_at, reverse=True)[MAX_ORDERS:]:
        surplus.unlink(missing_ok=True)


def modified_at(path: Path) -> float:
    """Return when a file was modified, 0.0 if it is gone."""
    try:
        return path.stat().st_mtime
    except OSError:  # another process has removed it
        return 0.0


def _index_name(order: Path) -> str:
    return order.stem.removeprefix("order-").rpartition("-")[0]
