"""benchmarks/: a small run prints and writes its rows, with the ratio of each to its reference."""

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
    """Return a function that runs benchmarks by name with few contacts, and returns rows and output."""

    def run_named(*names):
        program = [sys.executable, str(ROOT / "benchmarks" / "run.py")]
        size = ["--quick", "--contacts", "1000", "--seconds", "0.1", "--rounds", "1"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests")}
        process = subprocess.run(
            [*program, *size, "--out", tmp_path / "out", *names],
            env=environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=True,
        )
        return json.loads((tmp_path / "out" / "results.json").read_text()), process.stdout

    return run_named


def test_rows_are_written_and_printed(run):
    rows, printed = run("start", "imports")
    assert len(rows) == 5
    assert all(row.keys() == KEYS for row in rows)
    assert all(row["name"] in printed for row in rows)
    ratios = [row for row in rows if row["reference"] is not None]
    assert all(row["ratio"] == pytest.approx(row["value"] / row["reference"]) for row in ratios)


def test_daemons_with_settings_of_their_own_are_measured(run):
    rows, _ = run("hung_source", "workers", "ldap")
    assert [row["budget"] for row in rows] == ["<= 320", ">= 0.8", ">= 1.7", "<= 1.15", ">= 0.85"]
    assert all(row["value"] > 0 for row in rows)


def test_lookups_write_curves_to_draw(run, tmp_path):
    rows, _ = run("lookup")
    curves = json.loads((tmp_path / "out" / "curves.json").read_text())
    assert list(curves["latencies"]) == ["1000"]
    assert all(ours > 0 and bare > 0 for ours, bare in curves["rates"].values())
    assert [row["budget"] for row in rows] == [">= 0.7", "<= 1.3", ">= 0.6", "<= 1.5", "<= 1.3"]


def test_calls_of_asterisk_are_measured_beside_http(run):
    (row,), _ = run("caller_id")
    assert row["budget"] == ">= 1"
    assert min(row["value"], row["reference"]) > 0


def test_pages_of_a_list_are_measured_beside_searches(run):
    rows, _ = run("browsing")
    assert [row["budget"] for row in rows] == ["<= 30", "<= 1.4", "<= 0.7"]
    assert all(row["value"] > 0 for row in rows)
