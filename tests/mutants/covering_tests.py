"""The tests that reach each line, from one run of all of them with coverage."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import coverage

from mutants.mutations import Mutant

OTHERS = ("tests/plugins/authenticators", "tests/plugins/backends/ldap", "tests/unit/authenticators")
SERVERS = ("tests/unit/backends", "tests/unit/http", "tests/unit/process", "tests/unit/server")
SELECTION = (
    *("tests/unit", "tests/plugins", "-k", "not postgresql"),
    *(f"--ignore={folder}" for folder in (*OTHERS, *SERVERS)),
)
"""The tests of the mutated packages that need no server, as arguments of pytest."""

AT_IMPORT = ""
"""Stands for a test in the sets of lines that run when modules are imported."""

MAX_TESTS = 400
"""Tests run for one mutant; those of its own folder come first."""


class CoveringTests:
    """The tests that reach each line of each file."""

    def __init__(self, root: Path, data: coverage.CoverageData) -> None:
        self._root = root
        self._data = data
        self._by_file: dict[str, dict[int, set[str]]] = {}
        self._all = {context.rpartition("|")[0] for context in data.measured_contexts()}

    def of(self, mutant: Mutant) -> Sequence[str]:
        """Return the ids of the tests that may notice a mutant, the likeliest first."""
        by_line = self._lines(mutant.file)
        package, module = mutant.file.split("/")[-2:]
        own_folder, own_file = f"tests/unit/{package}/", f"/test_{module}"
        tests = set().union(*(by_line.get(line, set()) for line in mutant.lines))
        if not mutant.is_in_function or tests == {AT_IMPORT}:
            tests = set().union(*by_line.values()) | {
                test for test in self._all if test.startswith(own_folder)
            }
        ordered = sorted(
            tests - {AT_IMPORT}, key=lambda test: (own_file not in test, own_folder not in test, test)
        )
        return ordered[:MAX_TESTS]

    def _lines(self, file: str) -> dict[int, set[str]]:
        if file not in self._by_file:
            contexts = self._data.contexts_by_lineno(str(self._root / file))
            self._by_file[file] = {
                line: {name.rpartition("|")[0] for name in names} for line, names in contexts.items()
            }
        return self._by_file[file]


@dataclass(frozen=True)
class TestsFailed(Exception):
    """The tests fail without any mutant."""

    output: str


def measure(root: Path, selection: Sequence[str], jobs: int) -> CoveringTests:
    """Run tests in a copy of the checkout, and return which of them reach each line.

    Raises:
        TestsFailed: A test fails.
    """
    command = [sys.executable, "-m", "pytest", "-q", "-n", str(jobs), *selection]
    measured = ["--cov=xivo_dird", "--cov-context=test", "--cov-report="]
    run = subprocess.run([*command, *measured], cwd=root, capture_output=True, text=True, check=False)
    if run.returncode:
        raise TestsFailed(run.stdout + run.stderr)
    data = coverage.CoverageData(str(root / ".coverage"))
    data.read()
    return CoveringTests(root, data)
