"""/profiles (contract section 2.6)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest

from api.conftest import CHILD
from api.rest import NOT_NULL, REQUIRED, UNKNOWN, check_error, create, error_at, length, names, of_type
from waiting import TIMEOUT
from xivo_dird.profiles.model import MAX_SOURCES

IN_CHILD = {"Wazo-Tenant": CHILD}


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


@pytest.fixture
def sources(daemon):
    """Create two sources, and return them as clients see them."""
    return [
        create(daemon, "/backends/csv/sources", {"name": name, "file": "crew.csv"}) for name in ("a", "b")
    ]


@pytest.fixture
def display(daemon):
    return create(daemon, "/displays", {"name": "d", "columns": [{"field": "name"}]})


def references(*resources):
    return [{"uuid": resource["uuid"]} for resource in resources]


def post(daemon, body, **arguments):
    return daemon.request("POST", "/0.1/profiles", json=body, **arguments)


def test_a_profile_shows_its_display_and_sources_by_uuid_alone(daemon, sources, display):
    body = {
        "name": "p",
        "display": display,
        "services": {
            "lookup": {"sources": sources, "options": {"timeout": 2.5}},
            "favorites": {"sources": sources[::-1]},
            "reverse": {"options": {}},
            "anything": None,
        },
    }
    profile = create(daemon, "/profiles", body)
    assert set(profile) == {"uuid", "tenant_uuid", "name", "display", "services"}
    assert profile["display"] == {"uuid": display["uuid"]}
    assert profile["services"] == {
        "lookup": {"sources": references(*sources), "options": {"timeout": 2.5}},
        "favorites": {"sources": references(*sources[::-1]), "options": {}},
        "reverse": {"sources": [], "options": {"timeout": None}},
        "anything": {"sources": [], "options": {}},
    }
    assert daemon.get(f"/profiles/{profile['uuid']}").json == profile
    assert daemon.get("/profiles", name="p").json["items"] == [profile]


def test_an_unset_display_is_absent_at_the_creation_and_null_later(daemon):
    profile = create(daemon, "/profiles", {"name": "p", "services": {}})
    assert "display" not in profile
    assert daemon.get(f"/profiles/{profile['uuid']}").json["display"] is None
    assert daemon.get("/profiles", name="p").json["items"][0]["display"] is None


def test_a_replacement_without_a_display_removes_it(daemon, display):
    profile = create(daemon, "/profiles", {"name": "p", "display": display, "services": {"lookup": {}}})
    item = f"/profiles/{profile['uuid']}"
    assert daemon.request("PUT", f"/0.1{item}", json={"name": "q", "services": {}}).status_code == 204
    replaced = daemon.get(item).json
    assert (replaced["name"], replaced["display"], replaced["services"]) == ("q", None, {})


def test_the_same_source_twice_is_stored_once(daemon, sources):
    body = {"name": "p", "services": {"lookup": {"sources": [*sources, sources[0]]}}}
    uuid = create(daemon, "/profiles", body)["uuid"]
    assert daemon.get(f"/profiles/{uuid}").json["services"]["lookup"]["sources"] == references(*sources)


@pytest.mark.parametrize(("timeout", "shown"), [(1, 1.0), ("3.14", 3.14), (0.001, 0.001), (None, None)])
def test_a_timeout_may_be_any_number_above_0_or_null(daemon, timeout, shown):
    body = {"name": "p", "services": {"lookup": {"options": {"timeout": timeout}}}}
    assert create(daemon, "/profiles", body)["services"]["lookup"]["options"] == {"timeout": shown}


ABOVE_0 = [{"constraint_id": "range", "constraint": {"min": 0}}]


@pytest.mark.parametrize(
    ("change", "path", "error"),
    [
        ({"services": None}, ["services"], NOT_NULL),
        ({"services": []}, ["services"], of_type("dict")),
        ({"services": ["lookup"]}, ["services"], of_type("dict")),
        ({"services": {"lookup": 1}}, ["services"], of_type("dict")),
        ({"services": {"lookup": {"surprise": 1}}}, ["services", "surprise"], [str]),
        ({"services": {"lookup": {"surprise": None}}}, ["services", "surprise"], [str]),
        ({"services": {"lookup": {"sources": None}}}, ["services", "sources"], NOT_NULL),
        ({"services": {"lookup": {"sources": {}}}}, ["services", "sources"], of_type("list")),
        ({"services": {"lookup": {"sources": [{}]}}}, ["services", "sources", "0", "uuid"], REQUIRED),
        (
            {"services": {"lookup": {"sources": [{"uuid": "x"}]}}},
            ["services", "sources", "0", "uuid"],
            of_type("uuid"),
        ),
        ({"services": {"lookup": {"sources": ["x"]}}}, ["services", "sources", "0"], of_type("dict")),
        ({"services": {"lookup": {"options": None}}}, ["services", "options"], NOT_NULL),
        ({"services": {"lookup": {"options": []}}}, ["services", "options"], of_type("dict")),
        ({"services": {"lookup": {"options": {"max": 1}}}}, ["services", "options", "max"], [str]),
        ({"services": {"x": {"options": {"timeout": 0}}}}, ["services", "options", "timeout"], ABOVE_0),
        ({"services": {"x": {"options": {"timeout": -1}}}}, ["services", "options", "timeout"], ABOVE_0),
        ({"services": {"x": {"options": {"timeout": "soon"}}}}, ["services", "options", "timeout"], [str]),
        ({"services": {"x": {"options": {"timeout": True}}}}, ["services", "options", "timeout"], [str]),
        ({"services": {"x": {"options": {"timeout": "nan"}}}}, ["services", "options", "timeout"], [str]),
        ({"display": None}, ["display"], NOT_NULL),
        ({"display": {}}, ["display", "uuid"], REQUIRED),
        ({"display": {"uuid": None}}, ["display", "uuid"], NOT_NULL),
        ({"display": {"uuid": "x"}}, ["display", "uuid"], of_type("uuid")),
        ({"display": {"uuid": 1}}, ["display", "uuid"], of_type("uuid")),
        ({"display": UNKNOWN}, ["display"], of_type("dict")),
        ({"name": ""}, ["name"], length(1, 512)),
    ],
)
def test_an_error_of_a_service_is_reported_without_its_name(daemon, change, path, error):
    for method, url in (("POST", "/0.1/profiles"), ("PUT", item_of(daemon))):
        response = daemon.request(method, url, json={"name": "q", "services": {}, **change})
        assert error_at(check_error(response, 400, "invalid-data"), *path) == error


def test_services_are_required(daemon):
    details = check_error(post(daemon, {"name": "p"}), 400, "invalid-data")
    assert error_at(details, "services") == REQUIRED


def test_an_unknown_display_or_source_is_a_400_shaped_like_its_404(daemon, sources):
    for method, url in (("POST", "/0.1/profiles"), ("PUT", item_of(daemon))):
        for change, kind, resource in (
            ({"display": {"uuid": UNKNOWN}}, "unknown-display", "displays"),
            ({"services": {"x": {"sources": [sources[0], {"uuid": UNKNOWN}]}}}, "unknown-source", "sources"),
        ):
            response = daemon.request(method, url, json={"name": "q", "services": {}, **change})
            assert check_error(response, 400, kind, resource) == {"uuid": UNKNOWN}
    assert names(daemon.get("/profiles", name="q")) == []


def item_of(daemon):
    return f"/0.1/profiles/{create(daemon, '/profiles', {'name': 'p', 'services': {}})['uuid']}"


def test_display_and_sources_are_of_the_profiles_own_tenant(daemon, sources, display):
    for change, kind, resource in (
        ({"display": display}, "unknown-display", "displays"),
        ({"services": {"lookup": {"sources": sources}}}, "unknown-source", "sources"),
    ):
        body = {"name": "p", "services": {}, **change}
        check_error(post(daemon, body, headers=IN_CHILD), 400, kind, resource)
        check_error(post(daemon, body, token="other-tenant"), 400, kind, resource)
    child = create(daemon, "/profiles", {"name": "p", "services": {}}, headers=IN_CHILD)
    response = daemon.request(
        "PUT", f"/0.1/profiles/{child['uuid']}", json={"name": "p", "display": display, "services": {}}
    )
    check_error(response, 400, "unknown-display", "displays")


def test_a_name_is_unique_in_its_tenant(daemon):
    create(daemon, "/profiles", {"name": "p", "services": {}})
    other = create(daemon, "/profiles", {"name": "q", "services": {}})
    for response in (
        post(daemon, {"name": "p", "services": {}}),
        daemon.request("PUT", f"/0.1/profiles/{other['uuid']}", json={"name": "p", "services": {}}),
        post(daemon, {"name": "default", "services": {}}),
    ):
        details = check_error(response, 409, "conflict", "profiles")
        assert error_at(details, "name") == {"constraint_id": "unique"}
    create(daemon, "/profiles", {"name": "p", "services": {}}, headers=IN_CHILD)
    create(daemon, "/profiles", {"name": "p", "services": {}}, token="other-tenant")
    same = daemon.request("PUT", f"/0.1/profiles/{other['uuid']}", json={"name": "q", "services": {}})
    assert same.status_code == 204


def test_a_renamed_profile_is_found_by_its_new_name_at_once(daemon):
    item = item_of(daemon)
    assert daemon.get("/directories/lookup/p", term="a").status_code == 200
    assert daemon.request("PUT", item, json={"name": "q", "services": {}}).status_code == 204
    assert daemon.get("/directories/lookup/p", term="a").status_code == 404
    assert daemon.get("/directories/lookup/q", term="a").status_code == 200
    assert daemon.request("DELETE", item).status_code == 204
    assert daemon.get("/directories/lookup/q", term="a").status_code == 404


def test_as_many_sources_as_a_service_may_have_are_reported_as_unknown(daemon):
    many = [{"uuid": str(UUID(int=number))} for number in range(MAX_SOURCES)]
    response = post(daemon, {"name": "p", "services": {"lookup": {"sources": many}}})
    assert check_error(response, 400, "unknown-source", "sources") == many[0]


def test_one_of_several_concurrent_requests_gets_a_name(daemon):
    barrier = Barrier(4, timeout=TIMEOUT)

    def create_profile(_number):
        barrier.wait()
        return post(daemon, {"name": "p", "services": {"lookup": {}}}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(create_profile, range(4))) == [201, 409, 409, 409]
