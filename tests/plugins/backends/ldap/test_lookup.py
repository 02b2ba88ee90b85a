"""What is found in a real directory, and under which names it comes back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from servers.ldap_people import PEOPLE_DN, guid, person
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
    "line break": "a\r\nb",
    "lone surrogate": "\ud800",
    "right-to-left override": "a\u202eb",
    "zero width": "a\u200bb",
    "combining flood": "e" + "\u0301" * 2000,
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
    assert names(backend, "adams 7", caller) == ["Hélène Adams 7"]
    assert names(backend, "ALIAS0007", caller) == ["Hélène Adams 7"]


def test_an_accented_term_is_found_by_the_rules_of_the_server(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    assert names(make_backend(slapd.uri), "GÜNTHER BÉL", caller) == [
        "Günther Bélanger 16",
        "Günther Bélanger 116",
    ]


def test_an_empty_term_lists_everybody(slapd: Slapd, make_backend: MakeBackend, caller: Caller) -> None:
    assert len(names(make_backend(slapd.uri, searched_columns=["cn"]), "", caller)) == 200


def test_a_contact_that_matches_by_several_columns_appears_once(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(slapd.uri, searched_columns=["uid", "mail"])
    assert len(list(backend.search("user0007", caller))) == 1


@pytest.mark.parametrize("term", TERMS.values(), ids=TERMS)
def test_a_hostile_term_is_only_text(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller, term: str
) -> None:
    backend = make_backend(slapd.uri, ldap_custom_filter="(|(cn=*%Q*)(mobile=%Q))")
    assert list(backend.search(term, caller)) == []
    assert backend.first_match(term, caller) is None
    assert backend.match_all([term], caller) == {}
    assert list(backend.fetch([term], caller)) == []


def test_special_characters_are_found_where_they_stand(
    tmp_path: Path, make_backend: MakeBackend, caller: Caller
) -> None:
    odd = {**person(1), "cn": [r"a*(b)\c"]}
    with Slapd(tmp_path, entries=[odd, person(2)]) as server:
        backend = make_backend(server.uri)
        assert [names(backend, term, caller) for term in ("*", "(b", "\\")] == [[r"a*(b)\c"]] * 3


@pytest.mark.parametrize("exten", ["1007", "+33100000007", "+33 1 00 00 0007", "+3361000007"])
def test_a_number_is_found_by_the_rules_of_the_server(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller, exten: str
) -> None:
    found = make_backend(slapd.uri).first_match(exten, caller)
    assert found is not None
    assert found["uid"] == "user0007"


def test_a_part_of_a_number_is_no_match(slapd: Slapd, make_backend: MakeBackend, caller: Caller) -> None:
    assert make_backend(slapd.uri).first_match("100", caller) is None


def test_match_all_finds_each_number_also_in_later_values(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(slapd.uri, format_columns={"name": "{cn}"})
    found = backend.match_all(["1003", "+33100000004", "+3361000005", "nobody's"], caller)
    assert {exten: entry["uid"] for exten, entry in found.items()} == {
        "1003": "user0003",
        "+33100000004": "user0004",
        "+3361000005": "user0005",
    }
    assert set(found["1003"]) == {"cn", "uid"}


def test_match_all_takes_more_numbers_than_fit_one_question(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    numbers = [str(1000 + number) for number in range(120)]
    found = make_backend(slapd.uri).match_all(numbers, caller)
    assert [found[number]["uid"] for number in numbers] == [f"user{number:04}" for number in range(120)]


def test_match_all_with_a_custom_filter_alone_asks_number_by_number(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(slapd.uri, first_matched_columns=[], ldap_custom_filter="(telephoneNumber=%Q)")
    found = backend.match_all(["1001", "1002", "9999"], caller)
    assert {exten: entry["uid"] for exten, entry in found.items()} == {"1001": "user0001", "1002": "user0002"}


def test_a_custom_filter_narrows_what_the_columns_find(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(slapd.uri, ldap_custom_filter="(sn=Durand)")
    assert len(names(backend, "Alice", caller)) == 2
    assert len(names(make_backend(slapd.uri), "Alice", caller)) == 20


def test_a_custom_filter_alone_gets_the_term(slapd: Slapd, make_backend: MakeBackend, caller: Caller) -> None:
    backend = make_backend(slapd.uri, searched_columns=[], ldap_custom_filter="(&(uid=%Q)(sn=*))")
    assert names(backend, "user0012", caller) == ["Chloé Bélanger 12"]


def test_favorites_come_back_by_their_ids(slapd: Slapd, make_backend: MakeBackend, caller: Caller) -> None:
    ids = [f"user{number:04}" for number in range(60)]
    found = make_backend(slapd.uri).fetch([*ids, "gone"], caller)
    assert sorted(str(entry["uid"]) for entry in found) == ids


def test_a_binary_unique_column_is_shown_as_uuid_and_found_again(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(slapd.uri, unique_column="guid", unique_column_format="binary_uuid")
    assert [entry["guid"] for entry in backend.search("Adams 7", caller)] == [str(guid(7))]
    found = backend.fetch([str(guid(7)), str(guid(8)).upper(), "no uuid"], caller)
    assert sorted(str(entry["uid"]) for entry in found) == ["user0007", "user0008"]


def test_only_the_fields_that_are_formatted_are_asked_for(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(
        slapd.uri, format_columns={"name": "{givenName} {sn}", "number": "{mobile[0]} {a.b}"}
    )
    (entry,) = backend.search("Adams 7", caller)
    assert entry == {"givenName": "Hélène", "sn": "Adams", "mobile": "+3361000007", "uid": "user0007"}


def test_without_format_columns_all_fields_come_with_their_first_value(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    (entry,) = make_backend(slapd.uri, unique_column="entryUUID").search("Adams 7", caller)
    assert entry["telephoneNumber"] == "1007"
    assert entry["mail"] == "user0007@example.org"
    assert entry["entryUUID"]
    assert "jpegPhoto" not in entry


def test_fields_are_spelled_as_the_options_spell_them(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(
        slapd.uri,
        searched_columns=["CN"],
        unique_column="UID",
        format_columns={"a": "{GIVENNAME}", "b": "{givenName}", "c": "{surname}", "d": "{telephonenumber}"},
    )
    assert list(backend.search("Adams 7", caller)) == [
        {
            "GIVENNAME": "Hélène",
            "givenName": "Hélène",
            "surname": "Adams",
            "telephonenumber": "1007",
            "UID": "user0007",
        }
    ]


def test_formats_without_fields_ask_for_no_attribute(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(slapd.uri, unique_column=None, format_columns={"name": "somebody"})
    assert list(backend.search("Adams 7", caller)) == [{}]
    assert list(backend.fetch(["user0007"], caller)) == []


def test_entries_found_before_the_size_limit_are_used(
    tmp_path: Path, make_backend: MakeBackend, caller: Caller
) -> None:
    with Slapd(tmp_path, size_limit=5) as server:
        assert len(names(make_backend(server.uri), "Adams", caller)) == 5


def test_the_source_may_limit_the_entries_itself(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    assert len(names(make_backend(slapd.uri, ldap_size_limit=3), "Adams", caller)) == 3


def test_a_term_with_more_matches_than_the_server_looks_at_is_refused_and_others_are_found(
    tmp_path: Path, make_backend: MakeBackend, caller: Caller
) -> None:
    with Slapd(tmp_path, unchecked_limit=50) as server:
        backend = make_backend(server.uri)
        with pytest.raises(QuestionRefused, match="adminLimitExceeded"):
            backend.search("al", caller)
        assert names(backend, "Adams 7", caller) == ["Hélène Adams 7"]


def test_a_missing_base_is_named(slapd: Slapd, make_backend: MakeBackend, caller: Caller) -> None:
    backend = make_backend(slapd.uri, ldap_base_dn="ou=nowhere,dc=example,dc=org")
    with pytest.raises(SourceUnavailable, match=r"ou=nowhere,dc=example,dc=org.*noSuchObject"):
        backend.search("Adams", caller)


def test_a_base_elsewhere_is_not_followed(slapd: Slapd, make_backend: MakeBackend, caller: Caller) -> None:
    backend = make_backend(slapd.uri, ldap_base_dn=f"ou=elsewhere,{slapd.base_dn}")
    with pytest.raises(SourceUnavailable, match="referral"):
        backend.search("Adams", caller)


def test_an_error_of_the_server_does_not_cost_the_connection(
    slapd: Slapd, make_backend: MakeBackend, caller: Caller
) -> None:
    backend = make_backend(slapd.uri, ldap_base_dn=PEOPLE_DN, searched_columns=["cn", "nosuchattribute"])
    assert names(backend, "Adams 7", caller) == ["Hélène Adams 7"]
