"""Trials: the tests of a mutant, run in a fork of a process that has already imported all libraries.

A trial changes a file in one of several copies of the checkout, which it has for itself.
"""

import gc
import importlib
import json
import os
import resource
import selectors
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from mutants.mutations import Mutant

MAX_SECONDS_PER_TEST = 20
MAX_SECONDS_PER_MUTANT = 90
MAX_MEMORY_BYTES = 4 << 30

LEFT_OUT = (".git", ".venv", "__pycache__", ".*_cache", "run", "build", "out", "*.egg-info")


def copy_checkout(checkout: Path, folder: Path) -> Path:
    """Copy what the tests need into a new folder; return it."""
    shutil.copytree(checkout, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    return folder


@dataclass(frozen=True)
class Trial:
    """A mutant and the ids of the tests that may notice it."""

    mutant: Mutant
    tests: Sequence[str]


@dataclass(frozen=True)
class _Running:
    trial: Trial
    copy: Path
    process: int
    handle: int
    kill_at: float


class Trials:
    """Runs trials, one at a time in each copy."""

    def __init__(self, checkout: Path, copies: Sequence[Path]) -> None:
        self._checkout = checkout
        self._free = list(copies)
        self._selector = selectors.DefaultSelector()
        self._import_libraries()

    def run(self, trials: Iterable[Trial]) -> Iterator[tuple[Mutant, bool]]:
        """Yield each mutant and whether its tests killed it, in the order of their ends."""
        for trial in trials:
            if not trial.tests:
                yield trial.mutant, False
                continue
            while not self._free:
                yield from self._ended()
            self._start(trial)
        while self._selector.get_map():
            yield from self._ended()

    def _start(self, trial: Trial) -> None:
        copy = self._free.pop()
        file = copy / trial.mutant.file
        file.rename(_original(file))
        file.write_text(trial.mutant.source, encoding="utf-8")
        files = list(dict.fromkeys(test.partition("::")[0] for test in trial.tests))
        arguments = ["-x", f"--timeout={MAX_SECONDS_PER_TEST}", "--timeout-method=signal", *files]
        process = self._fork(copy, lambda: _pytest(arguments, _Only(trial.tests)))
        running = _Running(
            trial, copy, process, os.pidfd_open(process), time.monotonic() + MAX_SECONDS_PER_MUTANT
        )
        self._selector.register(running.handle, selectors.EVENT_READ, running)

    def _ended(self) -> Iterator[tuple[Mutant, bool]]:
        """Wait a moment; yield what has ended or exceeded its time."""
        ended = {key.fd for key, _ in self._selector.select(0.5)}
        for key in list(self._selector.get_map().values()):
            running: _Running = key.data
            if key.fd not in ended and time.monotonic() < running.kill_at:
                continue
            os.killpg(running.process, signal.SIGKILL)
            _, status = os.waitpid(running.process, 0)
            self._selector.unregister(key.fd)
            os.close(key.fd)
            file = running.copy / running.trial.mutant.file
            _original(file).replace(file)  # with its time: its bytecode stays valid
            self._free.append(running.copy)
            yield running.trial.mutant, status != 0

    def _import_libraries(self) -> None:
        """Import here what tests import, except the project, which each trial imports with its mutant."""
        copy = self._free[0]
        listing = copy / "libraries.json"

        def list_libraries() -> int:
            status = _pytest(["--collect-only", "tests/unit", "tests/plugins/backends"], _Only(()))
            paths = {name: getattr(module, "__file__", None) or "" for name, module in sys.modules.items()}
            libraries = [name for name, path in paths.items() if path and str(copy) not in path]
            listing.write_text(json.dumps(libraries), encoding="utf-8")
            return status

        os.waitpid(self._fork(copy, list_libraries), 0)
        for name in json.loads(listing.read_text(encoding="utf-8")):
            if not name.startswith(("__", "xivo_dird")):
                importlib.import_module(name)
        gc.freeze()

    def _fork(self, copy: Path, run: Callable[[], int]) -> int:
        process = os.fork()
        if process:
            os.setpgid(process, process)
            return process
        status = 1
        try:
            os.setpgid(0, 0)
            self._enter(copy)
            status = run()
        finally:
            os._exit(status)

    def _enter(self, copy: Path) -> None:
        os.chdir(copy)
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        checkout = {"", str(self._checkout), str(self._checkout / "tests"), str(self._checkout / "plugins")}
        others = [path for path in sys.path if path not in checkout]
        sys.path[:] = [str(copy), str(copy / "plugins"), str(copy / "tests"), *others]
        sys.dont_write_bytecode = True  # of a mutant; a time in whole seconds would not tell them apart


def _original(file: Path) -> Path:
    return file.with_suffix(".original")


class _Only:
    """Plugin of pytest: runs these tests only, in this order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._places = {test: place for place, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out all other tests."""
        items[:] = sorted(
            (item for item in items if item.nodeid in self._places),
            key=lambda item: self._places[item.nodeid],
        )


def _pytest(arguments: Sequence[str], only: _Only) -> int:
    base = f"--basetemp={Path.cwd() / 'basetemp'}"
    quiet = ["-q", base, "-p", "no:xdist", "-p", "no:cov", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    return int(pytest.main([*quiet, *arguments], plugins=[only]))
