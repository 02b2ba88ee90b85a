"""/directories/<profile>/sources (contract section 2.11)."""

import pytest

from api.conftest import CHILD
from api.rest import check_error, create, names

IN_CHILD = {"Wazo-Tenant": CHILD}


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


def test_the_sources_of_a_profile_are_listed_once_each(daemon):
    sources = [create(daemon, "/backends/csv/sources", {"name": name, "file": "crew.csv"}) for name in "ab"]
    services = {"lookup": {"sources": sources}, "reverse": {"sources": sources[:1]}, "x": {}}
    create(daemon, "/profiles", {"name": "p", "services": services})
    expected = [
        {**{key: source[key] for key in ("uuid", "tenant_uuid", "name")}, "backend": "csv"}
        for source in sources
    ]
    answer = daemon.get("/directories/p/sources")
    assert answer.json == {"total": 2, "filtered": 2, "items": expected}


def test_the_sources_of_a_profile_are_ordered_searched_and_cut(daemon):
    google = create(daemon, "/backends/google/sources", {"name": "élan"})
    csv = [create(daemon, "/backends/csv/sources", {"name": name, "file": "f"}) for name in ("zoo", "Eden")]
    create(daemon, "/profiles", {"name": "p", "services": {"lookup": {"sources": [*csv, google]}}})

    def listed(**query):
        response = daemon.get("/directories/p/sources", **query)
        assert response.json["total"] == 3
        return response.json["filtered"], names(response)

    assert listed() == (3, ["Eden", "élan", "zoo"])
    assert listed(direction="desc") == (3, ["zoo", "élan", "Eden"])
    assert listed(order="backend", direction="desc", limit=1) == (3, ["élan"])
    assert listed(search="GOOG") == (1, ["élan"])
    assert listed(search="ZO") == (1, ["zoo"])
    assert listed(search="E\u0301L") == (1, ["élan"])
    assert listed(search="%") == (0, [])
    assert listed(backend="csv", offset=1) == (2, ["zoo"])
    assert listed(uuid=google["uuid"]) == (1, ["élan"])
    assert listed(name="zoo", limit=0) == (1, [])
    assert listed(offset=10) == (3, [])
    assert listed(offset=10**30, limit=10**30) == (3, [])


@pytest.mark.parametrize("name", ["nowhere", "\0", "😀"])
def test_the_sources_of_an_unknown_profile_are_a_404_that_names_it(daemon, name):
    response = daemon.get(f"/directories/{name.replace(chr(0), '%00')}/sources")
    assert check_error(response, 404, "unknown-profile", "profiles") == {"uuid": name}


def test_the_profile_is_looked_for_in_the_scope_tenant_only(daemon):
    assert daemon.get("/directories/default/sources").status_code == 200
    assert daemon.get("/directories/default/sources", headers=IN_CHILD).status_code == 404
    assert daemon.get("/directories/default/sources", token="other-tenant").status_code == 404


@pytest.mark.parametrize("query", [{"limit": "-1"}, {"order": "uuid"}, {"direction": "x"}, {"offset": ""}])
def test_bad_parameters_are_a_modern_400(daemon, query):
    check_error(daemon.get("/directories/default/sources", **query), 400, "invalid-data")


def test_literal_words_of_the_path_win_over_profile_names(daemon):
    response = daemon.get("/directories/lookup/sources", term="a")
    assert "reason" in response.json
    details = check_error(daemon.get("/directories/x.y/sources", token="reader"), 401, "unauthorized")
    assert details["required_access"] == "dird.directories.x_y.sources.read"
