"""`pip install .`: the installed daemon starts without the checkout."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from servers.distribution import install
from waiting import TIMEOUT

ROOT = Path(__file__).parents[2]
SHIPPED = ["setup.py", "pyproject.toml", "README.md", "xivo_dird", "plugins"]

TEMPLATES = """\
from importlib.metadata import entry_points
points = [point for point in entry_points(group="xivo_dird.views") if point.module.startswith("xivo_dird_phones.")]
for vendor in {point.load() for point in points}:
    assert "lookup" in vendor.documents.steps
    print(vendor.template)
"""
"""Reads the template of each vendor of phones, and prints its path."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Install a copy of the checkout; return the folder of its packages."""
    folder = tmp_path_factory.mktemp("installation")
    checkout = folder / "checkout"
    checkout.mkdir()
    for name in SHIPPED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, checkout / name)
    return install(checkout, folder)


def run(program, installed, folder):
    """Run a program that imports the installed packages; return its output."""
    process = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


def test_the_installed_distribution_creates_its_store_and_starts(installed, tmp_path):
    configuration = {"extra_config_files": None, "db_uri": f"sqlite:///{tmp_path / 'dird.db'}"}
    (tmp_path / "config.yml").write_text(yaml.safe_dump(configuration))
    program = (
        "import xivo_dird, sys\n"
        f"assert xivo_dird.__file__.startswith({str(installed)!r})\n"
        "from xivo_dird.database.engine import Database\n"
        f"Database({configuration['db_uri']!r}).migrate()\n"
        "from xivo_dird.process.main import main\n"
        f"sys.exit(main(['-c', {str(tmp_path / 'config.yml')!r}, '--check-config']))\n"
    )
    run(program, installed, tmp_path)
    assert (tmp_path / "dird.db").stat().st_size > 0


def test_the_installed_distribution_has_the_documents_of_phones(installed, tmp_path):
    templates = run(TEMPLATES, installed, tmp_path).splitlines()
    assert templates
    assert all(Path(template).is_relative_to(installed) for template in templates)
