"""Tests of LDAP entries: which attributes are requested, and how they become fields."""

import pytest

from xivo_dird.backend import InvalidSource
from xivo_dird_backends.ldap.entries import LdapEntries, fields_in_templates
from xivo_dird_backends.ldap.options import LdapOptions


def entries(**options: object) -> LdapEntries:
    complete = {"name": "x", "ldap_uri": "ldap://x", "ldap_base_dn": "dc=x", **options}
    return LdapEntries(LdapOptions.model_validate(complete))


@pytest.mark.parametrize(
    ("template", "fields"),
    [
        ("{givenName} {sn}", ("givenName", "sn")),
        ("{mobile[0]} {map[key]}", ("mobile", "map")),
        ("{sn!r:>10} {{cn}}", ("sn",)),
        ("{} {0} {a.b} {x y}", ()),
        ("{unclosed", ()),
        ("text", ()),
    ],
)
def test_the_fields_of_a_template_are_found(template: str, fields: tuple[str, ...]) -> None:
    assert fields_in_templates([template]) == fields


def test_without_formats_all_attributes_are_requested() -> None:
    ldap_entries = entries(unique_column="entryUUID", first_matched_columns=["mobile"])
    assert ldap_entries.attributes == ("*", "entryUUID")
    assert ldap_entries.attributes_with_numbers == ("*", "entryUUID", "mobile")


def test_formats_limit_the_requested_attributes() -> None:
    ldap_entries = entries(
        unique_column="uid", first_matched_columns=["mobile"], format_columns={"a": "{cn}", "b": "{cn}"}
    )
    assert ldap_entries.attributes == ("cn", "uid")
    assert ldap_entries.attributes_with_numbers == ("cn", "uid", "mobile")
    assert entries(format_columns={"a": "text"}).attributes == ("1.1",)


def test_the_first_value_that_is_not_empty_is_used() -> None:
    assert entries().entry({"cn": [b"", b"Al", b"Bo"], "sn": [], "l": None, "o": [b""]}) == {"cn": "Al"}


def test_binary_values_are_omitted() -> None:
    assert entries().entry({"cn": ["é".encode()], "photo": [b"\xff\xd8"]}) == {"cn": "é"}


def test_fields_have_the_spelling_of_the_options() -> None:
    ldap_entries = entries(format_columns={"a": "{givenname} {GivenName}"}, unique_column="UID")
    raw = {"givenName": [b"Al"], "uid": [b"7"]}
    assert ldap_entries.entry(raw) == {"givenname": "Al", "GivenName": "Al", "UID": "7"}


def test_an_attribute_may_be_returned_under_its_synonym() -> None:
    ldap_entries = entries(format_columns={"a": "{surname}", "b": "{mail}"})
    assert ldap_entries.entry({"sn": [b"Ad"], "rfc822Mailbox": [b"a@b"]}) == {"surname": "Ad", "mail": "a@b"}


@pytest.mark.parametrize("order", [["cn;lang-fr", "cn"], ["cn", "cn;lang-fr"]])
def test_a_value_without_attribute_options_has_priority(order: list[str]) -> None:
    values = {"cn": [b"plain"], "cn;lang-fr": [b"french"]}
    ldap_entries = entries(format_columns={"a": "{cn}"})
    assert ldap_entries.entry({name: values[name] for name in order}) == {"cn": "plain"}
    assert ldap_entries.entry({"cn;lang-fr": [b"french"]}) == {"cn": "french"}


def test_unlisted_attributes_have_the_spelling_of_the_server() -> None:
    raw = {"roomNumber": [b"12"], "CN": [b"Al"]}
    assert entries(searched_columns=["cn"]).entry(raw) == {"roomNumber": "12", "cn": "Al"}


def test_a_binary_id_is_returned_as_uuid() -> None:
    ldap_entries = entries(unique_column="objectGUID", unique_column_format="binary_uuid")
    raw = {"objectguid": [bytes(range(16))]}
    assert ldap_entries.entry(raw) == {"objectGUID": "00010203-0405-0607-0809-0a0b0c0d0e0f"}
    assert ldap_entries.entry({"objectguid": [b"15 bytes or less"[:15]]}) == {}


def test_all_values_of_the_matched_columns_are_numbers() -> None:
    ldap_entries = entries(first_matched_columns=["Mobile", "pager"])
    raw = {"mobile": [b"1", b"2", b"\xff"], "pager;x-old": [b"3"], "cn": [b"4"], "pagerTelephoneNumber": None}
    assert ldap_entries.numbers(raw) == ["1", "2", "3"]


def test_a_unique_column_that_is_no_attribute_is_rejected() -> None:
    with pytest.raises(InvalidSource, match="unique_column"):
        entries(unique_column="a b")
