"""Suspended processes (SIGSTOP): they keep their sockets, and do nothing."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

from waiting import wait_until


def freeze(pid: int) -> None:
    """Suspend a process, and wait until all its threads are suspended and none can answer any more."""
    os.kill(pid, signal.SIGSTOP)
    wait_until(lambda: _is_suspended(pid))


def freeze_group(group: int) -> None:
    """Suspend every process of a group, and wait until all of them are suspended."""
    os.killpg(group, signal.SIGSTOP)
    wait_until(lambda: all(map(_is_suspended, _members(group))))


def _is_suspended(pid: int) -> bool:
    threads = Path(f"/proc/{pid}/task").glob("*/stat")
    return all(_fields(thread)[0] in "TZ" for thread in threads)


def _members(group: int) -> Iterator[int]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if int(_fields(process / "stat")[2]) == group:
                yield int(process.name)
        except FileNotFoundError:  # the process has ended
            continue


def _fields(stat: Path) -> list[str]:
    """Return the fields after the command name in /proc/PID/stat: state, parent, group, … (see proc(5))."""
    return stat.read_text(encoding="utf-8").rpartition(")")[2].split()
