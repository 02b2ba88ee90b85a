"""The committed files of the web page: that they are built from the source, and their size."""

import gzip
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "plugins" / "xivo_dird_views" / "web" / "assets"

MAX_COMPRESSED_BYTES = 150_000
BUILD_TIMEOUT = 300
"""Seconds; without `web/node_modules`, packages are downloaded first."""


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_committed_files_are_those_that_the_source_makes(tmp_path: Path) -> None:
    command = ["make", "web", f"WEB_ASSETS={tmp_path}"]
    built = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=BUILD_TIMEOUT, check=False
    )
    assert built.returncode == 0, built.stderr
    assert contents(tmp_path) == contents(ASSETS), "run `make web`, and commit what it has built"


def test_all_files_together_have_less_than_150_kb_when_compressed() -> None:
    sizes = {name: len(gzip.compress(content, 9)) for name, content in contents(ASSETS).items()}
    assert sum(sizes.values()) < MAX_COMPRESSED_BYTES, sizes
