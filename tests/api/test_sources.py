"""/sources and /backends/B/sources, without the fields of each backend (contract sections 2.7 and 2.8)."""

import pytest

from api.conftest import CHILD, Daemon, configuration
from api.rest import UNKNOWN, check_error, create, error_at, names
from waiting import wait_until

CSV = "/backends/csv/sources"
IN_CHILD = {"Wazo-Tenant": CHILD}


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


def csv(name, **changes):
    return {"name": name, "file": "crew.csv", **changes}


def test_all_sources_are_listed_with_exactly_four_keys(daemon):
    create(daemon, "/backends/google/sources", {"name": "goog"})
    response = daemon.get("/sources")
    assert set(response.json) == {"total", "filtered", "items"}
    assert [set(item) for item in response.json["items"]] == [{"uuid", "tenant_uuid", "name", "backend"}] * 2
    assert [(item["name"], item["backend"]) for item in response.json["items"]] == [
        ("crew", "csv"),
        ("goog", "google"),
    ]


def test_the_total_counts_all_backends_whatever_the_filter(daemon):
    create(daemon, "/backends/google/sources", {"name": "goog"})
    response = daemon.get("/sources", backend="google")
    assert (response.json["total"], response.json["filtered"]) == (2, 1)
    assert names(response) == ["goog"]
    assert names(daemon.get("/sources", backend="nowhere")) == []
    assert names(daemon.get("/sources", order="backend", direction="desc")) == ["goog", "crew"]


def test_the_list_of_a_backend_counts_its_own_sources_only(daemon):
    create(daemon, "/backends/google/sources", {"name": "goog"})
    response = daemon.get("/backends/google/sources")
    assert (response.json["total"], response.json["filtered"]) == (1, 1)
    assert names(response) == ["goog"]


def test_a_source_of_another_backend_is_unknown(daemon):
    uuid = create(daemon, "/backends/google/sources", {"name": "goog"})["uuid"]
    for method, arguments in (("GET", {}), ("PUT", {"json": csv("x")}), ("DELETE", {})):
        response = daemon.request(method, f"/0.1{CSV}/{uuid}", **arguments)
        assert check_error(response, 404, "unknown-source", "sources") == {"uuid": uuid}


def test_a_name_is_unique_in_its_tenant_over_all_backends(daemon):
    create(daemon, CSV, csv("n"))
    google = create(daemon, "/backends/google/sources", {"name": "goog"})
    for response in (
        daemon.request("POST", f"/0.1{CSV}", json=csv("n")),
        daemon.request("POST", "/0.1/backends/google/sources", json={"name": "n"}),
        daemon.request("PUT", f"/0.1/backends/google/sources/{google['uuid']}", json={"name": "n"}),
        daemon.request("POST", f"/0.1{CSV}", json=csv("crew")),
    ):
        details = check_error(response, 409, "conflict", "sources")
        assert error_at(details, "name") == {"constraint_id": "unique"}
    create(daemon, CSV, csv("n"), headers=IN_CHILD)
    create(daemon, CSV, csv("n"), token="other-tenant")


def test_a_replacement_resets_what_it_leaves_out(daemon):
    given = {"searched_columns": ["b", "a"], "format_columns": {"x": "{y}"}, "unique_column": "id"}
    source = create(daemon, CSV, csv("n", separator=";", **given))
    assert source["searched_columns"] == ["b", "a"]
    assert daemon.request("PUT", f"/0.1{CSV}/{source['uuid']}", json=csv("m")).status_code == 204
    assert daemon.get(f"{CSV}/{source['uuid']}").json == {
        "uuid": source["uuid"],
        "tenant_uuid": source["tenant_uuid"],
        "name": "m",
        "file": "crew.csv",
        "separator": ",",
        "unique_column": None,
        "searched_columns": [],
        "first_matched_columns": [],
        "format_columns": {},
    }


@pytest.fixture
def profile(daemon):
    """Create a source, and a profile `p` that looks in it."""
    source = create(daemon, CSV, csv("one", searched_columns=["lastname"]))
    display = create(daemon, "/displays", {"name": "d", "columns": [{"field": "shown", "default": "-"}]})
    services = {name: {"sources": [source]} for name in ("lookup", "favorites")}
    profile = create(daemon, "/profiles", {"name": "p", "display": display, "services": services})
    return {"uuid": profile["uuid"], "source": f"/0.1{CSV}/{source['uuid']}", "source_uuid": source["uuid"]}


def lookup(daemon):
    results = daemon.get("/directories/lookup/p", term="stern").json["results"]
    return [(result["source"], result["column_values"][0]) for result in results]


def test_an_edit_is_used_by_the_very_next_lookup(daemon, profile):
    assert lookup(daemon) == [("one", "-")]
    edited = csv("two", searched_columns=["lastname"], format_columns={"shown": "{firstname}!"})
    assert daemon.request("PUT", profile["source"], json=edited).status_code == 204
    assert lookup(daemon) == [("two", "Ada!")]
    assert daemon.request("PUT", profile["source"], json=csv("two")).status_code == 204
    assert lookup(daemon) == []


def test_a_removed_source_is_gone_from_profiles_lookups_and_the_status(daemon, profile):
    assert lookup(daemon) == [("one", "-")]
    assert profile["source_uuid"] in daemon.get("/status").json["sources"]
    assert daemon.request("DELETE", profile["source"]).status_code == 204
    assert lookup(daemon) == []
    services = daemon.get(f"/profiles/{profile['uuid']}").json["services"]
    assert [service["sources"] for service in services.values()] == [[], []]
    assert names(daemon.get("/directories/p/sources")) == []
    wait_until(lambda: profile["source_uuid"] not in daemon.get("/status").json["sources"])


