"""Tests of the list of servers in `ldap_uri`."""

import pytest

from xivo_dird.backend import InvalidSource
from xivo_dird_backends.ldap.uris import parse_uris

TWO = ["ldap://a:389", "ldap://b:389"]

LISTS = {
    "ldap.conf, nslcd, sudo: blank": ("ldap://a ldap://b", TWO),
    "sssd: comma and blank": ("ldap://a, ldap://b", TWO),
    "ldap_initialize: comma": ("ldap://a,ldap://b", TWO),
    "folded YAML": (" ldap://a\n  ldap://b\n", TWO),
    "tab": ("ldap://a\tldap://b", TWO),
    "comma after a blank, trailing comma": ("ldap://a ,ldap://b,", TWO),
    "two commas": ("ldap://a,, ldap://b", TWO),
    "no-break space": ("ldap://a\u00a0ldap://b", TWO),
    "JNDI, Keycloak: port and slash": ("ldap://a:389/ ldap://b:389/", TWO),
    "JNDI: DN": ("ldap://a/dc=example,dc=org ldap://b/dc=example,dc=org", TWO),
    "duplicates": ("ldap://a LDAP://A:389 ldap://b ldap://a/", TWO),
    "mixed schemes and ports": (
        "ldaps://a ldap://a:3268 LDAPS://a:3269",
        ["ldaps://a:636", "ldap://a:3268", "ldaps://a:3269"],
    ),
    "IPv6 and IPv4": (
        "ldap://[2001:db8::1] ldaps://[::1]:1636, ldap://192.0.2.1:1389",
        ["ldap://[2001:db8::1]:389", "ldaps://[::1]:1636", "ldap://192.0.2.1:1389"],
    ),
    "link-local address": ("ldap://[fe80::1%eth0]:1389", ["ldap://[fe80::1%eth0]:1389"]),
    "underscore, final dot": ("ldap://dc_1.ad.example.", ["ldap://dc_1.ad.example.:389"]),
    "name with letters of all scripts": ("ldap://dír.example", ["ldap://dír.example:389"]),
    "one": ("ldap://a", ["ldap://a:389"]),
}


@pytest.mark.parametrize(("text", "uris"), LISTS.values(), ids=LISTS)
def test_a_list_is_read_as_clients_of_libldap_write_it(text: str, uris: list[str]) -> None:
    assert [str(uri) for uri in parse_uris(text)] == uris


WRONG = {
    "host without scheme": ("ldap://a b", "'b'"),
    "host list within a URI": ("ldap://a,b", "'ldap://a,b'"),
    "semicolon": ("ldap://a;ldap://b", "'ldap://a;ldap://b'"),
    "no separator": ("ldap://a/ldap://b", "'ldap://a/ldap://b'"),
    "bar": ("ldap://a|ldap://b", r"'ldap://a\|ldap://b'"),
    "other scheme": ("ldap://a http://b", "'http://b'"),
    "socket of the machine": ("ldapi:/// ldap://b", "'ldapi:///'"),
    "typing error": ("ldap://a ldap:/b", "'ldap:/b'"),
    "port": ("ldap://a:389 ldap://b:99999", "'ldap://b:99999'"),
    "text as port": ("ldap://a:ldaps", "'ldap://a:ldaps'"),
    "no host": ("ldap://a ldap://:389", "'ldap://:389'"),
    "bracket": ("ldap://a ldap://[::1", "'ldap://\\[::1'"),
    "quotes": ("'ldap://a ldap://b'", '"\'ldap://a"'),
    "only a separator": (" , ", "empty"),
}


@pytest.mark.parametrize(("text", "named"), WRONG.values(), ids=WRONG)
def test_a_wrong_uri_is_named(text: str, named: str) -> None:
    with pytest.raises(InvalidSource, match=f"ldap_uri.*{named}"):
        parse_uris(text)


@pytest.mark.parametrize(
    "text",
    ["ldap://u:s3cret@h", "ldap://a ldap://u:s3cret@h:389", "ldap://u:/s3 cret@h ldap://b", "u:s3cret@h, x"],
)
def test_an_error_shows_no_part_of_a_password(text: str) -> None:
    with pytest.raises(
        InvalidSource, match=r"'h(:389)?' belong in ldap_username and ldap_password"
    ) as raised:
        parse_uris(text)
    assert "s3" not in raised.value.message
