"""The fields of the sources of each backend (contract sections 1.6, 2.8 and 2.9)."""

import pytest

from api.rest import NOT_NULL, REQUIRED, check_error, error_at, length, of_type
from api.source_bodies import COMMON, DEFAULTS, MINIMAL, create_source, post_source


@pytest.fixture
def daemon(shared_daemon):
    """Share one daemon: schemas do not depend on the store, and every source here has its own name."""
    return shared_daemon


@pytest.mark.parametrize("backend", MINIMAL)
def test_defaults_are_shown_and_nothing_else(daemon, backend):
    source = create_source(daemon, backend)
    expected = {
        "uuid": source["uuid"],
        "tenant_uuid": source["tenant_uuid"],
        "name": source["name"],
        **COMMON,
    }
    assert source == {**expected, **DEFAULTS[backend]}
    item = f"/backends/{backend}/sources/{source['uuid']}"
    assert daemon.get(item).json == source
    assert daemon.get(f"/backends/{backend}/sources", name=source["name"]).json["items"] == [source]
    assert daemon.request("PUT", f"/0.1{item}", json=source).status_code == 204
    assert daemon.get(item).json == source


@pytest.mark.parametrize(
    ("backend", "field", "given", "shown"),
    [
        ("csv", "separator", "\t", "\t"),
        ("csv", "encoding", "windows-1251", "windows-1251"),
        ("csv", "encoding", None, None),
        ("csv_ws", "timeout", "3.5", 3.5),
        ("csv_ws", "timeout", 0, 0.0),
        ("csv_ws", "list_url", "https://h/x", "https://h/x"),
        ("csv_ws", "verify_certificate", "False", False),
        ("csv_ws", "verify_certificate", "true", True),
        ("csv_ws", "verify_certificate", "/ca.pem", "/ca.pem"),
        ("csv_ws", "verify_certificate", "FALSE", "FALSE"),
        ("ldap", "ldap_password", "hunter2", "hunter2"),
        ("ldap", "ldap_timeout", "2", 2.0),
        ("ldap", "unique_column_format", "binary_uuid", "binary_uuid"),
        ("ldap", "ldap_start_tls", True, True),
        ("ldap", "cache_seconds", "30", 30.0),
        ("ldap", "cache_nothing_seconds", 0.5, 0.5),
        ("ldap", "ldap_size_limit", 0, 0),
        ("ldap", "preset", "openldap", "openldap"),
        ("ldap", "mode", "snapshot", "snapshot"),
        ("ldap", "refresh_seconds", "60", 60.0),
        ("ldap", "ldap_dereference_aliases", "never", "never"),
        ("ldap", "unique_column_format", "binary_guid_le", "binary_guid_le"),
        ("office365", "endpoint", "x", "x"),
        ("csv", "searched_columns", ["b", "a", "b"], ["b", "a", "b"]),
        ("csv", "format_columns", {"": "", "k" * 128: "v" * 2048}, {"": "", "k" * 128: "v" * 2048}),
    ],
)
def test_a_given_value_is_shown_as_it_is_used(daemon, backend, field, given, shown):
    assert create_source(daemon, backend, **{field: given})[field] == shown


@pytest.mark.parametrize(
    ("backend", "field"),
    [
        ("csv", "file"),
        ("csv_ws", "lookup_url"),
        ("ldap", "ldap_uri"),
        ("ldap", "ldap_base_dn"),
        ("csv", "name"),
    ],
)
def test_a_missing_field_is_reported(daemon, backend, field):
    body = {"name": "n", **MINIMAL[backend]}
    del body[field]
    response = daemon.request("POST", f"/0.1/backends/{backend}/sources", json=body)
    assert error_at(check_error(response, 400, "invalid-data"), field) == REQUIRED


AT_LEAST_0 = [{"constraint_id": "range", "constraint": {"min": 0}}]
COLUMN_FORMAT = [
    {"constraint_id": "enum", "constraint": {"choices": ["string", "binary_uuid", "binary_guid_le"]}}
]
MAP_TYPE = [{"constraint_id": "key-value-type", "constraint": "string"}]
MAP_LENGTH = [{"constraint_id": "key-value-length", "constraint": {"key-max": 128, "value-max": 2048}}]


