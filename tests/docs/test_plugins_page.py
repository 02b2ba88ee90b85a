"""docs/plugins.md: its example works when it is followed."""

import os
import subprocess
import sys

import yaml

from patience import PATIENCE
from servers.daemon import TOKEN, DaemonProcess
from servers.distribution import install
from xivo_dird.authenticator import hash_token


def test_the_example_backend_passes_its_own_tests_and_answers(shown_files, tmp_path):
    folder = shown_files("plugins.md")
    environment = {**os.environ, "PYTHONPATH": str(install(folder, tmp_path))}
    tests = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(folder),
        "test_team.py",
    ]
    ran = subprocess.run(
        tests, cwd=folder, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert ran.returncode == 0, ran.stdout
    configuration = yaml.safe_load((folder / "team.yml").read_text())
    tenant = configuration["provisioning"]["tenants"][0]["uuid"]
    configuration["auth"] = {"tokens": [{"hash": hash_token(TOKEN), "acl": ["#"], "tenant_uuid": tenant}]}
    with DaemonProcess(tmp_path, configuration, environment) as daemon:
        _, body = daemon.get("/directories/lookup/default", term="ada")
        assert [result["column_values"] for result in body["results"]] == [["Ada Stern", "2045"]]
        _, body = daemon.get("/directories/reverse/default/somebody", exten="2046")
        assert body["fields"]["name"] == "Ivo Brandt"
