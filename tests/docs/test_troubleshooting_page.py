"""docs/troubleshooting.md: the commands print what the page shows, and every problem is explained."""

import contextlib
import io
import json
import re
import shlex
from pathlib import Path

import pytest
import yaml

from api.conftest import Daemon
from waiting import TIMEOUT
from xivo_dird.authenticator import hash_token
from xivo_dird.diagnosis.advice import ADVICE
from xivo_dird.process.main import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
DEVELOPMENT = yaml.safe_load((ROOT / "etc/xivo-dird/development.yml").read_text(encoding="utf-8"))
QUESTIONS = [("lookup", "term", "hopper"), ("reverse", "exten", "030/1234567")]
EXAMPLES = re.findall(r"^```console\n\$ (xivo-dird [^\n]*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FOLDER_OF_PAGE = "/etc/xivo-dird/csv"
STATUSES = {"check": 1, "lookup": 1, "reverse": 1, "preview": 0}


def without_seconds(text):
    return re.sub(r"\b\d+\.\d{3}\b", "0.002", text).strip()


@pytest.mark.parametrize(("command", "shown"), EXAMPLES, ids=[command for command, _ in EXAMPLES])
def test_a_command_prints_what_the_page_shows(shown_files, monkeypatch, command, shown):
    folder = shown_files("troubleshooting.md")
    monkeypatch.chdir(folder)
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        status = main(shlex.split(command)[1:])
    assert status == next(number for name, number in STATUSES.items() if name in command)
    printed = output.getvalue().replace(str(folder), FOLDER_OF_PAGE)
    assert without_seconds(printed) == without_seconds(shown)


def test_the_request_to_a_daemon_answers_what_the_page_shows(printed_on_sample):
    ((command, shown),) = re.findall(
        r"## In the running daemon\n\n```sh\n(.*?)```\n\n```json\n(.*?)```", PAGE, re.DOTALL
    )
    answer, expected = json.loads(printed_on_sample(command)), json.loads(shown)
    for source in (*answer["sources"], *expected["sources"]):
        assert 0 <= source.pop("seconds") < TIMEOUT
    assert answer == expected


@pytest.mark.parametrize(("service", "parameter", "asked"), QUESTIONS)
def test_a_daemon_and_the_command_say_the_same(shown_files, monkeypatch, service, parameter, asked):
    folder = shown_files("troubleshooting.md")
    monkeypatch.chdir(folder)
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        main(["-c", "people.yml", service, "default", asked, "--json"])
    printed = json.loads(output.getvalue())
    tenant_uuid = "2c34c282-433e-4bb8-8d56-fec14ff7e1e9"
    token = {"hash": hash_token("admin"), "acl": ["#"], "tenant_uuid": tenant_uuid}
    config = yaml.safe_load((folder / "people.yml").read_text(encoding="utf-8"))
    config |= {"auth": {"method": "static", "tokens": [token]}, "bus": {"enabled": False}}
    with Daemon(config) as daemon:
        answer = daemon.get(f"/explanations/{service}/default", **{parameter: asked}).json
    assert answer["hints"] == printed["hints"]
    assert answer["timeout"] == printed["timeout"]
    assert answer["contact_count"] == len(printed["contacts"])
    for explained, row in zip(answer["sources"], printed["sources"], strict=True):
        assert [explained[key] for key in ("source", "backend", "reason")] == [
            row[key] for key in ("source", "backend", "reason")
        ]
        assert row["problem"] is None if explained["error"] is None else explained["error"] in row["problem"]
        assert explained["action"] is None or explained["action"] in row["problem"]


def test_the_commands_at_the_top_are_those_of_the_examples():
    pasted = PAGE.partition("```sh\n")[2].partition("```")[0].splitlines()
    assert [command.partition(" --tenant")[0] for command, _ in EXAMPLES] == pasted


def test_every_problem_is_explained_and_no_other():
    table = PAGE.partition("## Problems\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| ([a-z][^|]*) \|", table, re.MULTILINE)) - {"problem"} == {
        advice.cause for _, advice in ADVICE
    }
