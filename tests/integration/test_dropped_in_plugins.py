"""A backend and a view that are added to the repository: a file and a line in setup.py for each are enough."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from servers.daemon import TOKEN, DaemonProcess
from waiting import TIMEOUT
from xivo_dird.authenticator import hash_token

ROOT = Path(__file__).parents[2]
TENANT = "11111111-1111-4111-8111-111111111111"

BACKEND = '''\
"""A backend with two people."""

from collections.abc import Iterable

from xivo_dird.backend import Caller, Entry, SnapshotBackend, SourceOptions


class PairBackend(SnapshotBackend[SourceOptions]):
    """Lists two people."""

    Options = SourceOptions

    def version(self, caller: Caller | None) -> str:  # noqa: ARG002
        """Return a version that never changes."""
        return "1"

    def entries(self, caller: Caller | None) -> Iterable[Entry]:  # noqa: ARG002
        """Return both people."""
        return [{"name": "Ada"}, {"name": "Ivo"}]
'''

VIEW = (ROOT / "plugins" / "xivo_dird_views" / "headers.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """Create a copy of the repository with an added backend and an added view."""
    copy = tmp_path_factory.mktemp("repository")
    for folder in ("xivo_dird", "plugins", "stubs"):
        copytree(ROOT / folder, copy / folder, ignore=ignore_patterns("__pycache__", "*.egg-info"))
    for file in ("pyproject.toml", "README.md"):
        (copy / file).write_bytes((ROOT / file).read_bytes())
    (copy / "plugins/xivo_dird_backends/pair.py").write_text(BACKEND, encoding="utf-8")
    view = VIEW.replace("/directories/lookup/", "/directories/columns/").replace('"headers")', '"columns")')
    (copy / "plugins/xivo_dird_views/columns.py").write_text(view, encoding="utf-8")
    setup = (ROOT / "setup.py").read_text(encoding="utf-8")
    for group, line in (
        ("backends", "pair = xivo_dird_backends.pair:PairBackend"),
        ("views", "columns = xivo_dird_views.columns:register"),
    ):
        head = f'"xivo_dird.{group}": ['
        setup = setup.replace(head, f'{head}\n            "{line}",')
    (copy / "setup.py").write_text(setup, encoding="utf-8")
    return copy


def environment(repository):
    """Return an environment in which Python imports from the copy first."""
    return {**os.environ, "PYTHONPATH": f"{repository}:{repository / 'plugins'}"}


def run(repository, *command):
    return subprocess.run(
        command,
        cwd=repository,
        env=environment(repository),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )


def test_both_answer_without_a_line_in_the_core_or_the_configuration(repository, tmp_path):
    assert run(repository, sys.executable, "setup.py", "--quiet", "egg_info").returncode == 0
    configuration = {
        "auth": {"tokens": [{"hash": hash_token(TOKEN), "acl": ["#"], "tenant_uuid": TENANT}]},
        "provisioning": {
            "tenants": [{"uuid": TENANT, "name": "main"}],
            "sources": [{"tenant": "main", "name": "pair", "backend": "pair", "searched_columns": ["name"]}],
            "displays": [{"tenant": "main", "name": "desk", "columns": [{"title": "Who", "field": "name"}]}],
            "profiles": [
                {
                    "tenant": "main",
                    "name": "default",
                    "display": "desk",
                    "services": {"lookup": {"sources": ["pair"]}},
                }
            ],
        },
    }
    with DaemonProcess(tmp_path, configuration, environment(repository)) as daemon:
        _, body = daemon.get("/directories/lookup/default", term="iv")
        assert [result["column_values"] for result in body["results"]] == [["Ivo"]]
        _, body = daemon.get("/directories/columns/default/headers")
        assert body["column_headers"] == ["Who"]
        _, body = daemon.get("/status")
        assert {plugin["status"] for plugin in body["plugins"]} == {"ok"}


def test_import_rules_allow_both_plugins_and_no_import_past_their_door(repository):
    linter = Path(sys.executable).with_name("lint-imports")
    assert run(repository, linter).returncode == 0
    backend = repository / "plugins/xivo_dird_backends/pair.py"
    backend.write_text(BACKEND.replace("xivo_dird.backend import Caller,", "xivo_dird.caller import Caller,"))
    broken = run(repository, linter)
    backend.write_text(BACKEND)
    assert broken.returncode == 1
    assert "xivo_dird_backends.pair -> xivo_dird.caller" in broken.stdout
