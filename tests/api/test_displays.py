"""/displays (contract section 2.5)."""

import pytest

from api.rest import NOT_NULL, REQUIRED, check_error, create, error_at, names, of_type

COLUMN = {"field": "name", "title": "Name", "type": "name", "default": "?", "number_display": "{name}"}
NULLS = dict.fromkeys(COLUMN)


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


def test_a_display_has_four_keys_and_each_column_five_in_its_order(daemon):
    columns = [COLUMN, {"type": "favorite"}, {"field": "x", "title": None}, {"default": "", "surprise": 1}]
    display = create(daemon, "/displays", {"name": "Desk", "columns": columns})
    assert set(display) == {"uuid", "tenant_uuid", "name", "columns"}
    assert display["columns"] == [
        COLUMN,
        {**NULLS, "type": "favorite"},
        {**NULLS, "field": "x"},
        {**NULLS, "default": ""},
    ]
    assert daemon.get(f"/displays/{display['uuid']}").json == display
    assert daemon.get("/displays", name="Desk").json["items"] == [display]


def test_names_are_not_unique(daemon):
    body = {"name": "Desk", "columns": [COLUMN]}
    assert create(daemon, "/displays", body)["uuid"] != create(daemon, "/displays", body)["uuid"]
    assert names(daemon.get("/displays", name="Desk")) == ["Desk", "Desk"]


@pytest.mark.parametrize(
    ("columns", "path", "error"),
    [
        ([], ["columns"], [{"constraint_id": "length", "constraint": {"min": 1, "max": None}}]),
        (None, ["columns"], NOT_NULL),
        ("text", ["columns"], of_type("list")),
        ({}, ["columns"], of_type("list")),
        ([COLUMN, {"field": 1}], ["columns", "1", "field"], of_type("string")),
        ([{"number_display": []}], ["columns", "0", "number_display"], of_type("string")),
        ([None], ["columns", "0"], NOT_NULL),
        (["text"], ["columns", "0"], of_type("dict")),
        ([{}], ["columns", "0", "_schema"], [str]),
        ([{"surprise": 1}], ["columns", "0", "_schema"], [str]),
    ],
)
def test_bad_columns_are_reported_by_their_position(daemon, columns, path, error):
    uuid = create(daemon, "/displays", {"name": "n", "columns": [COLUMN]})["uuid"]
    for method, url in (("POST", "/0.1/displays"), ("PUT", f"/0.1/displays/{uuid}")):
        response = daemon.request(method, url, json={"name": "n", "columns": columns})
        assert error_at(check_error(response, 400, "invalid-data"), *path) == error


def test_all_errors_are_reported_together(daemon):
    details = check_error(daemon.request("POST", "/0.1/displays", json={}), 400, "invalid-data")
    assert {field: error_at(details, field) for field in details} == {"name": REQUIRED, "columns": REQUIRED}


def test_a_replaced_display_shows_in_the_next_lookup(daemon):
    display = create(daemon, "/displays", {"name": "d", "columns": [{"title": "One", "field": "firstname"}]})
    crew = daemon.get("/sources", name="crew").json["items"][0]
    profile = {"name": "p", "display": display, "services": {"lookup": {"sources": [crew]}}}
    create(daemon, "/profiles", profile)
    assert daemon.get("/directories/lookup/p", term="stern").json["column_headers"] == ["One"]
    columns = [{"title": "Two", "field": "lastname"}, {"field": "nothing", "default": "-"}]
    item = f"/0.1/displays/{display['uuid']}"
    assert daemon.request("PUT", item, json={"name": "d", "columns": columns}).status_code == 204
    answer = daemon.get("/directories/lookup/p", term="stern").json
    assert answer["column_headers"] == ["Two", None]
    assert answer["results"][0]["column_values"] == ["Stern", "-"]


def test_a_removed_display_leaves_its_profiles_without_one(daemon):
    display = create(daemon, "/displays", {"name": "d", "columns": [COLUMN]})
    profile = create(daemon, "/profiles", {"name": "p", "display": display, "services": {}})
    assert daemon.get("/directories/lookup/p/headers").json["column_headers"] == ["Name"]
    assert daemon.request("DELETE", f"/0.1/displays/{display['uuid']}").status_code == 204
    assert daemon.get(f"/profiles/{profile['uuid']}").json["display"] is None
    assert daemon.get("/directories/lookup/p/headers").json["column_headers"] == []
