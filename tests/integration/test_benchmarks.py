"""benchmarks/: a small run has its rows, each against its reference, and says which budget is missed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from waiting import TIMEOUT

ROOT = Path(__file__).parents[2]
KEYS = {"name", "value", "reference", "ratio", "budget", "met"}


@pytest.fixture
def run(tmp_path):
    """Run the benchmarks of these names with few contacts; answer the rows and what was printed."""

    def run_named(*names):
        program = [sys.executable, str(ROOT / "benchmarks" / "run.py")]
        size = ["--quick", "--contacts", "1000", "--seconds", "0.1"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests")}
        done = subprocess.run(
            [*program, *size, "--out", tmp_path / "out", *names],
            env=environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=True,
        )
        return json.loads((tmp_path / "out" / "results.json").read_text()), done.stdout

    return run_named


def test_rows_are_written_and_printed(run):
    rows, printed = run("start", "imports")
    assert len(rows) == 5
    assert all(row.keys() == KEYS for row in rows)
    assert all(row["name"] in printed for row in rows)
    ratios = [row for row in rows if row["reference"] is not None]
    assert all(row["ratio"] == pytest.approx(row["value"] / row["reference"]) for row in ratios)


def test_lookups_leave_curves_to_draw(run, tmp_path):
    rows, _ = run("lookup")
    curves = json.loads((tmp_path / "out" / "curves.json").read_text())
    assert list(curves["latencies"]) == ["1000"]
    assert all(ours > 0 and bare > 0 for ours, bare in curves["rates"].values())
    assert [row["budget"] for row in rows] == [">= 0.7", "<= 1.3", "<= 1.5", "<= 1.3"]
