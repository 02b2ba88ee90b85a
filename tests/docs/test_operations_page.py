"""docs/operations.md: every metric, and every value of the status, is explained."""

import dataclasses
import re
from pathlib import Path

from xivo_dird.database import errors
from xivo_dird.directory.outcome import Status
from xivo_dird.process.exit_status import ExitStatus
from xivo_dird.process.open_files import MIN_OPEN_FILES
from xivo_dird.prometheus import Prometheus
from xivo_dird.status.model import ExplainedReport, ExplainedSnapshot, OutboxCheck, StatusAnswer

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_metric_is_explained_and_no_other():
    real = set(re.findall(r"^# TYPE (dird_\w+)", Prometheus().text().decode(), re.MULTILINE))
    shown = set(re.findall(r"`(dird_\w+)`", PAGE))
    assert shown == real


def test_every_key_and_value_of_the_status_is_explained():
    kinds = (StatusAnswer, OutboxCheck, ExplainedReport, ExplainedSnapshot)
    keys = {field.name for kind in kinds for field in dataclasses.fields(kind)}
    values = {status.value for status in Status} | {"unused", "open", "closed"}
    table = PAGE[PAGE.index("## Status") : PAGE.index("## Logs")]
    assert {word for word in keys | values if f"`{word}`" not in table} == set()


def test_every_exit_status_is_explained_with_what_systemd_does():
    rows = re.findall(r"^\| (\d+) \|.*\| (no|yes)[^|]* \|$", section("Exit statuses"), re.MULTILINE)
    restarted = {status for status in ExitStatus if status is ExitStatus.FAILED}
    assert {int(number) for number, _ in rows} == set(ExitStatus)
    assert {int(number) for number, answer in rows if answer == "yes"} == restarted
    assert f"fewer than {MIN_OPEN_FILES} open files" in section("Exit statuses")


def test_every_problem_of_the_store_is_explained():
    problems = [value for value in vars(errors).values() if isinstance(value, errors.StoreProblem)]
    assert {problem.message for problem in problems} <= set(
        re.findall(r"`(the database [^`]+|the disk [^`]+)`", section("When the store is broken"))
    )


def section(title):
    return PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]
