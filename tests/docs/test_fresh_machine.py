"""The first `make` on a machine where programs are missing."""

import os
import re
import shlex
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


ESSENTIAL = ("sh", "mkdir", "touch", "rm", "cat", "chmod")
"""Programs of essential packages, which every Debian has."""

PROGRAMS = {"make": "make", "python3-venv": "python3", "curl": "curl"}
"""Program that a package of the first block of README.md installs."""

FAKE_PYTHON = """\
[ "$2" = venv ] || exit 0
mkdir -p .venv/bin
printf '#!/bin/sh\\n' > .venv/bin/python
printf '#!/bin/sh\\necho "curl -s http://127.0.0.1"\\n' > .venv/bin/xivo-dird
chmod +x .venv/bin/python .venv/bin/xivo-dird"""


def test_the_first_block_installs_all_that_make_run_and_its_lookup_need(tmp_path):
    """Run it with nothing in PATH but the programs of essential packages and of the packages in that block."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    install, start = re.findall(r"```sh\n(.*?)```", readme, re.DOTALL)[0].splitlines()
    packages = shlex.split(install, comments=True)[6:]
    clone, programs = tmp_path / "clone", tmp_path / "bin"
    clone.mkdir()
    programs.mkdir()
    for name in ("Makefile", "setup.py", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, clone / name)
    for program in (*ESSENTIAL, *(PROGRAMS[package] for package in packages)):
        (programs / program).symlink_to(str(shutil.which(program)))
    (programs / "python3").unlink()
    write_program(programs / "python3", FAKE_PYTHON)
    ran = run(shlex.split(start, comments=True), cwd=clone, env={"PATH": str(programs)})
    assert ran.returncode == 0, ran.stderr
    printed = ran.stdout.splitlines()[-1]
    assert (programs / shlex.split(printed)[0]).exists()


def test_missing_programs_that_the_tests_run_are_reported(tmp_path):
    for name in ("id", "tr"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    checked = run(
        ["/bin/sh", str(ROOT / ".ci" / "system-packages")], env={**os.environ, "PATH": str(tmp_path)}
    )
    assert checked.returncode == 1
    assert "curl" in checked.stderr
