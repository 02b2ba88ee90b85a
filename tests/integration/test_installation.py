"""`pip install .`: the installed daemon starts without the checkout."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from servers.distribution import install
from waiting import TIMEOUT

ROOT = Path(__file__).parents[2]
SHIPPED = ["setup.py", "pyproject.toml", "README.md", "xivo_dird", "plugins"]


def test_the_installed_distribution_creates_its_store_and_starts(tmp_path):
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for name in SHIPPED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, checkout / name)
    installed = install(checkout, tmp_path)
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
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    process = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    assert (tmp_path / "dird.db").stat().st_size > 0
