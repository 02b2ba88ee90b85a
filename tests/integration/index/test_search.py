"""An index returns exactly what a comparison with every entry would: random data."""

import unicodedata

import pytest
from anyascii import anyascii
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index_factory import index_factory
from xivo_dird.backend import SearchTerm, TextMatch
from xivo_dird.index.format import IndexShape
from xivo_dird.numbers.dial_plan import DialPlan

TEXTS = st.text(
    st.sampled_from(
        'aAb\u00e91+ %"\0\x1f\ud800\u00df\u7530'
        "\u0130\u0131iI\u0301\u0307\u200d\u0640\u064a\u06cc\u0661\uff11\xa0\t\ufb01\u03c3\u03c2-"
    ),
    max_size=9,
)
NUMBERS = st.text(st.sampled_from("0361 .-+()/;"), max_size=12)


@pytest.fixture
def build_index(tmp_path):
    """Return a function that builds an index."""
    with index_factory(tmp_path) as build:
        yield lambda entries, text_match: build(entries, IndexShape(("first", "last"), (), None, text_match))


def contract_rule(text_match):
    """Return the form in which contract section 3.5 compares texts, and in which earlier releases compared them."""
    return former_case if text_match is TextMatch.CASE_INSENSITIVE else former_fold


def former_case(text):
    return unicodedata.normalize("NFC", text).lower()


def former_fold(text):
    """Remove accents and transliterate Latin letters, character by character (the alphabet has no other marks)."""
    plain = [
        letter
        for character in text
        for letter in unicodedata.normalize("NFKD", character).casefold()
        if unicodedata.combining(letter) != unicodedata.combining("\u0301")
    ]
    return "".join(
        anyascii(letter).lower() if unicodedata.name(letter, "").startswith("LATIN ") else letter
        for letter in plain
    )


def texts_of(entry):
    return list(entry.values())


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.fixed_dictionaries({}, optional={"first": TEXTS, "last": TEXTS | NUMBERS}), max_size=8),
    st.lists(TEXTS | NUMBERS, min_size=1, max_size=8),
    st.sampled_from(TextMatch),
    st.sampled_from([None, "FR", "US"]),
)
def test_the_index_agrees_with_comparing_every_entry(build_index, entries, terms, text_match, country):
    reader, normalize = build_index(entries, text_match), contract_rule(text_match)
    for term in terms:
        found = reader.search(term, DialPlan(country))
        assert found == SearchTerm(term, text_match, DialPlan(country)).select(entries, texts_of)
        literal = [
            entry for entry in entries if any(normalize(term) in normalize(text) for text in entry.values())
        ]
        assert found[: len(literal)] == literal
