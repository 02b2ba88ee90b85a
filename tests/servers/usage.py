"""What a process uses: memory, threads, descriptors, and bytes of a folder on the disk."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

KIB = 1024


@dataclass(frozen=True)
class Usage:
    """What some processes use together.

    Attributes:
        memory: Resident bytes; what processes share counts for each of them.
        threads: The number of threads.
        descriptors: The number of open descriptors.
    """

    memory: int = 0
    threads: int = 0
    descriptors: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        """Return the sums."""
        return Usage(
            self.memory + other.memory,
            self.threads + other.threads,
            self.descriptors + other.descriptors,
        )


def usage_of(pid: int) -> Usage:
    """Return what a process uses; nothing if it ends meanwhile."""
    process = Path(f"/proc/{pid}")
    try:
        status = (process / "status").read_text(encoding="utf-8")
        fields = dict(line.split(":", 1) for line in status.splitlines())
        resident = int(fields.get("VmRSS", "0 kB").split()[0]) * KIB
        return Usage(resident, int(fields["Threads"]), sum(1 for _ in (process / "fd").iterdir()))
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return Usage()


def usage_of_all(pids: Iterable[int]) -> Usage:
    """Return what some processes use together."""
    return sum(map(usage_of, pids), Usage())


def bytes_below(folder: Path) -> int:
    """Return the size of all files below a folder, without those that are removed meanwhile."""
    return sum(map(_size, folder.rglob("*")))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:
        return 0
