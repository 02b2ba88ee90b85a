"""Tests of attribute types as directory servers write them (RFC 4512 section 4.1.2)."""

import pytest

from xivo_dird_backends.ldap.schema import AttributeType, equality_rule, parse_attribute_type

OPENLDAP = (
    b"( 2.5.4.20 NAME 'telephoneNumber' DESC 'RFC2256: Telephone Number' EQUALITY telephoneNumberMatch "
    b"SUBSTR telephoneNumberSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.50{32} )"
)
OPENLDAP_MOBILE = (
    b"( 0.9.2342.19200300.100.1.41 NAME ( 'mobile' 'mobileTelephoneNumber' ) DESC 'RFC1274: mobile' "
    b"EQUALITY telephoneNumberMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.50 )"
)
SERVERS = {
    "OpenLDAP": (OPENLDAP, "telephonenumbermatch"),
    "389 Directory Server": (
        b"( 2.5.4.20 NAME 'telephoneNumber' EQUALITY telephoneNumberMatch SUBSTR telephoneNumberSubstringsMatch "
        b"SYNTAX 1.3.6.1.4.1.1466.115.121.1.50 X-ORIGIN ( 'RFC 4519' 'user defined' ) X-DEPRECATED 'no' )",
        "telephonenumbermatch",
    ),
    "OpenDJ": (
        b"( 2.5.4.20 NAME 'telephoneNumber' EQUALITY telephoneNumberMatch SUBSTR telephoneNumberSubstringsMatch "
        b"SYNTAX 1.3.6.1.4.1.1466.115.121.1.50 X-ORIGIN 'RFC 4519' X-SCHEMA-FILE '00-core.ldif' )",
        "telephonenumbermatch",
    ),
    "Apache Directory: several lines": (
        b"( 2.5.4.20 NAME 'telephoneNumber'\n DESC 'RFC2256: Telephone Number'\n EQUALITY telephoneNumberMatch\n"
        b" SYNTAX 1.3.6.1.4.1.1466.115.121.1.50\n USAGE userApplications\n )",
        "telephonenumbermatch",
    ),
    "by OID": (b"( 2.5.4.20 NAME 'telephoneNumber' EQUALITY 2.5.13.20 )", "2.5.13.20"),
    "without blanks at brackets": (
        b"(2.5.4.20 NAME ('phone' 'telephoneNumber') EQUALITY telephoneNumberMatch)",
        "telephonenumbermatch",
    ),
    "Netscape: quoted": (
        b"( 2.5.4.20 NAME 'telephoneNumber' EQUALITY 'telephoneNumberMatch' SYNTAX '1.3' )",
        "telephonenumbermatch",
    ),
    "lower case": (
        b"( 2.5.4.20 name 'TELEPHONENUMBER' equality TelephoneNumberMatch )",
        "telephonenumbermatch",
    ),
    "Active Directory: no rules": (
        b"( 2.5.4.20 NAME 'telephoneNumber' SYNTAX '1.3.6.1.4.1.1466.115.121.1.15' SINGLE-VALUE )",
        None,
    ),
    "eDirectory: no rule": (
        b"( 2.5.4.20 NAME 'telephoneNumber' SYNTAX 1.3.6.1.4.1.1466.115.121.1.50{64} "
        b"X-NDS_NAME 'Telephone Number' X-NDS_LOWER_BOUND '1' X-NDS_PUBLIC_READ '1' )",
        None,
    ),
    "a text": (b"( 2.5.4.20 NAME 'telephoneNumber' EQUALITY caseIgnoreMatch )", "caseignorematch"),
    "keywords in the description": (
        b"( 2.5.4.20 NAME 'telephoneNumber' DESC 'no EQUALITY telephoneNumberMatch ) SUP x' EQUALITY caseIgnoreMatch )",
        "caseignorematch",
    ),
    "an escaped quote": (
        b"( 2.5.4.20 NAME 'telephoneNumber' DESC 'it\\27s EQUALITY x' EQUALITY telephoneNumberMatch )",
        "telephonenumbermatch",
    ),
    "description that is not UTF-8": (
        b"( 2.5.4.20 NAME 'telephoneNumber' DESC 't\xe9l\xe9phone' EQUALITY telephoneNumberMatch )",
        "telephonenumbermatch",
    ),
}


@pytest.mark.parametrize(("definition", "rule"), SERVERS.values(), ids=SERVERS)
@pytest.mark.parametrize(
    "attribute", ["telephoneNumber", "TELEPHONENUMBER", "2.5.4.20", "telephoneNumber;lang-fr"]
)
def test_the_rule_of_an_attribute_is_found(definition: bytes, rule: str | None, attribute: str) -> None:
    assert equality_rule(attribute, [OPENLDAP_MOBILE, definition]) == rule


@pytest.mark.parametrize("attribute", ["mobile", "mobileTelephoneNumber", "0.9.2342.19200300.100.1.41"])
def test_an_attribute_has_several_names(attribute: str) -> None:
    assert equality_rule(attribute, [OPENLDAP, OPENLDAP_MOBILE]) == "telephonenumbermatch"


@pytest.mark.parametrize("attribute", ["phone", "telephoneNumberX", "2.5.4", "RFC2256:", "name", "(", "32"])
def test_an_unknown_attribute_has_no_rule(attribute: str) -> None:
    assert equality_rule(attribute, [OPENLDAP, OPENLDAP_MOBILE]) is None


@pytest.mark.parametrize("superior", ["telephoneNumber", "2.5.4.20", "'TelephoneNumber'"])
def test_a_rule_is_inherited(superior: str) -> None:
    definitions = [
        b"( 1.2.2 NAME 'labPhone' SUP deskPhone )",
        f"( 1.2.1 NAME 'deskPhone' SUP {superior} SINGLE-VALUE )".encode(),
        b"( 1.2.3 NAME 'otherPhone' SUP labPhone EQUALITY caseExactMatch )",
        OPENLDAP,
    ]
    assert equality_rule("labPhone", definitions) == "telephonenumbermatch"
    assert equality_rule("otherPhone", definitions) == "caseexactmatch"


@pytest.mark.parametrize(
    "definitions",
    [
        [b"( 1.1 NAME 'a' SUP b )", b"( 1.2 NAME 'b' SUP a )"],
        [b"( 1.1 NAME 'a' SUP a )"],
        [b"( 1.1 NAME 'a' SUP missing )"],
        [b"( 1.1 NAME 'a' SUP"],
        [b"( 1.1 NAME 'a' EQUALITY )"],
        [b"a"],
        [
            b"",
            b"(",
            b")",
            b"( 1.1",
            b"( 1.1 NAME",
            b"( 1.1 NAME (",
            b"( 1.1 NAME ( 'b",
            b"'a'",
            b"( a NAME ) a",
        ],
        [],
    ],
)
def test_a_malformed_schema_has_no_rule(definitions: list[bytes]) -> None:
    assert equality_rule("a", definitions) is None


def test_a_definition_has_names_supertype_and_rule() -> None:
    parsed = parse_attribute_type("( 1.1 NAME ( 'A' 'b' ) SUP c EQUALITY d )")
    assert parsed == AttributeType(frozenset({"1.1", "a", "b"}), "c", "d")
