"""docs/operations.md: every metric, and every value of the status, is explained."""

import dataclasses
import re
from pathlib import Path

from xivo_dird.directory.outcome import SourceReport, Status
from xivo_dird.index.state import SnapshotState
from xivo_dird.prometheus import Prometheus
from xivo_dird.status.model import OutboxCheck, StatusAnswer

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_metric_is_explained_and_no_other():
    real = set(re.findall(r"^# TYPE (dird_\w+)", Prometheus().text().decode(), re.MULTILINE))
    shown = set(re.findall(r"`(dird_\w+)`", PAGE))
    assert shown == real


def test_every_key_and_value_of_the_status_is_explained():
    kinds = (StatusAnswer, OutboxCheck, SourceReport, SnapshotState)
    keys = {field.name for kind in kinds for field in dataclasses.fields(kind)}
    values = {status.value for status in Status} | {"unused", "open", "closed"}
    table = PAGE[PAGE.index("## Status") : PAGE.index("## Logs")]
    assert {word for word in keys | values if f"`{word}`" not in table} == set()
