"""An index returns exactly what a comparison with every entry would: random data."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index_factory import index_factory
from xivo_dird.backend import TextMatch
from xivo_dird.index.format import IndexShape
from xivo_dird.text.folding import fold

TEXTS = st.text(st.sampled_from('aAb\u00e91+ %"\0\x1f\ud800\u00df\u7530'), max_size=9)


@pytest.fixture
def build_index(tmp_path):
    """Return a function that builds an index."""
    with index_factory(tmp_path) as build:
        yield lambda entries, text_match: build(entries, IndexShape(("first", "last"), (), None, text_match))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.fixed_dictionaries({}, optional={"first": TEXTS, "last": TEXTS}), max_size=8),
    st.lists(TEXTS, min_size=1, max_size=8),
    st.sampled_from(TextMatch),
)
def test_the_index_agrees_with_comparing_every_entry(build_index, entries, terms, text_match):
    normalize = str.lower if text_match is TextMatch.CASE_INSENSITIVE else fold
    reader = build_index(entries, text_match)
    for term in terms:
        expected = [
            entry for entry in entries if any(normalize(term) in normalize(text) for text in entry.values())
        ]
        assert reader.search(term) == expected
