"""docs/plugins.md: its example works, and its list of plugins is complete."""

import os
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from urllib.request import Request, urlopen
from xml.etree import ElementTree

import yaml

from servers.daemon import TOKEN, DaemonProcess
from servers.distribution import install
from waiting import TIMEOUT
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
        tests, cwd=folder, env=environment, capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    assert ran.returncode == 0, ran.stdout
    configuration = yaml.safe_load((folder / "team.yml").read_text())
    tenant = configuration["provisioning"]["tenants"][0]["uuid"]
    configuration["auth"] = {"tokens": [{"hash": hash_token(TOKEN), "acl": ["#"], "tenant_uuid": tenant}]}
    with DaemonProcess(tmp_path, configuration, environment) as daemon:
        _, body = daemon.get("/directories/lookup/default", term="ada")
        assert [result["column_values"] for result in body["results"]] == [["Ada Stern", "2045"]]
        _, body = daemon.get("/directories/reverse/default/user", exten="2046")
        assert body["fields"]["name"] == "Ivo Brandt"
        assert daemon.get("/count/default", term="brandt") == (200, {"term": "brandt", "people": 1})
        assert [daemon.get(path)[0] for path in ("/count/default", "/count/nothing?term=x")] == [400, 404]
        assert document(daemon, "input").attrib["parameter"] == "term"
        assert [item.attrib for item in document(daemon, "lookup")] == [
            {"name": "Ada Stern", "number": "2045"}
        ]


def document(daemon: DaemonProcess, step: str) -> ElementTree.Element:
    """Return a document of the vendor of the example."""
    url = f"http://127.0.0.1:{daemon.port}/0.1/directories/{step}/default/user/acme?term=ada"
    request = Request(url, headers={"X-Auth-Token": TOKEN})
    with urlopen(request, timeout=TIMEOUT) as response:
        return ElementTree.fromstring(response.read())


def test_exactly_the_built_in_plugins_are_listed():
    page = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text(encoding="utf-8")
    listed, group = set(), ""
    for row in page[page.index("## Built in") :].splitlines()[4:]:
        cells = [cell.strip(" `") for cell in row.strip("|").split("|")]
        group = cells[0] or group
        listed.add((group, cells[1]))
    installed = {(entry.group, entry.name) for entry in distribution("xivo-dird").entry_points}
    assert listed == {(group, name) for group, name in installed if group.startswith("xivo_dird.")}
