"""GET /status (contract section 2.12)."""


def test_every_part_is_reported(daemon):
    response = daemon.get("/status")
    assert response.status_code == 200
    assert response.json["rest_api"]["status"] == "ok"
    assert response.json["bus_consumer"]["status"] == "fail"
    assert response.json["master_tenant"]["status"] == "ok"
    assert response.json["store"]["status"] == "ok"
    assert {plugin["status"] for plugin in response.json["plugins"]} == {"ok"}


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
