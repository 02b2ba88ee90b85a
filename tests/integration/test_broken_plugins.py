"""A third party's distribution: one backend that works, and others that each have a defect."""

import os
import subprocess
from pathlib import Path

import pytest

from servers.daemon import TOKEN, DaemonProcess
from servers.distribution import install
from servers.foreground import Foreground
from servers.program import PROGRAM
from waiting import TIMEOUT, wait_until
from xivo_dird.authenticator import hash_token

EXAMPLE = Path(__file__).parents[1] / "example_plugin"
TENANT = "11111111-1111-4111-8111-111111111111"
COLUMNS = {"searched_columns": ["name"], "first_matched_columns": ["number"]}
FAILING = ["raising", "hanging", "unmakable", "nonsense"]
HANGING_LATER = "hanging_version"
UNUSABLE = [
    "broken_import",
    "not_a_backend",
    "not_installed",
    "bad_settings",
    "bad_options",
    "no_options",
]


def source(name, backend, **options):
    return {"tenant": "main", "name": name, "backend": backend, **COLUMNS, **options}


@pytest.fixture
def daemon(tmp_path):
    sources = [source(name, name) for name in [*FAILING, HANGING_LATER, *UNUSABLE]]
    sources.append(source("team", "team", members={"Ada Stern": "2045"}))
    services = {name: {"sources": [source["name"] for source in sources]} for name in ("lookup", "reverse")}
    configuration = {
        "lookup": {"timeout": 1, "reverse_timeout": 1},
        "enabled_plugins": {
            "backends": {"not_installed": True, "hanging_import": False},
            "views": {"view_not_installed": True},
        },
        "auth": {"tokens": [{"hash": hash_token(TOKEN), "acl": ["#"], "tenant_uuid": TENANT}]},
        "provisioning": {
            "tenants": [{"uuid": TENANT, "name": "main"}],
            "sources": sources,
            "displays": [{"tenant": "main", "name": "desk", "columns": [{"type": "name", "field": "name"}]}],
            "profiles": [{"tenant": "main", "name": "default", "display": "desk", "services": services}],
        },
    }
    environment = {**os.environ, "PYTHONPATH": str(install(EXAMPLE, tmp_path))}
    with DaemonProcess(tmp_path, configuration, environment) as daemon:
        yield daemon


def reports(daemon):
    _, body = daemon.get("/status")
    return {report["name"]: report for report in body["sources"].values()}


def has_snapshot(daemon, name):
    snapshot = reports(daemon)[name]["snapshot"]
    return snapshot is not None and snapshot["entries"] > 0


def test_the_working_source_answers_and_the_status_names_the_others(daemon):
    # Sources with a snapshot answer at once, so neither of these can be late.
    wait_until(lambda: has_snapshot(daemon, "team") and has_snapshot(daemon, HANGING_LATER))
    for _ in range(4):
        status, body = daemon.get("/directories/lookup/default", term="ada")
        assert status == 200
        assert [result["column_values"] for result in body["results"]] == [["Ada Last-Good"], ["Ada Stern"]]
    _, body = daemon.get("/directories/reverse/default/user", exten="2045")
    assert body["source"] == "team"
    assert daemon.get("/count/default", term="ada stern") == (200, {"term": "ada stern", "people": 1})
    _, body = daemon.get("/status")
    plugins = {plugin["name"]: plugin for plugin in body["plugins"]}
    for name in [*UNUSABLE, "broken_view", "hanging_view", "view_not_installed"]:
        assert plugins[name]["status"] == "fail"
        assert plugins[name]["error"]
    seen = reports(daemon)
    for name in [*FAILING, *UNUSABLE]:
        assert seen[name]["status"] in {"failed", "late"}, seen[name]
        assert seen[name]["error"]
    assert seen["team"]["status"] == seen[HANGING_LATER]["status"] == "ok"
    assert "takes too long" in seen[HANGING_LATER]["snapshot"]["error"]
    assert daemon.stop() == 0


def test_the_daemon_stops_at_a_signal_while_an_import_hangs(tmp_path):
    import_started = tmp_path / "import-started"
    environment = {
        **os.environ,
        "PYTHONPATH": str(install(EXAMPLE, tmp_path)),
        "IMPORT_STARTED_FILE": str(import_started),
    }
    daemon = Foreground(tmp_path)
    with subprocess.Popen([PROGRAM, "-c", daemon.config_file], env=environment) as process:
        wait_until(import_started.exists)
        process.terminate()
        assert process.wait(TIMEOUT) == 0
    assert "Stops at SIGTERM" in daemon.log()
    assert "plugin 'hanging_import'" not in daemon.log()  # the stop came before the time limit of the import


def test_the_example_backend_has_at_most_15_lines():
    text = (EXAMPLE / "xivo_dird_team.py").read_text()
    backend = text[text.index("class TeamBackend") :]
    assert len([line for line in backend.splitlines() if line.strip()]) <= 15
