"""Tests of the filters that an LDAP source builds for a term, a number or an id."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ldap3 import DEREF_NEVER, SUBTREE
from ldap3.operation.search import search_operation

from xivo_dird.backend import DialPlan, InvalidSource, SearchTerm, TextMatch
from xivo_dird_backends.ldap.filters import LdapFilters, escape
from xivo_dird_backends.ldap.options import LdapOptions


def filters(**options: object) -> LdapFilters:
    complete = {"name": "x", "ldap_uri": "ldap://x", "ldap_base_dn": "dc=x", **options}
    return LdapFilters(LdapOptions.model_validate(complete))


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_an_escaped_text_reaches_the_server_unchanged(text: str) -> None:
    request = search_operation("", f"(cn={escape(text)})", SUBTREE, DEREF_NEVER, [], 0, 0, False, True, True)
    assert bytes(request["filter"]["equalityMatch"]["assertionValue"]) == text.encode()


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("Alice O'Neil", "Alice O'Neil"),
        ("*)(uid=*", r"\2a\29\28uid\3d\2a"),
        ("a\0b\\", r"a\00b\5c"),
        (" a b ", r"\20a b\20"),
        ("é", r"\c3\a9"),
        ("\ud800", None),
        ("", ""),
    ],
)
def test_special_characters_are_escaped(text: str, escaped: str | None) -> None:
    assert escape(text) == escaped


def test_searched_columns_are_alternatives() -> None:
    assert filters(searched_columns=["cn"]).search("al") == "(cn=*al*)"
    assert filters(searched_columns=["cn", "sn"]).search("al") == "(|(cn=*al*)(sn=*al*))"


def test_the_custom_filter_is_combined_with_the_columns() -> None:
    search_filter = filters(searched_columns=["cn"], ldap_custom_filter="(uid=%Q)").search("a*")
    assert search_filter == r"(&(uid=a\2a)(cn=*a\2a*))"


def test_without_columns_the_custom_filter_is_used_alone() -> None:
    source_filters = filters(ldap_custom_filter="(|(uid=%Q)(cn=%Q))")
    assert source_filters.search("al") == "(|(uid=al)(cn=al))"
    assert source_filters.match(["12"]) == "(|(uid=12)(cn=12))"


def parts(source_filters: LdapFilters, term: str, country: str | None = None) -> str | None:
    return source_filters.search_parts(SearchTerm(term, TextMatch.CASE_INSENSITIVE, DialPlan(country)))


def test_there_is_no_second_filter_for_a_plain_term() -> None:
    for term in ("al", "Éric", "", "%Q", "a*", "\ud800", "\u200b", " ", "\t"):
        assert parts(filters(searched_columns=["cn", "sn"]), term) is None


def test_each_word_may_be_in_another_column() -> None:
    assert parts(filters(searched_columns=["cn", "sn"]), "ada  (st") == (
        r"(|(|(cn=*ada \28st*)(sn=*ada \28st*))(&(|(cn=*ada*)(sn=*ada*))(|(cn=*\28st*)(sn=*\28st*))))"
    )
    assert parts(filters(searched_columns=["cn"]), " ada") == "(cn=*ada*)"


def test_each_word_is_put_into_the_custom_filter() -> None:
    custom = filters(searched_columns=["cn"], ldap_custom_filter="(uid=%Q)")
    assert parts(custom, "a b") == "(&(&(uid=a)(cn=*a*))(&(uid=b)(cn=*b*)))"


def test_another_spelling_of_a_term_is_searched_too() -> None:
    columns = filters(searched_columns=["cn"])
    assert parts(columns, "e\u0301") == r"(cn=*\c3\a9*)"
    assert parts(columns, "\u0661\u0662") == "(cn=*12*)"
    assert parts(columns, "a\u200db") == "(cn=*ab*)"
    assert parts(columns, "Stra\u00dfe") == "(cn=*strasse*)"


def test_a_number_is_searched_in_its_usual_spellings() -> None:
    mobile = filters(searched_columns=["mobile"])
    assert (
        parts(mobile, "06 399", "FR")
        == "(|(mobile=*06399*)(mobile=+336399*)(mobile=00336399*)(mobile=336399*))"
    )
    assert parts(mobile, "+336399", "FR") == "(|(mobile=*336399*)(mobile=06399*))"
    assert parts(mobile, "06 399") == "(mobile=*06399*)"


def test_several_numbers_are_combined_in_one_filter() -> None:
    source_filters = filters(first_matched_columns=["mobile", "pager"], ldap_custom_filter="(l=%Q)")
    assert source_filters.match(["1"]) == "(&(l=1)(|(mobile=1)(pager=1)))"
    assert source_filters.match(["1", "", "2", "\ud800"]) == (
        "(|(&(l=1)(|(mobile=1)(pager=1)))(&(l=2)(|(mobile=2)(pager=2))))"
    )


def test_a_custom_filter_without_the_number_is_used_once() -> None:
    source_filters = filters(first_matched_columns=["mobile", "pager"], ldap_custom_filter="(l=x)")
    assert source_filters.match(["1"]) == "(&(l=x)(|(mobile=1)(pager=1)))"
    assert source_filters.match(["1", "2"]) == "(&(l=x)(|(mobile=1)(mobile=2)(pager=1)(pager=2)))"
    assert source_filters.match(["", "\ud800"]) is None
    assert filters(ldap_custom_filter="(l=x)").match(["1", "2"]) == "(l=x)"


def test_a_phone_column_gets_one_of_the_spellings_that_are_equal_there() -> None:
    source_filters = filters(first_matched_columns=["mobile", "pager"])
    numbers = ["0 1", "01", "0-1", "0.1", "0 1", "0. 1"]
    assert source_filters.match(numbers, {"mobile"}) == (
        "(|(mobile=0 1)(mobile=0.1)(pager=0 1)(pager=01)(pager=0-1)(pager=0.1)(pager=0. 1))"
    )
    assert source_filters.match(["a", "A"], {"mobile", "pager"}) == (
        "(|(mobile=a)(mobile=A)(pager=a)(pager=A))"
    )
    custom = filters(first_matched_columns=["mobile"], ldap_custom_filter="(l=%Q)")
    assert custom.match(["0 1", "01"], {"mobile"}) == "(|(&(l=0 1)(mobile=0 1))(&(l=01)(mobile=01)))"


def test_an_empty_term_matches_entries_with_a_searched_column() -> None:
    assert filters(searched_columns=["cn", "sn"]).search("") == "(|(cn=*)(sn=*))"
    custom = filters(searched_columns=["cn"], ldap_custom_filter="(ou=*%Q*)")
    assert custom.search("") == "(&(ou=**)(cn=*))"


def test_there_is_no_filter_if_nothing_can_match() -> None:
    searched = filters(searched_columns=["cn"])
    assert searched.search("\ud800") is None
    assert searched.match(["12"]) is None
    assert searched.ids(["12"]) is None
    assert filters(first_matched_columns=["mobile"]).search("al") is None


def test_ids_are_looked_up_by_the_unique_column() -> None:
    source_filters = filters(searched_columns=["cn"], unique_column="uid")
    assert source_filters.ids(["a", "b*"]) == r"(|(uid=a)(uid=b\2a))"
    assert source_filters.ids([]) is None


def test_binary_ids_are_converted_to_bytes() -> None:
    source_filters = filters(
        searched_columns=["cn"], unique_column="guid", unique_column_format="binary_uuid"
    )
    assert source_filters.ids(["00010203-0405-0607-0809-0A0B0C0D0E0F", "no uuid"]) == (
        r"(guid=\00\01\02\03\04\05\06\07\08\09\0a\0b\0c\0d\0e\0f)"
    )


@pytest.mark.parametrize(
    "custom", ["cn=x", "(cn=x", "(cn)", "()", "(!)", "(&)(cn=%Q)", "(" * 400 + "cn=x" + ")" * 400, "%Q"]
)
def test_a_malformed_custom_filter_is_rejected(custom: str) -> None:
    with pytest.raises(InvalidSource, match="ldap_custom_filter"):
        filters(ldap_custom_filter=custom)


@pytest.mark.parametrize(
    "custom", ["(cn=%Q)", "(&(objectClass=person)(!(l=%Q*)))", "(cn:caseExactMatch:=%Q)"]
)
def test_a_valid_custom_filter_is_accepted(custom: str) -> None:
    assert filters(ldap_custom_filter=custom).search("x") == custom.replace("%Q", "x")


def test_a_source_needs_columns_or_a_custom_filter() -> None:
    with pytest.raises(InvalidSource, match="searched_columns"):
        filters()


@pytest.mark.parametrize("key", ["searched_columns", "first_matched_columns"])
@pytest.mark.parametrize("column", ["cn)(uid=*", "given name", "cn=", "é", "1x"])
def test_a_column_that_is_no_attribute_is_rejected(key: str, column: str) -> None:
    with pytest.raises(InvalidSource, match=key):
        filters(**{key: ["cn", column]})


@pytest.mark.parametrize("column", ["cn", "cn;lang-fr", "2.5.4.3", "x_y", "extensionAttribute1"])
def test_attribute_descriptions_are_accepted_as_columns(column: str) -> None:
    assert filters(searched_columns=[column]).search("a") == f"({column}=*a*)"
