"""GET /metrics: figures for Prometheus."""

import re

from api.conftest import TENANT
from xivo_dird.directory.outcome import Status
from xivo_dird.prometheus import STATUSES


def lines(daemon):
    response = daemon.get("/metrics")
    assert response.status_code == 200
    assert response.content_type.startswith("text/plain; version=")
    return response.text.splitlines()


def value(daemon, name, **labels):
    """Find the one line with this name and at least these labels; answer its value."""
    wanted = [f'{key}="{text}"' for key, text in labels.items()]
    (found,) = [
        line
        for line in lines(daemon)
        if re.match(rf"{name}[ {{]", line) and all(label in line for label in wanted)
    ]
    return float(found.rpartition(" ")[2])


def test_it_counts_requests_and_how_long_they_took(daemon):
    for _ in range(3):
        daemon.get("/directories/lookup/default", term="stern")
    daemon.get("/directories/lookup/none", term="stern")
    assert value(daemon, "dird_request_seconds_count", endpoint="lookup", status="200") == 3
    assert value(daemon, "dird_request_seconds_count", endpoint="lookup", status="404") == 1
    assert value(daemon, "dird_request_seconds_sum", endpoint="lookup", status="200") > 0


def test_it_counts_what_each_source_did(daemon):
    crew = {"tenant": TENANT, "source": "crew", "backend": "csv"}
    for _ in range(2):
        daemon.get("/directories/lookup/default", term="stern")
    assert value(daemon, "dird_source_outcomes_total", **crew, status="ok") == 2
    assert value(daemon, "dird_source_outcomes_total", **crew, status="late") == 0
    assert value(daemon, "dird_source_answer_seconds_count", **crew) == 2
    assert value(daemon, "dird_source_breaker_open", **crew) == 0


def test_it_knows_every_way_in_which_a_question_can_end():
    assert set(STATUSES) == set(Status)


def test_it_tells_size_and_age_of_an_index(daemon):
    daemon.get("/directories/lookup/default", term="stern")
    assert value(daemon, "dird_source_snapshot_entries", source="crew") > 0
    assert value(daemon, "dird_source_snapshot_age_seconds", source="crew") >= 0


def test_it_tells_whether_the_store_answers(daemon):
    assert value(daemon, "dird_store_up") == 1


def test_it_tells_what_waits_for_the_broker_and_whether_the_bus_works(daemon):
    assert value(daemon, "dird_outbox_events") == 5
    daemon.request("POST", "/0.1/personal", json={"firstname": "Ada"})
    assert value(daemon, "dird_outbox_events") == 6
    for direction in ("publisher", "consumer"):
        assert value(daemon, "dird_bus_up", direction=direction) == 0


def test_a_path_that_is_nobodys_is_counted_without_its_name(daemon):
    daemon.get("/no/such/path")
    assert value(daemon, "dird_request_seconds_count", endpoint="none", status="404") == 1


def test_only_the_master_tenant_may_read_what_concerns_all(daemon):
    assert daemon.get("/metrics", token=None).status_code == 401
    assert daemon.get("/metrics", token="stranger").status_code == 401
