"""Search terms for stored contacts: the texts that they match, and the stored form that finds them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xivo_dird.backend import TextMatch
from xivo_dird.contacts.content import content_of
from xivo_dird.contacts.term import Term
from xivo_dird.database.contact_keys import keys_of

CASE, ACCENTS = TextMatch.CASE_INSENSITIVE, TextMatch.CASE_AND_ACCENT_INSENSITIVE


@pytest.mark.parametrize(
    ("term", "text", "case_rule", "accent_rule"),
    [
        ("", "", True, True),
        ("", "x", True, True),
        ("%", "", True, True),
        ("_", "", False, False),
        ("_", "x", True, True),
        ("a%c", "xABBBCx", True, True),
        ("c%a", "abc", False, False),
        ("a_c", "abc", True, True),
        ("a_c", "ac", False, False),
        ("a_c", "a\nc", True, True),
        ("_%_", "ab", True, True),
        ("_%_", "a", False, False),
        ("ab%ab", "aba", False, False),
        ("a\\%", "a\\b", True, True),
        ("\\%", "%", False, False),
        (".*", "abc", False, False),
        ("É", "é", True, True),
        ("é", "E", False, True),
        ("e\u0301", "É", True, True),
        ("ß", "STRASSE", False, True),
        ("\u0131", "I", False, True),
        ("\uff05", "100\uff05", True, True),
        ("\0", "a\0", True, True),
    ],
)
def test_a_term_matches_texts_by_the_rule(term, text, case_rule, accent_rule):
    assert [Term(term, rule).matches(text) for rule in (CASE, ACCENTS)] == [case_rule, accent_rule]


def test_a_missing_or_null_column_never_matches():
    fields = {"name": "Ada", "empty": "", "none": None}
    assert Term("", CASE).matches_any(fields, ["empty"])
    assert not Term("", CASE).matches_any(fields, ["none", "absent"])
    assert not Term("ada", CASE).matches_any(fields, [])


@pytest.mark.timeout(20)
def test_wildcards_take_linear_time_at_most():
    text = "a" * 20_000
    assert not Term("%".join("a" * 500) + "b", CASE).matches(text)
    assert not Term("a_" * 500 + "b", CASE).matches(text[:2_000])


alphabet = st.text(alphabet="aAbéE\u0301ßsS\u0130\u0131\u03c3\u03c2\u03a3%_\\. \x1f", max_size=8)


@given(term=alphabet, text=alphabet, rule=st.sampled_from([CASE, ACCENTS]))
def test_the_index_form_of_a_matching_text_contains_the_substring(term, text, rule):
    prepared = Term(term, rule)
    if prepared.matches(text):
        assert prepared.substring in content_of("owner", {"name": "x", "text": text}).search


storable = st.text(st.characters(codec="utf-8"))


@given(st.dictionaries(storable, storable | st.none()))
def test_a_digest_depends_on_the_fields_but_not_on_their_order(fields):
    reordered = dict(reversed(fields.items()))
    assert content_of("o", fields).digest == content_of("o", reordered).digest
    assert content_of("o", fields).digest != content_of("o", {**fields, "one more": "x"}).digest


def test_null_empty_text_and_missing_field_have_different_digests():
    digests = [
        content_of("o", fields).digest for fields in ({"a": "1"}, {"a": "1", "b": ""}, {"a": "1", "b": None})
    ]
    assert len(set(digests)) == 3


def test_keys_ignore_case_and_differ_between_owners():
    assert keys_of("o", "AbÉ") == keys_of("o", "aBe\u0301")
    assert len({*keys_of("o", "1"), *keys_of("p", "1"), *keys_of("o", "2")}) == 3
    assert 0 <= keys_of("o", "1")[0] < 2**63
    assert content_of("o", {"a": "x", "b": "X", "c": "", "d": None}).keys == set(keys_of("o", "x"))
