"""Tests of searches in a real directory: which entries are found, and which fields they have."""

from collections.abc import Callable
from pathlib import Path

import pytest

from plugins.backends.many_numbers import match_all
from servers.ldap_people import FIRST_NAMES, PEOPLE_DN, guid, person
from servers.slapd import Slapd
from xivo_dird.backend import Caller, QuestionRefused, SourceUnavailable
from xivo_dird_backends.ldap.backend import LdapBackend

MakeBackend = Callable[..., LdapBackend]

TERMS = {
    "filter syntax": "*)(uid=*",
    "escapes": r"\2a",
    "parentheses": ")(|",
    "wildcard": "*",
    "backslash": "\\",
    "NUL": "a\0b",
    "line break": "xq\r\nqx",
    "lone surrogate": "\ud800",
    "right-to-left override": "a\u202eb",
    "zero width": "a\u200bb",
    "many combining characters": "e" + "\u0301" * 2000,
    "emoji": "👩‍👩‍👧",
    "10,000 characters": "x" * 10_000,
    "SQL and FTS": '%_"NEAR" -col:',
    "regex bomb": "(a+)+$",
    "number": "tel:+49;ext=**610",
    "Arabic-Indic digits": "٠١٢٣",
    "quote and semicolon": '");',
    "placeholder": "%Q%Q",
}


def names(backend: LdapBackend, term: str, caller: Caller) -> list[object]:
    return [entry.get("cn") for entry in backend.search(term, caller)]


