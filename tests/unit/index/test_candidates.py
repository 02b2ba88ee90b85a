"""The candidates of a term are the entries that have its rarest grams; or no entry can match, or all must be read."""

import pytest
from pyroaring import BitMap

from xivo_dird.index.candidates import (
    MAX_SIZE_RATIO,
    candidates_of_all,
    candidates_of_any,
    term_candidates,
)
from xivo_dird.index.grams import gram_prefixes, grams
from xivo_dird.index.postings import write_postings


@pytest.fixture
def store(gram_tables):
    """Return a function that stores which entries have each gram."""
    return lambda postings: write_postings(
        gram_tables, ((gram, BitMap(entries)) for gram, entries in postings.items())
    )


@pytest.fixture
def candidates(gram_tables):
    """Return a function that returns the candidates of a term as a list, or None."""

    def candidates(term, entries=1000):
        found = term_candidates(gram_tables, term, entries)
        return None if found is None else list(found)

    return candidates


def test_the_five_rarest_grams_are_intersected(candidates, store):
    ordered = sorted(grams("ada lovelace"))
    assert len(ordered) > 6
    store({gram: range(7, 100 + place) for place, gram in enumerate(ordered)})
    assert candidates("ada lovelace") == [*range(7, 100)]


def test_candidates_have_all_of_the_rarest_grams(candidates, store):
    first, second, *_ = sorted(grams("lovelace"))
    store({gram: range(100) for gram in grams("lovelace")} | {first: [3, 5, 8], second: [2, 5, 8, 200]})
    assert candidates("lovelace") == [5, 8]


def test_a_list_much_longer_than_the_candidates_left_is_not_read(candidates, store, gram_tables):
    first, second, third, *_ = sorted(grams("lovelace"))
    store({first: [5, 8], second: range(8, 8 + MAX_SIZE_RATIO + 1), third: range(10_000)})
    gram_tables.execute("UPDATE posting SET entries = 'damaged' WHERE length(entries) > 5000")
    assert candidates("lovelace") == [8]


def test_a_term_with_few_grams_needs_all_of_them(candidates, store):
    first, _second = sorted(grams('a"b"c'))
    store({first: [1, 2]})
    assert candidates('a"b"c') == []


def test_a_term_whose_grams_are_unknown_has_no_candidates(candidates):
    for term in ("lovelace", "ad", "a"):
        assert candidates(term) == []


def test_a_short_rare_term_is_found_by_all_grams_that_begin_with_it(candidates, store):
    prefixes = list(gram_prefixes('a"'))
    found = [prefix + end for prefix in prefixes for end in ("\0", "z", "\u07ff")]
    others = {prefix[:-1] + chr(ord(prefix[-1]) + step) for prefix in prefixes for step in (-1, 1)}
    store(
        {gram: [place] for place, gram in enumerate(found)}
        | {gram: [999] for gram in others if gram not in found}
    )
    assert candidates('a"', 8 * len(found)) == [*range(len(found))]


def test_a_short_term_in_more_than_every_eighth_entry_needs_a_scan(candidates, store):
    first, second, *_ = gram_prefixes("ada")
    store({first: range(5), second: range(3, 8)})
    assert candidates("ada", 72) == [*range(8)]
    assert candidates("ada", 71) is None


@pytest.fixture
def many(gram_tables, store):
    """Store entries of which 1 to 4 have `lovelace`, 3 to 6 `byron`, and nearly all `a`; return the connection."""
    store(
        {gram: range(1, 5) for gram in grams("lovelace")}
        | {gram: range(3, 7) for gram in grams("byron")}
        | {gram: range(900) for gram in list(gram_prefixes("a"))[:1]}
    )
    return gram_tables


def test_candidates_of_several_texts_have_all_of_them(many):
    assert candidates_of_all(many, ["lovelace", "byron"], 1000) == BitMap([3, 4])
    assert candidates_of_all(many, ["lovelace", "a", "byron"], 1000) == BitMap([3, 4])
    assert candidates_of_all(many, ["lovelace", "unknown"], 1000) == BitMap()
    assert candidates_of_all(many, ["a"], 1000) is None


def test_candidates_of_one_of_several_texts_have_any_of_them(many):
    assert candidates_of_any(many, ["lovelace", "byron", "lovelace"], 1000) == BitMap(range(1, 7))
    assert candidates_of_any(many, ["unknown", "byron"], 1000) == BitMap(range(3, 7))
    assert candidates_of_any(many, ["lovelace", "a"], 1000) is None
