"""Requests that displays, profiles and sources refuse in the same way (contract sections 1.5 to 1.7)."""

import pytest

from api.rest import NOT_NULL, REQUIRED, UNKNOWN, check_error, error_at, length, of_type
from api.stored_kinds import KINDS, every_kind, send


@pytest.fixture
def daemon(shared_daemon):
    """Share one daemon: no request of these tests reaches the store."""
    return shared_daemon


@every_kind
def test_an_invalid_body_for_an_unknown_resource_is_a_400(daemon, kind):
    path, *_ = KINDS[kind]
    check_error(send(daemon, "PUT", f"{path}/{UNKNOWN}", json={}), 400, "invalid-data")


@every_kind
def test_the_token_is_checked_before_the_body(daemon, kind):
    path, *_ = KINDS[kind]
    for token in (None, "reader"):
        check_error(send(daemon, "POST", path, data="{", token=token), 401, "unauthorized")


@every_kind
@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"name": "\\ud800"}', b"nonsense"])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_body_that_is_no_json_is_a_400_with_a_message_alone(daemon, kind, method, body):
    path, *_ = KINDS[kind]
    response = send(daemon, method, path if method == "POST" else f"{path}/{UNKNOWN}", data=body)
    assert response.status_code == 400
    assert list(response.json) == ["message"]


@every_kind
@pytest.mark.parametrize("body", ["[]", '""', "0", "false", "{}"])
def test_a_falsy_body_behaves_as_an_empty_object(daemon, kind, body):
    path, *_ = KINDS[kind]
    assert (
        error_at(check_error(send(daemon, "POST", path, data=body), 400, "invalid-data"), "name") == REQUIRED
    )


@every_kind
@pytest.mark.parametrize("body", ["[1]", '"text"', "1", "true"])
def test_a_body_that_is_not_an_object_is_wrong_as_a_whole(daemon, kind, body):
    path, *_ = KINDS[kind]
    details = check_error(send(daemon, "POST", path, data=body), 400, "invalid-data")
    assert list(details) == ["_schema"]
    assert [type(error) for error in details["_schema"]] == [str]


@every_kind
def test_a_null_body_is_refused_without_details_but_for_sources(daemon, kind):
    path, *_ = KINDS[kind]
    details = check_error(send(daemon, "POST", path, data="null"), 400, "invalid-data")
    if kind == "sources":
        assert error_at(details, "name") == REQUIRED
        assert error_at(details, "file") == REQUIRED
        return
    assert details == {}


@every_kind
@pytest.mark.parametrize(
    ("name", "error"),
    [
        (None, NOT_NULL),
        (42, of_type("string")),
        (["n"], of_type("string")),
        (True, of_type("string")),
        ("", length(1, 512)),
        ("x" * 513, length(1, 512)),
    ],
)
def test_a_bad_name_is_reported_under_its_field(daemon, kind, name, error):
    path, body, *_ = KINDS[kind]
    response = send(daemon, "POST", path, json={**body, "name": name})
    assert error_at(check_error(response, 400, "invalid-data"), "name") == error


@every_kind
@pytest.mark.parametrize(
    ("column", "value", "error"),
    [
        ("limit", "", of_type("integer")),
        ("limit", "-1", [{"constraint_id": "range", "constraint": {"min": 0}}]),
        ("limit", "3.14", of_type("integer")),
        ("limit", "True", of_type("integer")),
        ("offset", "", of_type("integer")),
        ("offset", "-1", [{"constraint_id": "range", "constraint": {"min": 0}}]),
        ("offset", "text", of_type("integer")),
        ("recurse", "maybe", of_type("boolean")),
        ("direction", "up", [{"constraint_id": "enum", "constraint": {"choices": ["asc", "desc"]}}]),
    ],
)
def test_a_bad_list_parameter_is_reported_under_its_name(daemon, kind, column, value, error):
    path, *_ = KINDS[kind]
    details = check_error(daemon.get(path, **{column: value}), 400, "invalid-data")
    assert list(details) == [column]
    assert error_at(details, column) == error


@pytest.mark.parametrize("column", ["limit", "offset"])
def test_numbers_of_a_list_are_plain_digits(daemon, column):
    for text in ("1.0", "1_0", " 1", "+1", "1e0", "\u0661", "0x1"):
        details = check_error(daemon.get("/displays", **{column: text}), 400, "invalid-data")
        assert error_at(details, column) == of_type("integer"), text
    assert daemon.get("/displays", **{column: "01"}).status_code == 200


def test_recurse_is_ignored_where_it_is_no_parameter(daemon, phonebook, contacts):
    number = phonebook["id"]
    for path in (
        contacts,
        "/0.1/backends",
        "/0.1/directories/default/sources",
        "/0.1/tenants/main/phonebooks",
        f"/0.1/tenants/main/phonebooks/{number}/contacts",
    ):
        assert daemon.request("GET", f"{path}?recurse=zz").status_code == 200, path
    assert daemon.get("/phonebooks", recurse="zz").status_code == 400


@pytest.mark.parametrize(
    ("path", "choices"),
    [
        ("/displays", ["name"]),
        ("/profiles", ["name"]),
        ("/sources", ["name", "backend"]),
        ("/backends/csv/sources", ["name", "file"]),
        ("/backends/ldap/sources", ["name", "ldap_uri", "ldap_base_dn", "ldap_username"]),
        ("/backends/csv_ws/sources", ["name", "lookup_url", "list_url"]),
        ("/backends/google/sources", ["name"]),
        ("/directories/default/sources", ["name", "backend"]),
    ],
)
def test_a_list_is_ordered_by_its_own_columns_only(daemon, path, choices):
    for choice in choices:
        assert daemon.get(path, order=choice).status_code == 200
    for hostile in ("", "uuid", "name desc", "name;--", "tenant_uuid", "\0"):
        details = check_error(daemon.get(path, order=hostile), 400, "invalid-data")
        error = [{"constraint_id": "enum", "constraint": {"choices": choices}}]
        assert error_at(details, "order") == error


@pytest.mark.parametrize(
    ("path", "right"),
    [
        ("/displays", "dird.displays"),
        ("/profiles", "dird.profiles"),
        ("/backends/csv/sources", "dird.backends.csv.sources"),
        ("/backends/office365/sources", "dird.backends.office365.sources"),
    ],
)
def test_each_method_needs_a_right_of_its_own(daemon, path, right):
    required = {
        ("GET", path): f"{right}.read",
        ("POST", path): f"{right}.create",
        ("GET", f"{path}/a.b"): f"{right}.a_b.read",
        ("PUT", f"{path}/a.b"): f"{right}.a_b.update",
        ("DELETE", f"{path}/a.b"): f"{right}.a_b.delete",
    }
    for (method, url), access in required.items():
        details = check_error(send(daemon, method, url, token="reader"), 401, "unauthorized")
        assert details["required_access"] == access


@every_kind
def test_a_trailing_slash_is_another_url(daemon, kind):
    assert daemon.get(f"{KINDS[kind][0]}/").status_code == 404
