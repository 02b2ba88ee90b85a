"""Favorites over REST (contract sections 2.1, 3.3 and 3.4)."""

import pytest

from api.conftest import CHILD, OTHER, USER, Daemon, configuration, csv_source
from api.favorites import LISTING, LOOKUP, favorite, favorites, marked, results
from api.legacy import common_reasons
from api.personal import assert_refused
from waiting import wait_until


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


def test_a_favorite_is_marked_in_lookups_and_listed_until_it_is_removed(daemon):
    added = favorite(daemon, "PUT", "crew/17")
    assert (added.status_code, added.data, added.content_type) == (204, b"", "application/json")
    assert marked(daemon) == marked(daemon, f"{LOOKUP}/{USER}") == {"17"}
    assert favorites(daemon) == [("crew", "17")]
    removed = favorite(daemon, "DELETE", "crew/17")
    assert (removed.status_code, removed.data, removed.content_type) == (204, b"", "application/json")
    assert marked(daemon) == set()
    assert favorites(daemon) == []


def test_the_listing_has_the_shape_of_a_lookup_without_its_term(daemon):
    favorite(daemon, "PUT", "crew/17")
    lookup = daemon.get(LOOKUP, term="stern").json
    listing = daemon.get(LISTING).json
    assert lookup.pop("term") == "stern"
    assert listing == lookup
    assert listing["results"][0]["column_values"] == [
        "Ada Stern",
        "2045",
        True,
        False,
        "+33 1 44 55",
        "ground",
    ]


def test_a_second_put_is_a_conflict_and_changes_nothing(daemon):
    assert favorite(daemon, "PUT", "crew/17").status_code == 204
    assert_refused(favorite(daemon, "PUT", "crew/17"), 409, "17", "crew")
    assert favorites(daemon) == [("crew", "17")]


def test_an_unknown_contact_can_be_a_favorite_and_is_not_listed(daemon):
    assert favorite(daemon, "PUT", "crew/unknown").status_code == 204
    assert favorites(daemon) == []
    assert favorite(daemon, "DELETE", "crew/unknown").status_code == 204


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_unknown_source_is_a_legacy_404_that_names_it(daemon, method):
    assert_refused(favorite(daemon, method, "nowhere/17"), 404, "source", "nowhere")
    assert_refused(favorite(daemon, method, "no%00where/17"), 404, "source")


def test_removing_a_contact_that_is_no_favorite_is_a_404(daemon):
    assert_refused(favorite(daemon, "DELETE", "crew/17"), 404, "17")
    assert_refused(favorite(daemon, "DELETE", "crew/%00"), 404)


def test_a_contact_id_with_nul_is_refused_on_every_store(daemon):
    assert_refused(favorite(daemon, "PUT", "crew/1%007"), 400, "contact")


ODD_IDS = ["é", "%F0%9F%98%80", "a.b", "x%20y", "100%25_", "%22'", "uid=1,ou=x", "%E2%80%AE", "9" * 9000]


def test_any_text_can_be_a_contact_id(daemon):
    for contact in ODD_IDS:
        assert favorite(daemon, "PUT", f"crew/{contact}").status_code == 204
        assert favorite(daemon, "PUT", f"crew/{contact}").status_code == 409
        assert favorite(daemon, "DELETE", f"crew/{contact}").status_code == 204


@pytest.mark.parametrize("name", ["a/b", "a//b", "favorites/x", "lookup", "ü %", "sources"])
def test_a_source_name_may_have_slashes_in_the_url(tmp_path, db_uri, name):
    config = configuration(tmp_path, [csv_source(name=name)], ["crew", name], db_uri=db_uri)
    with Daemon(config) as daemon:
        assert favorite(daemon, "PUT", f"{name}/18").status_code == 204
        assert favorites(daemon) == [(name, "18")]
        assert favorite(daemon, "DELETE", f"{name}/18").status_code == 204


def test_only_sources_in_the_favorites_service_are_marked_and_listed(tmp_path, db_uri):
    config = configuration(
        tmp_path, [csv_source(name="desk"), csv_source(name="far")], ["crew"], db_uri=db_uri
    )
    services = config["provisioning"]["profiles"][0]["services"]
    config["provisioning"]["profiles"][0]["services"] = {
        **services,
        "lookup": {"sources": ["desk", "crew", "far"]},
        "favorites": {"sources": ["far", "crew"]},
    }
    with Daemon(config) as daemon:
        for source in ("crew", "desk", "far"):
            favorite(daemon, "PUT", f"{source}/17")
        favorite(daemon, "PUT", "crew/19")
        shown = [(source, entry) for source, entry, values in results(daemon, LOOKUP, term="") if values[2]]
        assert shown == [("crew", "17"), ("crew", "19"), ("far", "17")]
        assert favorites(daemon) == [("far", "17"), ("crew", "17"), ("crew", "19")]


def test_an_unknown_profile_is_a_legacy_404_that_names_it(daemon):
    assert_refused(daemon.get("/directories/favorites/nowhere"), 404, "profile", "nowhere")
    assert_refused(daemon.get("/directories/favorites/no%00where"), 404, "profile")


