"""From attributes to fields: which are asked for, and what comes of the answer."""

import pytest

from xivo_dird.backend import InvalidSource
from xivo_dird_backends.ldap.entries import LdapEntries, fields_of
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
    assert fields_of([template]) == fields


def test_everything_is_asked_for_without_formats() -> None:
    made = entries(unique_column="entryUUID", first_matched_columns=["mobile"])
    assert made.attributes == ("*", "entryUUID")
    assert made.attributes_with_numbers == ("*", "entryUUID", "mobile")


def test_formats_limit_what_is_asked_for() -> None:
    made = entries(
        unique_column="uid", first_matched_columns=["mobile"], format_columns={"a": "{cn}", "b": "{cn}"}
    )
    assert made.attributes == ("cn", "uid")
    assert made.attributes_with_numbers == ("cn", "uid", "mobile")
    assert entries(format_columns={"a": "text"}).attributes == ("1.1",)


def test_the_first_value_that_is_not_empty_counts() -> None:
    assert entries().entry({"cn": [b"", b"Al", b"Bo"], "sn": [], "l": None, "o": [b""]}) == {"cn": "Al"}


def test_what_is_no_text_is_left_out() -> None:
    assert entries().entry({"cn": ["é".encode()], "photo": [b"\xff\xd8"]}) == {"cn": "é"}


def test_fields_get_the_spelling_of_the_options() -> None:
    made = entries(format_columns={"a": "{givenname} {GivenName}"}, unique_column="UID")
    raw = {"givenName": [b"Al"], "uid": [b"7"]}
    assert made.entry(raw) == {"givenname": "Al", "GivenName": "Al", "UID": "7"}


def test_an_attribute_may_answer_by_its_other_name() -> None:
    made = entries(format_columns={"a": "{surname}", "b": "{mail}"})
    assert made.entry({"sn": [b"Ad"], "rfc822Mailbox": [b"a@b"]}) == {"surname": "Ad", "mail": "a@b"}


@pytest.mark.parametrize("order", [["cn;lang-fr", "cn"], ["cn", "cn;lang-fr"]])
def test_a_value_with_options_stands_in_only_when_there_is_no_plain_one(order: list[str]) -> None:
    values = {"cn": [b"plain"], "cn;lang-fr": [b"french"]}
    made = entries(format_columns={"a": "{cn}"})
    assert made.entry({name: values[name] for name in order}) == {"cn": "plain"}
    assert made.entry({"cn;lang-fr": [b"french"]}) == {"cn": "french"}


def test_unknown_attributes_keep_the_spelling_of_the_server_when_all_are_asked_for() -> None:
    raw = {"roomNumber": [b"12"], "CN": [b"Al"]}
    assert entries(searched_columns=["cn"]).entry(raw) == {"roomNumber": "12", "cn": "Al"}


def test_a_binary_id_is_shown_as_uuid() -> None:
    made = entries(unique_column="objectGUID", unique_column_format="binary_uuid")
    raw = {"objectguid": [bytes(range(16))]}
    assert made.entry(raw) == {"objectGUID": "00010203-0405-0607-0809-0a0b0c0d0e0f"}
    assert made.entry({"objectguid": [b"15 bytes or less"[:15]]}) == {}


def test_all_values_of_the_matched_columns_are_numbers() -> None:
    made = entries(first_matched_columns=["Mobile", "pager"])
    raw = {"mobile": [b"1", b"2", b"\xff"], "pager;x-old": [b"3"], "cn": [b"4"], "pagerTelephoneNumber": None}
    assert made.numbers(raw) == ["1", "2", "3"]


def test_a_unique_column_that_is_no_attribute_is_refused() -> None:
    with pytest.raises(InvalidSource, match="unique_column"):
        entries(unique_column="a b")
