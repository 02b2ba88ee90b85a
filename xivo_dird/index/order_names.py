"""The names of the files of orders: `order-<name of its index>-<fingerprint>.sqlite`, beside the index."""

from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from xivo_dird.index.order_format import ORDER_FORMAT_VERSION, EntryKeys

MAX_ORDERS = 8
"""Maximum number of orders of one index; those that were not read for the longest time are removed."""

PART_SUFFIX = ".new"
"""The suffix of a file that is not complete."""

_ORDERS = "order-*.sqlite"


def order_path(index: Path, keys: EntryKeys) -> Path:
    """Return the file of an order of the entries of an index."""
    text = f"{ORDER_FORMAT_VERSION} {keys.fingerprint}"
    digest = blake2b(text.encode(), digest_size=8).hexdigest()
    return index.with_name(f"order-{index.stem.removeprefix('index-')}-{digest}.sqlite")


def remove_orphans(folder: Path) -> None:
    """Remove the orders of indexes that are gone."""
    for path in folder.glob(_ORDERS):
        if not (folder / f"index-{_index_name(path)}.sqlite").exists():
            with suppress(OSError):  # another process has removed it, or the disk can only be read
                path.unlink()


def remove_parts(folder: Path) -> None:
    """Remove what a killed process has left.

    Raises:
        OSError: Something can't be removed.
    """
    for path in folder.glob(f"order-*{PART_SUFFIX}*"):
        path.unlink(missing_ok=True)


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
