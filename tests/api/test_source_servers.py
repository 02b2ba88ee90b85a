"""The servers of sources: `auth` and `confd` (contract section 2.9, objects A, A- and C)."""

import pytest

from api.rest import NOT_NULL, check_error, error_at, length, of_type
from api.source_bodies import ACCOUNT, AUTH_SERVER, CONFD, create_source, post_source

UP_TO_AN_HOUR = [{"constraint_id": "range", "constraint": {"min": 0, "max": 3660}}]
PORT = [{"constraint_id": "range", "constraint": {"min": 1, "max": 65535}}]


@pytest.fixture
def daemon(shared_daemon):
    """Share one daemon: schemas do not depend on the store, and every source here has its own name."""
    return shared_daemon


@pytest.mark.parametrize(
    ("backend", "given", "shown"),
    [
        ("wazo", ACCOUNT, ACCOUNT),
        ("wazo", {"username": "u", "key_file": None}, {"username": "u", "key_file": None}),
        ("wazo", {"key_file": "k", "password": None}, {"key_file": "k", "password": None}),
        ("conference", {**ACCOUNT, "surprise": 1}, ACCOUNT),
        ("google", {**ACCOUNT, "key_file": "k"}, {}),
        ("google", {}, {}),
        ("office365", {"timeout": 0, "prefix": None}, {"timeout": 0.0, "prefix": None}),
        ("google", {"timeout": "3660"}, {"timeout": 3660.0}),
        ("google", {"port": "9497", "https": "no"}, {"port": 9497, "https": False}),
        ("google", {"https": 1, "verify_certificate": "/ca"}, {"https": True, "verify_certificate": "/ca"}),
        ("google", {"host": "h" * 1024, "version": "v" * 16}, {"host": "h" * 1024, "version": "v" * 16}),
    ],
)
def test_an_auth_server_shows_what_was_given_over_its_defaults(daemon, backend, given, shown):
    assert create_source(daemon, backend, auth=given)["auth"] == {**AUTH_SERVER, **shown}


def test_a_confd_server_shows_what_was_given_over_its_defaults(daemon):
    assert create_source(daemon, "wazo", confd={"timeout": 4, "host": "c"})["confd"] == {
        **CONFD,
        "timeout": 4.0,
        "host": "c",
    }
    assert create_source(daemon, "conference", confd={})["confd"] == CONFD


@pytest.mark.parametrize("backend", ["wazo", "conference"])
@pytest.mark.parametrize(
    "auth", ["absent", {}, {"username": "u", "key_file": "k"}, {"password": "p"}, {"username": None}]
)
def test_exactly_one_of_key_file_and_username_is_needed_even_without_auth(daemon, backend, auth):
    body = {"name": "n"} if auth == "absent" else {"name": "n", "auth": auth}
    response = daemon.request("POST", f"/0.1/backends/{backend}/sources", json=body)
    details = check_error(response, 400, "invalid-data")
    assert list(details) == ["auth"]
    assert error_at(details, "auth", "_schema") == [str]


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("host", "", length(1, 1024)),
        ("host", "x" * 1025, length(1, 1024)),
        ("port", 0, PORT),
        ("port", 65536, PORT),
        ("port", "many", of_type("integer")),
        ("port", True, of_type("integer")),
        ("port", None, NOT_NULL),
        ("https", "maybe", of_type("boolean")),
        ("verify_certificate", [], of_type("string")),
        ("prefix", 1, of_type("string")),
        ("version", "", length(1, 16)),
        ("version", "x" * 17, length(1, 16)),
        ("timeout", -1, UP_TO_AN_HOUR),
        ("timeout", 3661, UP_TO_AN_HOUR),
        ("timeout", "x", [str]),
        ("timeout", True, [str]),
        ("timeout", None, NOT_NULL),
        ("key_file", "", length(1, 1024)),
        ("key_file", "x" * 1025, length(1, 1024)),
        ("username", "", length(1, 512)),
        ("password", "x" * 513, length(1, 512)),
    ],
)
def test_a_bad_sub_field_is_reported_inside_its_object(daemon, field, value, error):
    details = check_error(
        post_source(daemon, "wazo", auth={"username": "u", field: value}), 400, "invalid-data"
    )
    assert list(details) == ["auth"]
    assert error_at(details, "auth", field) == error
    if field in CONFD:
        details = check_error(post_source(daemon, "wazo", confd={field: value}), 400, "invalid-data")
        assert error_at(details, "confd", field) == error
