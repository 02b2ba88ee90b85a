"""docs/lookup.md: its commands for the sample people answer what the page shows."""

import json
import re
import subprocess
from pathlib import Path

import yaml

from servers.daemon import DaemonProcess
from waiting import TIMEOUT

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "lookup.md").read_text(encoding="utf-8")
DEVELOPMENT = yaml.safe_load((ROOT / "etc/xivo-dird/development.yml").read_text(encoding="utf-8"))


def test_the_commands_of_the_page_answer_what_it_shows(tmp_path):
    (tmp_path / "run").mkdir()
    changes = {
        "auth": {"token_file": str(tmp_path / "run" / "tokens.yml")},
        "backends": {"csv": {"folders": [str(ROOT / "etc/xivo-dird/sample")]}},
    }
    (first,) = re.findall(r"\A# Looking people up\n\n```sh\n(.*?)```", PAGE, re.DOTALL)
    browse, groups = re.findall(r"^\$ (curl .*/browse/.*)$", PAGE, re.MULTILINE)
    with DaemonProcess(tmp_path, {"provisioning": DEVELOPMENT["provisioning"], **changes}) as daemon:
        script = "\necho\n".join((first, browse, groups))
        done = subprocess.run(
            ["sh", "-c", script.replace("127.0.0.1:9489", f"127.0.0.1:{daemon.port}")],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=True,
        )
    found, part, counted = map(json.loads, filter(None, done.stdout.splitlines()))
    assert len(found["results"]) > 1
    names = [result["column_values"][0] for result in part["results"]]
    assert names == ["Maëlys Fournier", "Małgorzata Żak"]
    assert all(name in PAGE for name in names)
    assert json.dumps(part["groups"], separators=(",", ":")) in PAGE
    assert json.dumps(counted["items"][0], separators=(",", ":"))[:40] in PAGE