def test_no_favorites_service_is_a_404_and_no_sources_an_empty_list(tmp_path, db_uri):
    config = configuration(tmp_path, db_uri=db_uri)
    config["provisioning"]["profiles"] += [
        {"tenant": "main", "name": "none", "display": "desk", "services": {"lookup": {"sources": ["crew"]}}},
        {"tenant": "main", "name": "idle", "display": "desk", "services": {"favorites": {"sources": []}}},
    ]
    with Daemon(config) as daemon:
        favorite(daemon, "PUT", "crew/17")
        assert_refused(daemon.get("/directories/favorites/none"), 404, "profile", "none", "favorites")
        assert marked(daemon, "/directories/lookup/none") == set()
        idle = daemon.get("/directories/favorites/idle")
        assert (idle.status_code, idle.json["results"]) == (200, [])
        assert idle.json["column_headers"][0] == "Name"


def test_a_profile_without_a_display_lists_favorites_without_columns(daemon):
    favorite(daemon, "PUT", "crew/17")
    response = daemon.get("/directories/favorites/bare")
    assert response.status_code == 200
    assert response.json["column_headers"] == response.json["column_types"] == []
    assert [result["column_values"] for result in response.json["results"]] == [[]]


def test_a_source_without_a_unique_column_has_no_favorites(tmp_path, db_uri):
    config = configuration(tmp_path, [csv_source(name="loose", unique_column=None)], ["loose"], db_uri=db_uri)
    with Daemon(config) as daemon:
        assert favorite(daemon, "PUT", "loose/17").status_code == 204
        assert marked(daemon) == set()
        assert favorites(daemon) == []


def test_a_token_without_a_user_cannot_add_and_has_no_favorites(daemon):
    favorite(daemon, "PUT", "crew/17")
    common_reasons(favorite(daemon, "PUT", "crew/18", token="userless"), 401)
    assert_refused(favorite(daemon, "DELETE", "crew/17", token="userless"), 404)
    assert favorites(daemon, token="userless") == []
    assert marked(daemon, token="userless") == set()
    assert favorites(daemon) == [("crew", "17")]


def test_lookups_mark_the_favorites_of_the_user_of_the_path(daemon):
    favorite(daemon, "PUT", "crew/17")
    assert marked(daemon, f"{LOOKUP}/{USER}", token="userless") == {"17"}
    for user in ("another-user", "%00", "x" * 5000):
        assert marked(daemon, f"{LOOKUP}/{user}") == set()


def test_sources_of_other_tenants_are_unknown(daemon):
    assert_refused(favorite(daemon, "PUT", "crew/17", token="other-tenant"), 404)
    assert_refused(favorite(daemon, "PUT", "crew/17", headers={"Wazo-Tenant": CHILD}), 404)
    assert favorite(daemon, "PUT", "crew/17", headers={"Wazo-Tenant": OTHER}).status_code == 401
    favorite(daemon, "PUT", "crew/17")
    assert_refused(favorite(daemon, "DELETE", "crew/17", headers={"Wazo-Tenant": CHILD}), 404)
    assert favorites(daemon) == [("crew", "17")]


def source(daemon, method, uuid="", **body):
    path = f"/0.1/backends/csv/sources{uuid and '/'}{uuid}"
    return daemon.request(method, path, json={**csv_source(name="team"), **body})


def test_a_favorite_stays_when_its_source_is_renamed_until_its_removal(daemon):
    uuid = source(daemon, "POST", file=crew_file(daemon)).json["uuid"]
    profile = {
        "name": "team",
        "services": {name: {"sources": [{"uuid": uuid}]} for name in ("lookup", "favorites")},
        "display": {"uuid": daemon.get("/displays").json["items"][0]["uuid"]},
    }
    assert daemon.request("POST", "/0.1/profiles", json=profile).status_code == 201
    lookup, listing = "/directories/lookup/team", "/directories/favorites/team"
    favorite(daemon, "PUT", "team/17")
    assert (marked(daemon, lookup), favorites(daemon, listing)) == ({"17"}, [("team", "17")])

    assert source(daemon, "PUT", uuid, name="squad", file=crew_file(daemon)).status_code == 204
    assert (marked(daemon, lookup), favorites(daemon, listing)) == ({"17"}, [("squad", "17")])
    assert_refused(favorite(daemon, "PUT", "team/17"), 404)
    assert_refused(favorite(daemon, "PUT", "squad/17"), 409)

    assert source(daemon, "DELETE", uuid).status_code == 204
    assert favorites(daemon, listing) == []
    assert source(daemon, "POST", name="squad", file=crew_file(daemon)).status_code == 200
    assert_refused(favorite(daemon, "DELETE", "squad/17"), 404)


def crew_file(daemon):
    found = daemon.get("/backends/csv/sources", search="crew").json["items"]
    return found[0]["file"]


def test_favorites_survive_a_restart(tmp_path, db_uri):
    config = configuration(tmp_path, db_uri=db_uri)
    with Daemon(config) as daemon:
        favorite(daemon, "PUT", "crew/17")
    with Daemon(config) as daemon:
        assert marked(daemon) == {"17"}


def test_a_change_by_one_process_is_shown_by_the_others(tmp_path, db_uri):
    config = configuration(tmp_path, db_uri=db_uri)
    elsewhere = {**config, "state_directory": tmp_path / "elsewhere"}
    with Daemon(config) as first, Daemon(elsewhere) as second:
        assert marked(second) == set()
        favorite(first, "PUT", "crew/17")
        wait_until(lambda: marked(second) == {"17"})