def test_a_new_source_is_opened_before_its_first_question(daemon):
    uuid = create(daemon, CSV, csv("one"))["uuid"]
    wait_until(lambda: uuid in daemon.get("/status").json["sources"])


def test_edits_are_used_by_other_processes_without_a_restart(daemon, profile, tmp_path):
    with Daemon(configuration(tmp_path, db_uri=daemon.config["db_uri"])) as other:
        assert lookup(other) == [("one", "-")]
        renamed = csv("two", searched_columns=["lastname"])
        assert daemon.request("PUT", profile["source"], json=renamed).status_code == 204
        wait_until(lambda: lookup(other) == [("two", "-")])
        columns = [{"field": "x", "default": "new"}]
        display = create(daemon, "/displays", {"name": "e", "columns": columns})
        edited = {"name": "q", "display": display, "services": {"lookup": {}}}
        path = f"/0.1/profiles/{profile['uuid']}"
        assert daemon.request("PUT", path, json=edited).status_code == 204
        wait_until(lambda: other.get("/directories/lookup/p/headers").status_code == 404)
        assert other.get("/directories/lookup/q/headers").json["column_headers"] == [None]
        assert daemon.request("DELETE", profile["source"]).status_code == 204
        wait_until(lambda: profile["source_uuid"] not in other.get("/status").json["sources"])


class TestPhonebookSources:
    """Sources of phonebooks, which are named after and removed with their phonebook (contract section 2.9)."""

    PATH = "/backends/phonebook/sources"

    @pytest.fixture
    def phonebook(self, daemon):
        return create(daemon, "/phonebooks", {"name": "team", "description": "All of us"})

    def test_it_shows_the_phonebook(self, daemon, phonebook):
        body = {"phonebook_uuid": phonebook["uuid"], "name": "ignored", "searched_columns": ["a"]}
        source = create(daemon, self.PATH, body)
        assert source == {
            "uuid": source["uuid"],
            "tenant_uuid": phonebook["tenant_uuid"],
            "name": "team",
            "phonebook_uuid": phonebook["uuid"],
            "phonebook_name": "team",
            "phonebook_description": "All of us",
            "searched_columns": ["a"],
            "first_matched_columns": [],
            "format_columns": {},
        }
        assert daemon.get(f"{self.PATH}/{source['uuid']}").json == source
        assert daemon.get(self.PATH, name="team").json["items"] == [source]

    @pytest.mark.parametrize("name", [None, 42, "", "x" * 1000, ["x"]])
    def test_its_name_is_ignored_whatever_it_is(self, daemon, phonebook, name):
        body = {"phonebook_uuid": phonebook["uuid"], "name": name}
        assert create(daemon, self.PATH, body)["name"] == "team"

    def test_several_can_share_a_phonebook_and_so_a_name(self, daemon, phonebook):
        body = {"phonebook_uuid": phonebook["uuid"]}
        create(daemon, "/backends/csv/sources", csv("team"))
        assert {create(daemon, self.PATH, body)["name"] for _ in range(2)} == {"team"}
        assert names(daemon.get("/sources", name="team")) == ["team"] * 3

    def test_it_follows_the_phonebooks_name_and_description(self, daemon, phonebook):
        source = create(daemon, self.PATH, {"phonebook_uuid": phonebook["uuid"]})
        renamed = {"name": "crowd", "description": "More of us"}
        path = f"/0.1/phonebooks/{phonebook['uuid']}"
        assert daemon.request("PUT", path, json=renamed).status_code == 200
        shown = daemon.get(f"{self.PATH}/{source['uuid']}").json
        assert (shown["name"], shown["phonebook_name"]) == ("crowd", "crowd")
        assert shown["phonebook_description"] == "More of us"
        assert names(daemon.get("/sources", name="crowd", search="row")) == ["crowd"]

    def test_it_is_removed_with_its_phonebook(self, daemon, phonebook):
        source = create(daemon, self.PATH, {"phonebook_uuid": phonebook["uuid"]})
        services = {"lookup": {"sources": [source]}}
        profile = create(daemon, "/profiles", {"name": "p", "services": services})
        assert daemon.request("DELETE", f"/0.1/phonebooks/{phonebook['uuid']}").status_code == 204
        check_error(daemon.get(f"{self.PATH}/{source['uuid']}"), 404, "unknown-source", "sources")
        services = daemon.get(f"/profiles/{profile['uuid']}").json["services"]
        assert services["lookup"]["sources"] == []

    def test_a_phonebook_that_the_tenant_does_not_have_is_a_404_of_its_own(self, daemon, phonebook):
        def missing(response, uuid, tenant_uuid):
            details = check_error(response, 404, "unknown-phonebook", self.PATH)
            assert details == {"phonebook_key": {"uuid": uuid}, "visible_tenants": [tenant_uuid]}

        tenant = phonebook["tenant_uuid"]
        unknown, known = {"phonebook_uuid": UNKNOWN}, {"phonebook_uuid": phonebook["uuid"]}
        missing(daemon.request("POST", f"/0.1{self.PATH}", json=unknown), UNKNOWN, tenant)
        elsewhere = daemon.request("POST", f"/0.1{self.PATH}", json=known, headers=IN_CHILD)
        missing(elsewhere, phonebook["uuid"], CHILD)
        source = create(daemon, self.PATH, known)
        replaced = daemon.request("PUT", f"/0.1{self.PATH}/{source['uuid']}", json=unknown)
        missing(replaced, UNKNOWN, tenant)
        assert daemon.get(f"{self.PATH}/{source['uuid']}").json == source
