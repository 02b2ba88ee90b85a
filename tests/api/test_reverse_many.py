"""POST /directories/reverse: who has each of many numbers."""

import json
from urllib.parse import quote

import pytest

from api.conftest import ADA, SECOND_USER, TENANT, USER
from api.rest import NOT_NULL, REQUIRED, check_error, create, error_at, length, of_type
from xivo_dird.testing import HOSTILE_NUMBERS

MANY = "/0.1/directories/reverse/default"
PATHS = [MANY, f"{MANY}/{USER}"]


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


def ask(daemon, *extens, path=MANY, token="admin", **query):
    return daemon.request("POST", path, token, json={"extens": list(extens)}, query_string=query)


def unknown(exten):
    return {"display": None, "exten": exten, "fields": {}, "source": None}


@pytest.mark.parametrize("path", PATHS)
def test_each_distinct_number_has_a_result_in_the_order_of_the_request(shared_daemon, path):
    response = ask(shared_daemon, "9", "2045", "2046", "9", "+33 1 44 55", "2045", path=path)
    assert response.status_code == 200
    assert response.content_type == "application/json"
    assert list(response.json) == ["results"]
    results = response.json["results"]
    assert [result["exten"] for result in results] == ["9", "2045", "2046", "+33 1 44 55"]
    assert results[0] == unknown("9")
    assert results[1] == {"display": "Ada Stern", "exten": "2045", "fields": ADA, "source": "crew"}
    assert [result["display"] for result in results[2:]] == ["Éric Müller", "Ada Stern"]


def test_many_numbers_have_the_results_that_each_has_alone(shared_daemon):
    extens = ["2045", "0033 1 44 55", "2046", "0612", "204", "", " ", "x", "\u202e2045"]
    alone = [shared_daemon.get(f"/directories/reverse/default/{USER}", exten=exten).json for exten in extens]
    assert ask(shared_daemon, *extens).json["results"] == alone


def test_a_thousand_numbers_are_answered(shared_daemon):
    extens = [str(number) for number in range(2000, 3000)]
    results = ask(shared_daemon, *extens).json["results"]
    assert [result["exten"] for result in results] == extens
    assert [result["exten"] for result in results if result["source"]] == ["2045", "2046", "2047", "2048"]


def test_the_outcome_of_each_source_is_shown_on_request(shared_daemon):
    response = ask(shared_daemon, "2045", "9", sources="true")
    assert list(response.json) == ["results", "sources"]
    (crew,) = response.json["sources"]
    assert crew.pop("seconds") >= 0
    assert crew == {"name": "crew", "backend": "csv", "status": "ok", "contacts": 1, "truncated": False}
    assert ask(shared_daemon, " ", sources="true").json == {"results": [unknown(" ")], "sources": []}
    assert ask(shared_daemon, "2045", sources="perhaps").status_code == 400


def test_personal_contacts_are_those_of_the_path_or_of_the_token(daemon):
    for token, name in (("admin", "Mine"), ("second", "Hers")):
        contact = {"firstname": name, "number": "7001"}
        assert daemon.request("POST", "/0.1/personal", token, json=contact).status_code == 201
    columns = {"first_matched_columns": ["number"], "format_columns": {"reverse": "{firstname}"}}
    source = create(daemon, "/backends/personal/sources", {"name": "own", **columns})
    services = {"reverse": {"sources": [{"uuid": source["uuid"]}]}}
    display = create(daemon, "/displays", {"name": "d", "columns": [{"field": "name"}]})
    create(daemon, "/profiles", {"name": "own", "display": {"uuid": display["uuid"]}, "services": services})
    own = "/0.1/directories/reverse/own"
    for path, token, expected in (
        (own, "admin", "Mine"),
        (own, "second", "Hers"),
        (own, "userless", None),
        (f"{own}/{SECOND_USER}", "admin", "Hers"),
        (f"{own}/{USER}", "userless", "Mine"),
        (f"{own}/{USER}", "other-tenant", None),
    ):
        response = ask(daemon, "7001", path=path, token=token)
        found = response.json["results"][0]["display"] if response.status_code == 200 else None
        assert found == expected, (path, token)


@pytest.mark.parametrize(
    "path", ["/0.1/directories/reverse/nowhere", f"/0.1/directories/reverse/nowhere/{USER}"]
)
def test_an_unknown_profile_is_a_404(shared_daemon, path):
    for extens in (["2045"], [""]):
        response = ask(shared_daemon, *extens, path=path)
        assert check_error(response, 404, "unknown-profile", "profiles") == {"uuid": "nowhere"}


@pytest.mark.parametrize(
    ("path", "acl"),
    [
        (MANY, "dird.directories.reverse.default.read"),
        (f"{MANY}/a.b", "dird.directories.reverse.default.a_b.read"),
    ],
)
def test_the_token_needs_the_permission(shared_daemon, path, acl):
    details = check_error(ask(shared_daemon, "2045", path=path, token="reader"), 401, "unauthorized")
    assert details["required_access"] == acl
    assert ask(shared_daemon, "2045", path=path, token=None).status_code == 401
    assert ask(shared_daemon, path=path, token=None).status_code == 401  # before the body


def test_a_profile_is_looked_for_in_the_scope_tenant(shared_daemon):
    for token, headers in (("other-tenant", {}), ("admin", {"Wazo-Tenant": "2" * 8 + TENANT[8:]})):
        response = shared_daemon.request("POST", MANY, token, headers, json={"extens": ["2045"]})
        assert response.status_code in {401, 404}


