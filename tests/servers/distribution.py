"""Installation of a distribution into a folder of its own, as an administrator does it with `pip install`."""

import subprocess
import sys
from pathlib import Path
from shutil import copytree

from waiting import TIMEOUT


def install(distribution: Path, folder: Path) -> Path:
    """Build a copy of `distribution`, install it below `folder`, and return the folder for `PYTHONPATH`."""
    source, target = folder / "source", folder / "installed"
    copytree(distribution, source)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run(
        [*command, "--target", str(target), str(source)], check=True, capture_output=True, timeout=TIMEOUT
    )
    return target