def test_a_term_is_found_inside_any_searched_column(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(slapd.uri, searched_columns=["cn", "mail"])
    assert names(backend, "adams 107", caller) == ["Hélène Adams 107"]
    assert names(backend, "ALIAS0107", caller) == ["Hélène Adams 107"]


def test_the_server_decides_whether_accents_matter(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    assert names(make_backend(slapd.uri), "GÜNTHER BÉL", caller) == [
        "Günther Bélanger 16",
        "Günther Bélanger 116",
    ]


def test_an_empty_term_finds_all_entries(slapd: Slapd, make_backend: MakeBackend, caller: Caller) -> None:
    assert len(names(make_backend(slapd.uri, searched_columns=["cn"]), "", caller)) == 200


def test_an_entry_that_matches_by_several_columns_appears_once(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(slapd.uri, searched_columns=["uid", "mail"])
    assert len(list(backend.search("user0007", caller))) == 1


@pytest.mark.parametrize("term", TERMS.values(), ids=TERMS)
def test_special_characters_in_a_term_have_no_meaning(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller, term: str
) -> None:
    backend = make_backend(slapd.uri, ldap_custom_filter="(|(cn=*%Q*)(mobile=%Q))")
    assert list(backend.search(term, caller)) == []
    assert backend.first_match(term, caller) is None
    assert match_all(backend, [term], caller) == {}
    assert list(backend.fetch([term], caller)) == []


def test_special_characters_are_found_literally(
    tmp_path: Path, make_backend: MakeBackend, caller: Caller
) -> None:
    special = {**person(1), "cn": [r"a*(b)\c"]}
    with Slapd(tmp_path, entries=[special, person(2)]) as server:
        backend = make_backend(server.uri)
        assert [names(backend, term, caller) for term in ("*", "(b", "\\")] == [[r"a*(b)\c"]] * 3


@pytest.mark.parametrize("exten", ["1007", "+33100000007", "+33 1 00 00 0007", "+3361000007"])
def test_the_server_compares_numbers(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller, exten: str
) -> None:
    found = make_backend(slapd.uri).first_match(exten, caller)
    assert found is not None
    assert found["uid"] == "user0007"


def test_a_part_of_a_number_is_no_match(slapd: Slapd, make_backend: MakeBackend, caller: Caller) -> None:
    assert make_backend(slapd.uri).first_match("100", caller) is None


def test_match_all_finds_numbers_in_all_values(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(slapd.uri, format_columns={"name": "{cn}"})
    found = match_all(backend, ["1003", "+33100000004", "+3361000005", "nobody's"], caller)
    assert {exten: entry["uid"] for exten, entry in found.items()} == {
        "1003": "user0003",
        "+33100000004": "user0004",
        "+3361000005": "user0005",
    }
    assert set(found["1003"]) == {"cn", "uid"}


def test_match_all_accepts_more_numbers_than_fit_one_search(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    numbers = [str(1000 + number) for number in range(120)]
    found = match_all(make_backend(slapd.uri), numbers, caller)
    assert [found[number]["uid"] for number in numbers] == [f"user{number:04}" for number in range(120)]


def test_match_all_works_with_a_custom_filter_alone(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(slapd.uri, first_matched_columns=[], ldap_custom_filter="(telephoneNumber=%Q)")
    found = match_all(backend, ["1001", "1002", "9999"], caller)
    assert {exten: entry["uid"] for exten, entry in found.items()} == {"1001": "user0001", "1002": "user0002"}


def test_a_custom_filter_restricts_the_search_by_columns(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(slapd.uri, ldap_custom_filter="(sn=Durand)")
    assert len(names(backend, "Alice", caller)) == 2
    assert len(names(make_backend(slapd.uri), "Alice", caller)) == 20


def test_a_custom_filter_works_without_columns(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(slapd.uri, searched_columns=[], ldap_custom_filter="(&(uid=%Q)(sn=*))")
    assert names(backend, "user0012", caller) == ["Chloé Bélanger 12"]


def test_entries_are_fetched_by_their_ids(slapd: Slapd, make_backend: MakeBackend, caller: Caller) -> None:
    ids = [f"user{number:04}" for number in range(60)]
    found = make_backend(slapd.uri).fetch([*ids, "gone"], caller)
    assert sorted(str(entry["uid"]) for entry in found) == ids


def test_further_entries_have_each_word_in_any_searched_column(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(slapd.uri, searched_columns=["givenName", "sn", "telephoneNumber"])
    assert names(backend, "adams élène", caller) == ["Hélène Adams 7", "Hélène Adams 107"]
    assert names(backend, "müll JÜR", caller) == ["Jürgen Müller 69", "Jürgen Müller 169"]
    assert names(backend, "müll JÜR 1169", caller) == ["Jürgen Müller 169"]
    assert names(backend, "müll jür xyz", caller) == []


def test_entries_with_the_whole_term_come_first(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(slapd.uri, searched_columns=["cn"])
    assert names(backend, "adams 10", caller) == [
        f"{FIRST_NAMES[number % 10]} Adams {number}" for number in range(100, 110)
    ]
    assert names(backend, "Adams 7", caller) == ["Hélène Adams 7", "Hélène Adams 107"]
    assert names(backend, "7 adams", caller) == ["Hélène Adams 7", "Hélène Adams 107"]
    limited = make_backend(slapd.uri, searched_columns=["cn"], ldap_size_limit=1)
    assert names(limited, "Adams 7", caller) == ["Hélène Adams 7"]
    assert len(names(limited, "7 adams", caller)) == 1


def test_a_custom_filter_is_applied_to_each_word(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(
        slapd.uri, searched_columns=[], ldap_custom_filter="(&(sn=*)(|(givenName=*%Q*)(sn=*%Q*)))"
    )
    assert names(backend, "adams lène", caller) == ["Hélène Adams 7", "Hélène Adams 107"]


def test_a_refused_search_for_words_does_not_hide_the_whole_term(
    tmp_path: Path, make_backend: MakeBackend, caller: Caller
) -> None:
    with Slapd(tmp_path, unchecked_limit=50) as server:
        backend = make_backend(server.uri)
        assert names(backend, "die Ada", caller) == ["Élodie Adams 4", "Élodie Adams 104"]
        with pytest.raises(QuestionRefused, match="adminLimitExceeded"):
            backend.search("die", caller)


@pytest.mark.parametrize(
    "term", ["0044", "00 00 44", "٠٠٤٤", "+3361000044", "061000044", "0033 6 1000044", "06 1000044"]
)
def test_a_part_of_a_number_is_found_in_another_spelling(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller, term: str
) -> None:
    backend = make_backend(slapd.uri, searched_columns=["telephoneNumber", "mobile"], country="FR")
    assert names(backend, term, caller) == ["Élodie Strauß 44"]


def test_a_binary_id_is_returned_as_uuid_and_can_be_fetched(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(slapd.uri, unique_column="guid", unique_column_format="binary_uuid")
    assert [entry["guid"] for entry in backend.search("Adams 107", caller)] == [str(guid(107))]
    found = backend.fetch([str(guid(107)), str(guid(8)).upper(), "no uuid"], caller)
    assert sorted(str(entry["uid"]) for entry in found) == ["user0008", "user0107"]


def test_only_the_formatted_fields_are_returned(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(
        slapd.uri, format_columns={"name": "{givenName} {sn}", "number": "{mobile[0]} {a.b}"}
    )
    (entry,) = backend.search("Adams 107", caller)
    assert entry == {"givenName": "Hélène", "sn": "Adams", "mobile": "+3361000107", "uid": "user0107"}


def test_without_formats_all_fields_have_their_first_value(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    (entry,) = make_backend(slapd.uri, unique_column="entryUUID").search("Adams 107", caller)
    assert entry["telephoneNumber"] == "1107"
    assert entry["mail"] == "user0107@example.org"
    assert entry["entryUUID"]
    assert "jpegPhoto" not in entry


def test_fields_have_the_spelling_of_the_options(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(
        slapd.uri,
        searched_columns=["CN"],
        unique_column="UID",
        format_columns={"a": "{GIVENNAME}", "b": "{givenName}", "c": "{surname}", "d": "{telephonenumber}"},
    )
    assert list(backend.search("Adams 107", caller)) == [
        {
            "GIVENNAME": "Hélène",
            "givenName": "Hélène",
            "surname": "Adams",
            "telephonenumber": "1107",
            "UID": "user0107",
        }
    ]


def test_formats_without_fields_request_no_attribute(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(slapd.uri, unique_column=None, format_columns={"name": "somebody"})
    assert list(backend.search("Adams 107", caller)) == [{}]
    assert list(backend.fetch(["user0107"], caller)) == []


def test_entries_found_before_the_size_limit_are_used(
    tmp_path: Path, make_backend: MakeBackend, caller: Caller
) -> None:
    with Slapd(tmp_path, size_limit=5) as server:
        assert len(names(make_backend(server.uri), "Adams", caller)) == 5


def test_the_source_can_limit_the_number_of_entries(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    assert len(names(make_backend(slapd.uri, ldap_size_limit=3), "Adams", caller)) == 3


def test_a_refused_search_does_not_affect_other_searches(
    tmp_path: Path, make_backend: MakeBackend, caller: Caller
) -> None:
    with Slapd(tmp_path, unchecked_limit=50) as server:
        backend = make_backend(server.uri)
        with pytest.raises(QuestionRefused, match="adminLimitExceeded"):
            backend.search("al", caller)
        assert names(backend, "Adams 107", caller) == ["Hélène Adams 107"]


def test_an_error_names_a_missing_base_dn(slapd: Slapd, make_backend: MakeBackend, caller: Caller) -> None:
    backend = make_backend(slapd.uri, ldap_base_dn="ou=nowhere,dc=example,dc=org")
    with pytest.raises(SourceUnavailable, match=r"ou=nowhere,dc=example,dc=org.*noSuchObject"):
        backend.search("Adams", caller)


def test_referrals_are_not_followed(slapd: Slapd, make_backend: MakeBackend, caller: Caller) -> None:
    backend = make_backend(slapd.uri, ldap_base_dn=f"ou=elsewhere,{slapd.base_dn}")
    with pytest.raises(SourceUnavailable, match="referral"):
        backend.search("Adams", caller)


def test_an_unknown_attribute_in_a_search_is_harmless(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(slapd.uri, ldap_base_dn=PEOPLE_DN, searched_columns=["cn", "nosuchattribute"])
    assert names(backend, "Adams 107", caller) == ["Hélène Adams 107"]