@pytest.mark.parametrize(
    ("body", "path", "error"),
    [
        ({}, ["extens"], REQUIRED),
        ([], ["_schema"], [str]),
        ("2045", ["_schema"], [str]),
        ({"extens": None}, ["extens"], NOT_NULL),
        ({"extens": "2045"}, ["extens"], of_type("list")),
        ({"extens": {"0": "2045"}}, ["extens"], of_type("list")),
        ({"extens": []}, ["extens"], length(1, None)),
        ({"extens": ["2045"] * 1001}, ["extens"], length(1, 1000)),
        ({"extens": [str(number) for number in range(1001)]}, ["extens"], length(1, 1000)),
        ({"extens": ["2045", None]}, ["extens", "1"], NOT_NULL),
        ({"extens": [2045]}, ["extens", "0"], of_type("string")),
        ({"extens": [True]}, ["extens", "0"], of_type("string")),
        ({"extens": [{"number": "2045"}]}, ["extens", "0"], of_type("string")),
        ({"extens": [["2045"]]}, ["extens", "0"], of_type("string")),
        ({"extens": ["2" * 1025]}, ["extens", "0"], length(None, 1024)),
        ({"extens": ["2045", "a\0b"]}, ["extens"], [str]),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_an_invalid_body_is_a_400_that_names_the_key(shared_daemon, body, path, error):
    for url in PATHS:
        response = shared_daemon.request("POST", url, json=body)
        assert error_at(check_error(response, 400, "invalid-data"), *path) == error


@pytest.mark.parametrize(
    ("extens", "message"),
    [("2045", "Input should be a valid list"), ([], "List should have at least 1 item")],
)
def test_an_error_of_the_numbers_calls_them_a_list(shared_daemon, extens, message):
    response = shared_daemon.request("POST", MANY, json={"extens": extens})
    assert message in str(check_error(response, 400, "invalid-data"))


@pytest.mark.parametrize(
    "body", ["", "{", '{"extens": ["2045"]', '{"extens": ["\\ud800"]}', "\0", "[" * 99_999]
)
def test_a_body_that_is_no_json_is_a_400(shared_daemon, body):
    response = shared_daemon.request("POST", MANY, data=body)
    assert response.status_code == 400
    assert list(response.json) == ["message"]


def test_a_null_body_is_a_400_without_details(shared_daemon):
    assert check_error(shared_daemon.request("POST", MANY, data="null"), 400, "invalid-data") == {}


def test_the_type_of_the_body_and_unknown_keys_do_not_matter(shared_daemon):
    body = json.dumps({"extens": ["2045"], "limit": 5})
    for headers in ({}, {"Content-Type": "text/plain"}, {"Content-Type": "application/json"}):
        response = shared_daemon.request("POST", MANY, data=body, headers=headers)
        assert response.json["results"][0]["display"] == "Ada Stern"


def test_a_body_of_more_than_a_mebibyte_is_refused(shared_daemon):
    response = shared_daemon.request("POST", MANY, json={"extens": ["2045", "1" * 1024**2]})
    assert response.status_code == 413


def test_hostile_numbers_are_unknown_and_hide_no_other(shared_daemon):
    hostile = [exten for exten in HOSTILE_NUMBERS if "\0" not in exten and exten != "\ud800"]
    response = ask(shared_daemon, *hostile, "2045", "٢٠٤٥", "2045\u200f")
    results = {result["exten"]: result["display"] for result in response.json["results"]}
    assert response.status_code == 200
    assert {exten for exten, display in results.items() if display} <= {"2045", "٢٠٤٥", "2045\u200f"}
    assert results["2045"] == "Ada Stern"


def test_numbers_of_the_greatest_length_are_answered(shared_daemon):
    extens = [f"{number:01024}" for number in range(900)] + ["é" * 1024, "+" * 1024, "2045"]
    response = ask(shared_daemon, *extens)
    assert response.status_code == 200
    assert [result["exten"] for result in response.json["results"]] == extens
    assert response.json["results"][-1]["display"] == "Ada Stern"


def test_a_large_contact_is_not_repeated_for_all_its_spellings(daemon):
    create(daemon, "/personal", {"number": "+493012345678", "notes": "x" * 900_000})
    source = create(
        daemon, "/backends/personal/sources", {"name": "own", "first_matched_columns": ["number"]}
    )
    display = create(daemon, "/displays", {"name": "own", "columns": [{"field": "name"}]})
    services = {"reverse": {"sources": [{"uuid": source["uuid"]}]}}
    create(daemon, "/profiles", {"name": "own", "display": {"uuid": display["uuid"]}, "services": services})
    extens = [f"+49{'-' * number}3012345678" for number in range(1, 100)]
    response = ask(daemon, *extens, path="/0.1/directories/reverse/own", sources="true")
    assert response.status_code == 200
    found = [result for result in response.json["results"] if result["source"]]
    assert 0 < len(found) < 40
    assert [source["status"] for source in response.json["sources"]] == ["late"]


def test_a_wrong_method_is_a_405_and_the_single_lookup_stays(shared_daemon):
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        assert shared_daemon.request(method, MANY).status_code == 405
    for method in ("PUT", "DELETE", "PATCH"):
        assert shared_daemon.request(method, f"{MANY}/{USER}").status_code == 405
    assert shared_daemon.get(f"/directories/reverse/default/{USER}", exten="2045").status_code == 200


def test_only_the_paths_of_reading_operations_read(shared_daemon):
    only_reads = shared_daemon.controller.only_reads
    for path in (MANY, f"{MANY}/{USER}", f"{MANY}/{quote('a b')}"):
        assert only_reads("POST", path)
        assert not only_reads("PUT", path)
    for path in (f"{MANY}/", f"{MANY}/{USER}/x", "/0.1/personal", "/0.1/directories/reverse", f"/x{MANY}"):
        assert not only_reads("POST", path)
