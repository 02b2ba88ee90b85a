"""The first `make` on a machine where programs are missing."""

import os
import shutil
import subprocess
from pathlib import Path

from waiting import TIMEOUT

ROOT = Path(__file__).parents[2]


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False, **options)


def write_program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_an_incomplete_environment_is_created_again(tmp_path):
    for name in ("Makefile", "setup.py", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    write_program(tmp_path / ".venv" / "bin" / "python", 'echo "No module named pip" >&2; exit 1')
    write_program(
        tmp_path / "python",
        '[ "$2" = venv ] || exit 0\n[ "$3" = --clear ] || exit 1\nprintf "#!/bin/sh\\n" > .venv/bin/python',
    )
    made = run(["make", "install", "PYTHON=./python"], cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert (tmp_path / ".venv" / "installed").exists()


def test_missing_programs_that_the_tests_run_are_reported(tmp_path):
    for name in ("id", "tr"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    checked = run(
        ["/bin/sh", str(ROOT / ".ci" / "system-packages")], env={**os.environ, "PATH": str(tmp_path)}
    )
    assert checked.returncode == 1
    assert "curl" in checked.stderr
