"""Processes that stand still: they keep their sockets, and do nothing."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

from waiting import wait_until


def freeze(pid: int) -> None:
    """Stop a process and wait until all its threads stand still: until then one may yet answer."""
    os.kill(pid, signal.SIGSTOP)
    wait_until(lambda: _stands_still(pid))


def freeze_group(group: int) -> None:
    """Stop every process of a group and wait until all stand still."""
    os.killpg(group, signal.SIGSTOP)
    wait_until(lambda: all(map(_stands_still, _members(group))))


def _stands_still(pid: int) -> bool:
    threads = Path(f"/proc/{pid}/task").glob("*/stat")
    return all(_fields(thread)[0] in "TZ" for thread in threads)


def _members(group: int) -> Iterator[int]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if int(_fields(process / "stat")[2]) == group:
                yield int(process.name)
        except FileNotFoundError:  # it has ended
            continue


def _fields(stat: Path) -> list[str]:
    """Return what follows the name of the command in proc(5): state, parent, group, …"""
    return stat.read_text(encoding="utf-8").rpartition(")")[2].split()
