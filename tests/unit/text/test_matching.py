"""Search terms: which texts match, and how well."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.text.matching import Pattern, Rank, SearchTerm, TextMatch

CASE, ACCENTS = TextMatch.CASE_INSENSITIVE, TextMatch.CASE_AND_ACCENT_INSENSITIVE


def matches(term, *texts, rule=CASE):
    return SearchTerm(term, rule, has_wildcards=True).rank(texts) is not None


@pytest.mark.parametrize(
    ("term", "text", "case_rule", "accent_rule"),
    [
        ("", "", True, True),
        ("", "x", True, True),
        ("%", "", True, True),
        ("_", "", False, False),
        ("_", "x", True, True),
        ("stra_e", "Stra\u00dfe", True, False),
        ("stra__e", "Stra\u00dfe", True, True),
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
        ("ß", "STRASSE", True, True),
        ("\u0131", "I", True, True),
        ("\uff05", "100\uff05", True, True),
        ("\0", "a\0", True, True),
    ],
)
def test_a_term_matches_texts_by_the_rule(term, text, case_rule, accent_rule):
    assert [matches(term, text, rule=rule) for rule in (CASE, ACCENTS)] == [case_rule, accent_rule]


@pytest.mark.timeout(20)
def test_wildcards_take_linear_time_at_most():
    text = "a" * 20_000
    assert not matches("%".join("a" * 500) + "b", text)
    assert not matches("a_" * 500 + "b", text[:2_000])


def test_nothing_matches_without_texts():
    assert matches("", "")
    assert not matches("")
    assert not matches("ada")


@pytest.mark.parametrize(
    ("term", "texts", "rank"),
    [
        ("amé mar", ["Amé Mar"], Rank.LITERAL),
        ("am\u00e9", ["Ame\u0301lie"], Rank.LITERAL),
        ("ipek", ["\u0130pek"], Rank.SPELLING),
        ("amé  mar", ["Amé Mar"], Rank.SPELLING),
        ("amé mar", ["Amélie", "Marchand"], Rank.PARTS),
        ("marchand amélie", ["Amélie", "Marchand"], Rank.PARTS),
        ("am% m_r", ["Amélie", "Marchand"], Rank.PARTS),
        ("ada ", ["Ada"], Rank.PARTS),
        (" ada", ["Ada"], Rank.PARTS),
        ("ada ada", ["Ada"], Rank.PARTS),
        ("amé mar x", ["Amélie", "Marchand"], None),
        ("ame mar", ["Amélie", "Marchand"], None),
        ("\u200b", ["Ada"], None),
        ("\u200b", ["A\u200bda"], Rank.LITERAL),
        (" ", ["Ada"], None),
        (" ", ["Ada Stern"], Rank.LITERAL),
        ("\t ", ["Ada Stern"], Rank.SPELLING),
        ("12 34", ["12", "34"], None),
        ("12 34", ["(12) 34"], Rank.PARTS),
        ("12 34", ["12; 34"], None),
    ],
)
def test_better_matches_come_first(term, texts, rank):
    assert SearchTerm(term, CASE, has_wildcards=True).rank(texts) is rank


@given(
    st.text(
        "aAb\u00e9E\u0301\u00dfs\u0130\u0131\u03c3\u03c2\u064a\u06cc\u0640\u0661\uff11\u200d \xa0\t-",
        min_size=1,
    ),
    st.integers(0, 20),
    st.integers(1, 20),
    st.sampled_from(TextMatch),
)
def test_a_part_of_a_normalized_text_is_always_found(text, start, size, rule):
    part = rule.normalize(text)[start : start + size]
    assert SearchTerm(part, rule).rank(["other", text]) in (Rank.LITERAL, Rank.SPELLING)


def test_items_are_selected_by_rank_and_otherwise_keep_their_order():
    items = ["b, a", "a  b", "a b", "c", "xa bx", "b a"]
    assert SearchTerm("a b", CASE).select(items, lambda item: [item]) == [
        "a b",
        "xa bx",
        "a  b",
        "b, a",
        "b a",
    ]


def test_a_term_with_too_many_words_is_only_searched_as_a_whole():
    words = list("abcdefghi")
    assert SearchTerm("a b c d e f g h", CASE).rank(words) is Rank.PARTS
    assert SearchTerm("a b c d e f g h a h", CASE).rank(words) is Rank.PARTS
    assert SearchTerm("a b c d e f g h i", CASE).rank(words) is None
    assert SearchTerm("a " * 256, CASE).rank(["a"]) is Rank.PARTS
    assert SearchTerm("a " * 256 + "a", CASE).rank(["a"]) is None


def test_wildcards_are_ordinary_text_unless_they_are_asked_for():
    assert SearchTerm("a%", CASE).rank(["ab"]) is None
    assert SearchTerm("a%", CASE).rank(["a%"]) is Rank.LITERAL
    assert SearchTerm("a_b", CASE).rank(["axb"]) is None
    assert SearchTerm("a_b", CASE).rank(["xa_bx"]) is Rank.LITERAL


def test_a_term_has_different_words_unless_it_is_one_or_a_number():
    for text, normalized, words, is_number in (
        ("Am\u00e9  MAR", "am\u00e9 mar", ("am\u00e9", "mar"), False),
        ("ada ADA \u200b stern", "ada ada stern", ("ada", "stern"), False),
        ("ada", "ada", (), False),
        ("12 34", "12 34", (), True),
        ("12 3x", "12 3x", ("12", "3x"), False),
        ("", "", (), False),
    ):
        term = SearchTerm(text, CASE)
        found = (term.text, term.normalized, term.words, term.number is not None)
        assert found == (text, normalized, words, is_number), text
        assert tuple(CASE.normalize(pattern.text) for pattern in term.word_patterns) == words, text


def test_a_number_is_found_in_the_spellings_of_the_tenant():
    assert SearchTerm("0144", CASE, DialPlan("FR")).rank(["+33 1 44 55 66 77"]) is Rank.PARTS
    assert SearchTerm("0144", CASE, DialPlan("DE")).rank(["+33 1 44 55 66 77"]) is None
    assert SearchTerm("0144", CASE).rank(["+33 1 44 55 66 77"]) is None


def test_only_an_empty_text_is_in_every_text():
    for text, rule, is_everywhere in (
        ("", CASE, True),
        ("a", CASE, False),
        ("\u200b", CASE, False),
        ("\u0301", CASE, False),
        ("\u0301", ACCENTS, True),
    ):
        assert SearchTerm(text, rule).is_everywhere == is_everywhere, ascii(text)


def test_only_the_whole_term_is_contained():
    for text, is_contained in (("b a", False), ("xa bx", True), ("A  B", True), ("c", False)):
        assert SearchTerm("a b", CASE).is_contained(["x", text]) == is_contained, text


def test_a_pattern_is_searched_by_its_literals():
    pattern = Pattern("a%b__c", str, has_wildcards=True)
    assert (pattern.text, pattern.literals) == ("a%b__c", ["a", "b", "c"])
    assert pattern.is_in("xaxbxxcx")
    assert not pattern.is_in("xaxbxcx")
    assert not pattern.is_in("bxxca")
    assert Pattern("a%b", str, has_wildcards=False).literals == ["a%b"]
    for text in ("aba", "abab"):
        assert Pattern("ab%ab", str, has_wildcards=True).is_in(text) == (text == "abab")
        assert Pattern("a_%_b", str, has_wildcards=True).is_in(text) == (text == "abab")
    assert Pattern("%", str, has_wildcards=True).is_in("")


def test_no_more_items_are_read_when_enough_of_the_best_are_found():
    term, items = SearchTerm("a b", CASE), ["b a", "a\u00a0b", "a b 1", "b a 2", "a b 3", "a b 4"]
    remaining = iter(items)
    assert term.select(remaining, lambda item: [item], 2) == ["a b 1", "a b 3"]
    assert list(remaining) == ["a b 4"]
    for count in range(1, 8):
        assert (
            term.select(items, lambda item: [item], count) == term.select(items, lambda item: [item])[:count]
        )
