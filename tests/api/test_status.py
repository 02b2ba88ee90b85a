"""GET /status (contract section 2.12)."""

import pytest

from api.conftest import UNREACHABLE, Daemon, configuration, csv_source
from api.rest import create
from waiting import wait_until

PARTS_THAT_ARE_WELL = {"rest_api", "master_tenant", "store"}


def test_every_part_is_reported(daemon):
    response = daemon.get("/status")
    assert response.status_code == 200
    assert response.json["rest_api"]["status"] == "ok"
    assert response.json["bus_consumer"]["status"] == "fail"
    assert response.json["master_tenant"]["status"] == "ok"
    assert response.json["store"]["status"] == "ok"
    assert {plugin["status"] for plugin in response.json["plugins"]} == {"ok"}


def test_a_part_that_is_well_has_only_a_status(daemon):
    answer = daemon.get("/status").json
    for name in PARTS_THAT_ARE_WELL:
        assert answer[name] == {"status": "ok"}
    assert all(set(plugin) == {"group", "name", "status"} for plugin in answer["plugins"])
    assert "error" not in answer["outbox"]


def test_a_source_has_an_error_only_after_a_failure(tmp_path):
    with Daemon(configuration(tmp_path, [UNREACHABLE], profile_sources=["crew", "staff"])) as daemon:
        assert "error" not in sources(daemon)["staff"]
        daemon.get("/directories/lookup/default", term="stern")
        assert "error" not in sources(daemon)["crew"]
        assert sources(daemon)["staff"]["error"]


def test_an_error_of_a_source_or_its_index_has_a_cause_and_an_action(tmp_path):
    gone = csv_source("gone.csv", name="gone")
    with Daemon(configuration(tmp_path, [UNREACHABLE, gone], profile_sources=["staff", "gone"])) as daemon:
        assert not {"error", "cause", "action"} & sources(daemon)["staff"].keys()
        daemon.get("/directories/lookup/default", term="stern")
        staff, snapshot = sources(daemon)["staff"], sources(daemon)["gone"]["snapshot"]
        crew = sources(daemon)["crew"]
    assert (staff["cause"], staff["action"]) == (
        "refused",
        "nothing listens there: check host and port, and that the server runs",
    )
    assert (snapshot["cause"], "gone.csv" in snapshot["error"]) == ("no such file", True)
    assert snapshot["action"].startswith("check the path")
    assert crew["snapshot"]["error"] is None
    assert not {"cause", "action"} & {*crew, *crew["snapshot"]}


def test_without_a_master_tenant_its_part_has_the_reason(tmp_path):
    config = configuration(tmp_path)
    del config["auth"]["master_tenant_uuid"]
    with Daemon(config) as daemon:
        assert daemon.get("/status").json["master_tenant"] == {
            "status": "fail",
            "error": "it is not known yet",
        }


@pytest.mark.parametrize("part", ["bus_consumer", "bus_publisher"])
def test_a_disabled_bus_is_called_disabled(shared_daemon, part):
    assert shared_daemon.get("/status").json[part] == {
        "status": "fail",  # contract section 2.12: also when the bus is disabled
        "error": "disabled: bus.enabled is false in the configuration",
    }


def test_no_event_waits_while_the_bus_is_disabled(daemon):
    assert daemon.request("POST", "/0.1/personal", json={"firstname": "Ada"}).status_code == 201
    outbox = daemon.get("/status").json["outbox"]
    assert (outbox["status"], outbox["waiting"], outbox["seconds"], outbox["sent_by"]) == ("ok", 0, 0, None)


def test_events_wait_while_the_broker_is_unreachable(daemon_without_broker):
    before = daemon_without_broker.get("/status").json["outbox"]["waiting"]
    daemon_without_broker.request("POST", "/0.1/personal", json={"firstname": "Ada"})
    assert daemon_without_broker.get("/status").json["outbox"]["waiting"] == before + 1


def test_a_source_that_nobody_asks_counts_no_failure_after_edits_of_others(tmp_path, db_uri):
    """A source that can't be opened is opened again at each change of another source, which is no question."""
    config = configuration(tmp_path, db_uri=db_uri)
    with Daemon(config) as daemon:
        create(daemon, "/backends/csv/sources", {"name": "linked", "file": "linked.csv"})
    (tmp_path / "csv" / "linked.csv").symlink_to("/etc/passwd")
    with Daemon(config) as daemon:
        for name in ("a", "b", "c"):
            create(daemon, "/backends/csv/sources", {"name": name, "file": f"{name}.csv"})
        wait_until(lambda: "error" in sources(daemon).get("linked", {}))
        report = sources(daemon)["linked"]
    assert (report["status"], report["counts"]) == ("failed", {})


def sources(daemon, **arguments):
    reports = daemon.get("/status", **arguments).json["sources"]
    return {report["name"]: report for report in reports.values()}


def test_the_outcomes_of_each_source_are_reported(daemon):
    assert daemon.get("/directories/lookup/default", term="stern").status_code == 200
    crew = sources(daemon)["crew"]
    assert (crew["backend"], crew["status"], crew["counts"]) == ("csv", "ok", {"ok": 1})


def test_a_tenant_sees_its_own_sources_only(daemon):
    assert sources(daemon, token="other-tenant") == {}


def test_without_a_token_it_is_a_401(daemon):
    assert daemon.get("/status", token=None).status_code == 401
