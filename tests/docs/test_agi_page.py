"""docs/agi.md: its command, its configuration and the forms of a script work, and its tables are what the code does."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from agi_server import running_agi_server
from api.conftest import Daemon
from docs.shown_configuration import assert_accepted
from servers.asterisk import Channel
from servers.daemon import DaemonProcess
from servers.ports import ReservedPort
from waiting import TIMEOUT, wait_until
from xivo_dird.agi.model import STATUS_VARIABLE, CallOutcome
from xivo_dird.authenticator import hash_token
from xivo_dird.config.agi import AgiSection

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "agi.md").read_text(encoding="utf-8")
DEVELOPMENT = yaml.safe_load((ROOT / "etc/xivo-dird/development.yml").read_text(encoding="utf-8"))
TENANT = "2c34c282-433e-4bb8-8d56-fec14ff7e1e9"
USER = "7ad1aa42-6d0f-4f9a-8f0d-7d9e5b7ab111"
SAMPLE = {"csv": {"folders": [str(ROOT / "etc/xivo-dird/sample")]}}


@pytest.fixture
def sample(tmp_path):
    """Start the sample people in this process; yield the port of the listener."""
    keys = {**DEVELOPMENT, "backends": SAMPLE, "db_uri": f"sqlite:///{tmp_path}/dird.db"}
    keys["state_directory"] = str(tmp_path / "state")
    tokens = [{"hash": hash_token("admin"), "acl": ["#"], "tenant_uuid": TENANT, "user_uuid": USER}]
    keys["auth"] = {"method": "static", "tokens": tokens}
    keys["agi"] = {**DEVELOPMENT["agi"], "timeout": TIMEOUT}
    with Daemon(keys) as daemon, running_agi_server(daemon.controller.caller_names) as port:
        wait_until(lambda: daemon.get("/directories/lookup/default", term="mar").json["results"])
        yield port


def test_the_first_command_prints_what_the_page_shows(tmp_path):
    command, printed = re.findall(r"\A# .*\n\n```sh\n(.*?)```\n\n```\n(.*?)```", PAGE, re.DOTALL)[0]
    reserved = ReservedPort()
    agi = {**DEVELOPMENT["agi"], "listen": f"127.0.0.1:{reserved.number}"}
    auth = {"token_file": str(tmp_path / "tokens.yml")}
    keys = {"provisioning": DEVELOPMENT["provisioning"], "backends": SAMPLE, "agi": agi, "auth": auth}
    assert DEVELOPMENT["agi"]["listen"] in command.replace(" ", ":")
    with DaemonProcess(tmp_path, keys) as daemon:
        wait_until(lambda: "60 entries" in daemon.log_file.read_text())
        ran = subprocess.run(
            ["sh", "-c", command.replace("4573", str(reserved.number))],
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=True,
        )
    reserved.release()
    assert ran.stdout == printed


def test_the_shown_file_is_accepted_and_is_that_of_make_run(shown_files, tmp_path):
    file = shown_files("agi.md") / "agi.yml"
    assert yaml.safe_load(file.read_text())["agi"] == DEVELOPMENT["agi"]
    file.write_text(file.read_text() + "auth: {method: static}\n")
    assert_accepted(file, tmp_path)


def test_every_form_of_a_script_finds_the_caller(sample):
    forms = re.findall(r"^\| `agi://HOST(?::4573)?(?:/(\S*))?` \|", PAGE, re.MULTILINE)
    assert len(forms) == 4
    for form in forms:
        channel = Channel(sample, "2001")
        assert channel.agi(form.replace("PROFILE", "default").replace("USER", USER)) == "FOUND"
        assert channel.name == "Amélie Marchand"


def test_the_dialplans_name_the_variable_and_scripts_that_work(sample):
    dialplan = "".join(re.findall(r"^```ini\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
    assert f"${{{STATUS_VARIABLE}}}" in dialplan
    scripts = set(re.findall(r"AGI\(agi://127\.0\.0\.1:4573/(\S*)\)", dialplan))
    assert [Channel(sample, "2001").agi(script) for script in scripts] == ["FOUND"]


def test_every_status_of_a_call_is_explained_and_no_other():
    (table,) = re.findall(r"^\| status \|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    statuses = [row.split("|")[1].strip(" `") for row in table.splitlines()]
    outcomes = (CallOutcome.FOUND, CallOutcome.NOT_FOUND, CallOutcome.TIMEOUT, CallOutcome.ERROR)
    assert statuses == [*(outcome.upper() for outcome in outcomes), "empty"]


def test_the_table_of_problems_has_what_is_logged(sample, caplog):
    assert Channel(sample, "2001").agi("none") == "ERROR"
    assert "A call gets no name: No such profile: none" in caplog.messages
    assert "`No such profile: …`" in PAGE
    assert f"`there are {AgiSection().max_connections} already (agi.max_connections)`" in PAGE
