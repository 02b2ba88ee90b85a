"""docs/troubleshooting.md: the commands print what the page shows, and every problem is explained."""

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest

from xivo_dird.diagnosis.advice import ADVICE
from xivo_dird.process.main import main

PAGE = (Path(__file__).parents[2] / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
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


def test_the_commands_at_the_top_are_those_of_the_examples():
    pasted = PAGE.partition("```sh\n")[2].partition("```")[0].splitlines()
    assert [command.partition(" --tenant")[0] for command, _ in EXAMPLES] == pasted


def test_every_problem_is_explained_and_no_other():
    table = PAGE.partition("## Problems\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| ([a-z][^|]*) \|", table, re.MULTILINE)) - {"problem"} == {
        advice.cause for _, advice in ADVICE
    }
