"""README.md: its commands for the installation work."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from waiting import TIMEOUT

INSTALLATION_TIMEOUT = 4 * TIMEOUT
"""Seconds for what takes many on an idle machine: a virtual environment, and a wheel with its bytecode."""

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^## Install$.*?^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COPIED = [
    "setup.py",
    "pyproject.toml",
    "constraints.txt",
    "README.md",
    "xivo_dird",
    "plugins",
    "etc",
    "contrib",
]


@pytest.fixture
def clone(tmp_path):
    folder = tmp_path / "clone"
    folder.mkdir()
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def machine(tmp_path):
    """Create a folder that stands for /, with fake programs in place of those that change the real machine."""
    folder = tmp_path / "machine"
    for name in ("opt", "etc/systemd/system", "bin"):
        (folder / name).mkdir(parents=True)
    for name in ("apt-get", "useradd", "systemctl"):
        program = folder / "bin" / name
        program.write_text(f'#!/bin/sh\necho "{name} $*" >> {folder}/done\n')
        program.chmod(0o755)
    python = folder / "bin" / "python3"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    return folder


@pytest.mark.timeout(2 * INSTALLATION_TIMEOUT)
def test_the_installation_block_ends_with_an_accepted_configuration(clone, machine):
    (block,) = BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    commands = re.sub(r"(?<=\s)/(opt|etc)/|^/(opt)/", rf"{machine}/\1\2/", block, flags=re.MULTILINE)
    environment = {
        **os.environ,
        "PATH": f"{machine / 'bin'}{os.pathsep}{os.environ['PATH']}",
        # All dependencies are installed already: nothing is downloaded.
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # how pip spells "no build isolation"
    }
    ran = subprocess.run(
        ["sh", "-euc", commands],
        cwd=clone,
        env=environment,
        capture_output=True,
        text=True,
        timeout=INSTALLATION_TIMEOUT,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.endswith("The configuration is right.\n")
    assert (machine / "done").read_text().splitlines() == [
        "apt-get update",
        "apt-get install --yes python3-venv",
        "useradd --system --home-dir /var/lib/xivo-dird --shell /usr/sbin/nologin xivo-dird",
        "systemctl enable --now xivo-dird",
    ]
    assert (machine / "etc/systemd/system/xivo-dird.service").exists()


def test_the_systemd_unit_matches_the_installation_block():
    (block,) = BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    unit = (ROOT / "contrib/xivo-dird.service").read_text(encoding="utf-8")
    (user,) = re.findall(r"^User=(.*)$", unit, re.MULTILINE)
    (start,) = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    assert re.search(rf"^useradd .* {user}$", block, re.MULTILINE)
    assert f"{start} --check-config" in block
