"""Tests of the options of an LDAP source: defaults, validation, and the server that they describe."""

import pytest
from pydantic import ValidationError

from xivo_dird.backend import InvalidSource
from xivo_dird_backends.ldap.options import LdapOptions, LdapServer, servers_from_options
from xivo_dird_backends.ldap.presets import PRESETS


def options(**more: object) -> LdapOptions:
    return LdapOptions.model_validate(
        {"name": "x", "ldap_uri": "ldap://host", "ldap_base_dn": "dc=x", **more}
    )


def server(**more: object) -> LdapServer:
    (only,) = servers_from_options(options(**more))
    return only


def test_the_defaults_are_those_of_the_contract() -> None:
    assert options().model_dump() == {
        "name": "x",
        "searched_columns": (),
        "first_matched_columns": (),
        "format_columns": {},
        "ldap_uri": "ldap://host",
        "ldap_base_dn": "dc=x",
        "ldap_username": None,
        "ldap_password": None,
        "ldap_custom_filter": None,
        "ldap_network_timeout": 0.3,
        "ldap_timeout": 1.0,
        "unique_column": None,
        "unique_column_format": "string",
        "ldap_start_tls": False,
        "ldap_verify_certificate": True,
        "ldap_size_limit": 0,
        "ldap_dereference_aliases": "always",
        "preset": None,
        "mode": "query",
        "refresh_seconds": 600.0,
        "ldap_list_timeout": 30.0,
        "cache_seconds": 0.0,
        "cache_nothing_seconds": 0.0,
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ldap_uri", ""),
        ("ldap_uri", "l" * 257),
        ("ldap_uri", None),
        ("ldap_base_dn", ""),
        ("ldap_base_dn", "d" * 1025),
        ("ldap_username", ""),
        ("ldap_password", ""),
        ("ldap_custom_filter", ""),
        ("ldap_custom_filter", "f" * 1025),
        ("ldap_network_timeout", -0.1),
        ("ldap_network_timeout", None),
        ("ldap_timeout", -1),
        ("ldap_timeout", "soon"),
        ("unique_column", ""),
        ("unique_column", "u" * 129),
        ("unique_column_format", "uuid"),
        ("unique_column_format", None),
        ("ldap_size_limit", -1),
    ],
)
def test_invalid_values_are_rejected(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as raised:
        options(**{field: value})
    assert [error["loc"][0] for error in raised.value.errors()] == [field]


@pytest.mark.parametrize(
    ("value", "parsed"),
    [
        (True, True),
        ("true", True),
        ("True", True),
        (False, False),
        ("false", False),
        ("False", False),
        ("/etc/ssl/ca.pem", "/etc/ssl/ca.pem"),
        ("yes", "yes"),
    ],
)
def test_certificate_verification_is_a_boolean_or_a_path(value: object, parsed: object) -> None:
    assert options(ldap_verify_certificate=value).ldap_verify_certificate == parsed


@pytest.mark.parametrize(
    ("uri", "host", "port", "normalized", "tls"),
    [
        ("ldap://host", "host", 389, "ldap://host:389", "none"),
        ("ldaps://host", "host", 636, "ldaps://host:636", "ldaps"),
        ("LDAP://Host:1389/", "host", 1389, "ldap://host:1389", "none"),
        (" ldap://[::1]:1389 ", "::1", 1389, "ldap://[::1]:1389", "none"),
    ],
)
def test_the_uri_determines_the_server(uri: str, host: str, port: int, normalized: str, tls: str) -> None:
    parsed = server(ldap_uri=uri)
    assert (parsed.host, parsed.port, parsed.uri, parsed.tls) == (host, port, normalized, tls)


@pytest.mark.parametrize(
    "uri",
    ["host", "ldap://", "http://host", "ldapi:///run/ldapi", "ldap://h:99999", "ldap://[::1", "ldap://u:p@h"],
)
def test_a_malformed_uri_is_rejected(uri: str) -> None:
    with pytest.raises(InvalidSource, match="ldap_uri"):
        server(ldap_uri=uri)


def test_start_tls_and_ldaps_exclude_each_other() -> None:
    with pytest.raises(InvalidSource, match="ldap_start_tls"):
        server(ldap_uri="ldaps://host", ldap_start_tls=True)


def test_start_tls_applies_to_the_ldap_uris_of_a_list() -> None:
    servers = servers_from_options(options(ldap_uri="ldaps://a ldap://b ldap://c:1389", ldap_start_tls=True))
    assert [(one.uri, one.tls) for one in servers] == [
        ("ldaps://a:636", "ldaps"),
        ("ldap://b:389", "start_tls"),
        ("ldap://c:1389", "start_tls"),
    ]
    with pytest.raises(InvalidSource, match="ldap_start_tls"):
        servers_from_options(options(ldap_uri="ldaps://a ldaps://b", ldap_start_tls=True))


def test_a_user_name_needs_a_password() -> None:
    with pytest.raises(InvalidSource, match="ldap_password"):
        server(ldap_username="cn=me")


def test_a_call_has_a_timeout_even_if_its_parts_have_none() -> None:
    default = server()
    assert (default.connect_timeout, default.operation_timeout, default.call_timeout) == (0.3, 1, 3)
    unlimited = server(ldap_network_timeout=0, ldap_timeout=0)
    assert (unlimited.connect_timeout, unlimited.operation_timeout, unlimited.call_timeout) == (3, 3, 3)
    longer = server(ldap_network_timeout="2.5", ldap_timeout=10)
    assert (longer.connect_timeout, longer.operation_timeout, longer.call_timeout) == (2.5, 10, 12.5)


def test_the_password_is_hidden() -> None:
    parsed_options = options(ldap_username="cn=me", ldap_password="my-secret")
    assert "my-secret" not in f"{parsed_options!r} {parsed_options} {servers_from_options(parsed_options)!r}"


def test_a_preset_fills_in_what_is_not_given() -> None:
    filled = options(preset="active_directory", searched_columns=[], ldap_custom_filter=None)
    assert filled.unique_column == "objectGUID"
    assert filled.unique_column_format == "binary_guid_le"
    assert "displayName" in filled.searched_columns
    assert filled.format_columns["number"] == "{telephoneNumber}"
    assert filled.ldap_custom_filter


@pytest.mark.parametrize("preset", PRESETS)
def test_what_is_given_wins_over_a_preset(preset: str) -> None:
    given = {
        "searched_columns": ("cn",),
        "first_matched_columns": ("mobile",),
        "format_columns": {"name": "{cn}"},
        "ldap_custom_filter": "(cn=*)",
        "ldap_dereference_aliases": "search",
        "unique_column": "uid",
    }
    filled = options(preset=preset, **given)
    assert {name: getattr(filled, name) for name in given} == given
    assert filled.unique_column_format == "string"


@pytest.mark.parametrize("preset", PRESETS)
def test_what_a_preset_filled_in_is_stored_and_valid(preset: str) -> None:
    filled = options(preset=preset, unique_column_format="string")
    assert options(**filled.stored()) == filled
    assert servers_from_options(filled)


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(ValidationError, match="preset"):
        options(preset="novell")
