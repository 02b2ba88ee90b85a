"""GET /metrics: metrics for Prometheus."""

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
    """Return the value of the only line with this name and at least these labels."""
    expected = [f'{key}="{text}"' for key, text in labels.items()]
    (found,) = [
        line
        for line in lines(daemon)
        if re.match(rf"{name}[ {{]", line) and all(label in line for label in expected)
    ]
    return float(found.rpartition(" ")[2])


def test_requests_are_counted_and_timed(daemon):
    for _ in range(3):
        daemon.get("/directories/lookup/default", term="stern")
    daemon.get("/directories/lookup/none", term="stern")
    assert value(daemon, "dird_request_seconds_count", endpoint="lookup", status="200") == 3
    assert value(daemon, "dird_request_seconds_count", endpoint="lookup", status="404") == 1
    assert value(daemon, "dird_request_seconds_sum", endpoint="lookup", status="200") > 0


def test_outcomes_are_counted_by_source(daemon):
    crew = {"tenant": TENANT, "source": "crew", "backend": "csv"}
    for _ in range(2):
        daemon.get("/directories/lookup/default", term="stern")
    assert value(daemon, "dird_source_outcomes_total", **crew, status="ok") == 2
    assert value(daemon, "dird_source_outcomes_total", **crew, status="late") == 0
    assert value(daemon, "dird_source_answer_seconds_count", **crew) == 2
    assert value(daemon, "dird_source_breaker_open", **crew) == 0


def test_every_status_of_an_outcome_has_a_label():
    assert set(STATUSES) == set(Status)


def test_size_and_age_of_an_index_are_reported(daemon):
    daemon.get("/directories/lookup/default", term="stern")
    assert value(daemon, "dird_source_snapshot_entries", source="crew") > 0
    assert value(daemon, "dird_source_snapshot_age_seconds", source="crew") >= 0


def test_the_state_of_the_store_is_reported(daemon):
    assert value(daemon, "dird_store_up") == 1


def test_the_outbox_and_the_state_of_the_bus_are_reported(daemon_without_broker):
    daemon = daemon_without_broker
    assert value(daemon, "dird_outbox_events") == 5
    daemon.request("POST", "/0.1/personal", json={"firstname": "Ada"})
    assert value(daemon, "dird_outbox_events") == 6
    for direction in ("publisher", "consumer"):
        assert value(daemon, "dird_bus_up", direction=direction) == 0


def test_a_disabled_bus_is_neither_up_nor_down_and_nothing_waits(daemon):
    assert value(daemon, "dird_outbox_events") == 0
    assert not [line for line in lines(daemon) if line.startswith("dird_bus_up{")]


def test_an_unknown_path_is_counted_without_its_name(daemon):
    daemon.get("/no/such/path")
    assert value(daemon, "dird_request_seconds_count", endpoint="none", status="404") == 1


def test_only_the_master_tenant_may_read_metrics(daemon):
    assert daemon.get("/metrics", token=None).status_code == 401
    assert daemon.get("/metrics", token="other-tenant").status_code == 401
