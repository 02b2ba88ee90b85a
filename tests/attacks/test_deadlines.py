"""The deadline of a lookup holds for sources in memory too: reading, formatting, sorting and merging end in time."""

import pytest

from api.conftest import Daemon, configuration, csv_source
from waiting import wait_until

ROWS = 30_000
HURRIED = 0.001
"""Seconds; far less than so many rows take."""

QUESTIONS = [
    {"term": ""},
    {"term": "a"},
    {"term": "person ada"},
    {"term": "00"},
    {"term": "737", "t9": "true"},
    {"term": "", "merge": "true"},
    {"term": "person", "order": "relevance"},
]


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    folder = tmp_path_factory.mktemp("deadlines")
    keys = configuration(folder, [csv_source("many.csv", name="many")])
    lines = "".join(f"{row},Ada,Person {row},+331445{row:05},\n" for row in range(ROWS))
    (folder / "csv" / "many.csv").write_text(
        f"id,firstname,lastname,number,mobile\n{lines}", encoding="utf-8"
    )
    hurried = {"lookup": {"sources": ["many"], "options": {"timeout": HURRIED}}}
    patient = {"lookup": {"sources": ["many"]}}
    keys["provisioning"]["profiles"] += [
        {"tenant": "main", "name": "hurried", "display": "desk", "services": hurried},
        {"tenant": "main", "name": "patient", "display": "desk", "services": patient},
    ]
    with Daemon(keys) as daemon:
        wait_until(lambda: daemon.get("/directories/lookup/patient", term="Person 7").json["results"])
        yield daemon


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_a_source_in_memory_that_is_not_ready_in_time_is_late(daemon, question):
    response = daemon.get("/directories/lookup/hurried", sources="true", **question)
    assert response.status_code == 200
    assert response.json["results"] == []
    assert [source["status"] for source in response.json["sources"]] == ["late"]


def test_a_late_answer_costs_nothing_of_the_next_one(daemon):
    for _ in range(3):
        daemon.get("/directories/lookup/hurried", term="")
    everyone = daemon.get("/directories/lookup/patient", term="").json["results"]
    assert len(everyone) == ROWS
    assert [person["relations"]["source_entry_id"] for person in everyone] == list(map(str, range(ROWS)))
    found = daemon.get("/directories/lookup/patient", term="Person 777").json["results"]
    assert found[0]["column_values"][0] == "Ada Person 777"


def test_a_streamed_answer_says_late_too(daemon):
    headers = {"Accept": "application/x-ndjson"}
    response = daemon.get("/directories/lookup/hurried", headers=headers, term="")
    assert '"status":"late"' in response.text
    assert '"results":' not in response.text
