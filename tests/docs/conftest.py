"""What the documentation shows: files, written into a folder for a test, and commands, run against the sample."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from servers.daemon import DaemonProcess
from waiting import TIMEOUT

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
DEVELOPMENT = yaml.safe_load((ROOT / "etc/xivo-dird/development.yml").read_text(encoding="utf-8"))
SHOWN = re.compile(r"^```\w+\n# file: (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def shown_files(tmp_path):
    """Return a function that writes the files shown by a page into a folder and returns the folder."""

    def write(page):
        folder = tmp_path / "shown"
        folder.mkdir()
        for name, text in SHOWN.findall((DOCS / page).read_text()):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)
        return folder

    return write


@pytest.fixture
def printed_on_sample(tmp_path):
    """Return a function that returns what commands for the daemon of `make run`, with the sample people, print."""

    def run(commands):
        (tmp_path / "run").mkdir()
        keys = {
            "provisioning": DEVELOPMENT["provisioning"],
            "auth": {"token_file": str(tmp_path / "run" / "tokens.yml")},
            "backends": {"csv": {"folders": [str(ROOT / "etc/xivo-dird/sample")]}},
        }
        with DaemonProcess(tmp_path, keys) as daemon:
            script = commands.replace("127.0.0.1:9489", f"127.0.0.1:{daemon.port}")
            return subprocess.run(
                ["sh", "-ec", script],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                timeout=TIMEOUT,
                check=True,
            ).stdout

    return run