@pytest.mark.parametrize(
    ("backend", "field", "value", "error"),
    [
        ("csv", "searched_columns", None, NOT_NULL),
        ("csv", "searched_columns", "a", of_type("list")),
        ("csv", "first_matched_columns", {}, of_type("list")),
        ("csv", "format_columns", None, NOT_NULL),
        ("csv", "format_columns", [], of_type("dict")),
        ("csv", "format_columns", {"a": 1}, MAP_TYPE),
        ("csv", "format_columns", {"a": None}, MAP_TYPE),
        ("csv", "format_columns", {"k" * 129: "v"}, MAP_LENGTH),
        ("csv", "format_columns", {"k": "v" * 2049}, MAP_LENGTH),
        ("csv", "file", "", length(1, None)),
        ("csv", "file", None, NOT_NULL),
        ("csv", "separator", "", length(1, 1)),
        ("csv", "separator", ";;", length(1, 1)),
        ("csv", "separator", None, NOT_NULL),
        ("csv", "encoding", "", length(1, 64)),
        ("csv", "encoding", "klingon", [str]),
        ("csv", "encoding", "base64", [str]),
        ("csv", "encoding", 1, of_type("string")),
        ("csv", "unique_column", "", length(1, 128)),
        ("csv", "unique_column", "x" * 129, length(1, 128)),
        ("csv", "unique_column", 1, of_type("string")),
        ("csv_ws", "lookup_url", "nonsense", [str]),
        ("csv_ws", "lookup_url", "/relative", [str]),
        ("csv_ws", "lookup_url", "file:///etc/passwd", [str]),
        ("csv_ws", "lookup_url", "http://[::1", [str]),
        ("csv_ws", "lookup_url", "http://h:port/", [str]),
        ("csv_ws", "lookup_url", "ftp://h/x", [str]),
        ("csv_ws", "lookup_url", "http://h /", [str]),
        ("csv_ws", "lookup_url", None, NOT_NULL),
        ("csv_ws", "lookup_url", 1, of_type("string")),
        ("csv_ws", "list_url", "http://", [str]),
        ("csv_ws", "delimiter", "ab", length(1, 1)),
        ("csv_ws", "timeout", -1, AT_LEAST_0),
        ("csv_ws", "timeout", "soon", [str]),
        ("csv_ws", "timeout", True, [str]),
        ("csv_ws", "timeout", "nan", [str]),
        ("csv_ws", "timeout", None, NOT_NULL),
        ("csv_ws", "verify_certificate", None, NOT_NULL),
        ("csv_ws", "verify_certificate", 42, of_type("string")),
        ("ldap", "ldap_uri", "", length(1, 256)),
        ("ldap", "ldap_uri", "x" * 257, length(1, 256)),
        ("ldap", "ldap_base_dn", "x" * 1025, length(1, 1024)),
        ("ldap", "ldap_username", "", length(1, None)),
        ("ldap", "ldap_password", "", length(1, None)),
        ("ldap", "ldap_custom_filter", "x" * 1025, length(1, 1024)),
        ("ldap", "ldap_network_timeout", -0.1, AT_LEAST_0),
        ("ldap", "ldap_network_timeout", None, NOT_NULL),
        ("ldap", "ldap_timeout", "x", [str]),
        ("ldap", "ldap_timeout", False, [str]),
        ("ldap", "ldap_size_limit", True, of_type("integer")),
        ("ldap", "unique_column_format", "text", COLUMN_FORMAT),
        ("ldap", "unique_column_format", None, NOT_NULL),
        ("office365", "endpoint", "", length(1, 255)),
        ("office365", "endpoint", "x" * 256, length(1, 255)),
        ("google", "auth", None, NOT_NULL),
        ("google", "auth", "text", of_type("dict")),
        ("wazo", "confd", None, NOT_NULL),
        ("wazo", "confd", [], of_type("dict")),
        ("wazo", "auth", None, NOT_NULL),
    ],
)
def test_a_bad_field_is_reported_under_its_name(daemon, backend, field, value, error):
    details = check_error(post_source(daemon, backend, **{field: value}), 400, "invalid-data")
    assert list(details) == [field]
    assert error_at(details, field) == error


@pytest.mark.parametrize("field", ["searched_columns", "first_matched_columns"])
def test_a_bad_column_is_reported_by_its_position(daemon, field):
    details = check_error(
        post_source(daemon, "personal", **{field: ["a", "", 1, None, "x" * 129]}), 400, "invalid-data"
    )
    assert {position: error_at(details, field, position) for position in details[field]} == {
        "1": length(1, 128),
        "2": of_type("string"),
        "3": NOT_NULL,
        "4": length(1, 128),
    }


@pytest.mark.parametrize(
    ("given", "error"),
    [({}, REQUIRED), ({"phonebook_uuid": "x"}, of_type("uuid")), ({"phonebook_uuid": None}, NOT_NULL)],
)
def test_a_phonebook_source_needs_the_uuid_of_its_phonebook(daemon, given, error):
    response = daemon.request("POST", "/0.1/backends/phonebook/sources", json=given)
    details = check_error(response, 400, "invalid-data")
    assert error_at(details, "phonebook_uuid") == error
    assert list(details) == ["phonebook_uuid"]
