"""A short run of the chaos benchmark: no event is lost while daemons and the broker are killed."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "benchmarks" / "chaos_events.py"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_no_event_is_lost_and_the_order_of_each_user_is_kept(store):
    command = [sys.executable, str(SCRIPT), "--store", store, "--changes", "800", "--trouble", "1"]
    process = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False)
    assert process.returncode == 0, process.stdout + process.stderr
    assert "lost: 0" in process.stdout
