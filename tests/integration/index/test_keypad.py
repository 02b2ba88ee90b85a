"""An index finds digits typed on a keypad exactly as a comparison with every entry would: random data."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index_factory import index_factory
from xivo_dird.backend import TextMatch
from xivo_dird.index.format import IndexShape
from xivo_dird.text.keypad import TypedTerm

SHAPE = IndexShape(("name", "number"), ("number",), "id", TextMatch.CASE_INSENSITIVE)
TEXTS = st.text(st.sampled_from("abcd\u00c9wz12345 -'.()+\0\x1f\u7530"), max_size=12)
DIGITS = st.text(st.sampled_from("0123459"), min_size=1, max_size=11)


@pytest.fixture
def build_index(tmp_path):
    """Return a function that builds an index."""
    with index_factory(tmp_path) as build:
        yield lambda entries: build(entries, SHAPE)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.fixed_dictionaries({}, optional={"name": TEXTS, "number": TEXTS}), max_size=8),
    st.lists(DIGITS, min_size=1, max_size=8),
)
def test_the_index_agrees_with_comparing_every_entry(build_index, entries, terms):
    reader = build_index(entries)
    for digits in terms:
        term = TypedTerm(digits)
        expected = [entry for entry in entries if any(term.matches(text) for text in entry.values())]
        assert reader.search_typed(digits) == expected
