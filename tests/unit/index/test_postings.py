"""Posting lists are stored with a checksum, and changed one by one."""

import pytest
from pyroaring import BitMap

from xivo_dird.index.open_file import IndexDamaged
from xivo_dird.index.postings import (
    GRAMS_PER_STATEMENT,
    change_postings,
    decode_posting,
    encode_posting,
    write_postings,
)

MANY = BitMap([*range(5, 9), *range(1000, 3000, 7), *range(70_000, 140_000), 2**32 - 1])


def stored(gram_tables):
    """Return the entries of each gram."""
    rows = gram_tables.execute(
        "SELECT gram, occurrences, entries FROM gram LEFT JOIN posting ON posting.id = gram.posting"
    ).fetchall()
    assert gram_tables.execute("SELECT count(*) FROM posting").fetchone() == (len(rows),)
    found = {gram: list(decode_posting(entries)) for gram, _, entries in rows}
    assert {gram: count for gram, count, _ in rows} == {gram: len(entries) for gram, entries in found.items()}
    return found


def test_a_posting_list_is_read_as_it_was_written():
    for entries in (BitMap([1]), MANY):
        assert decode_posting(encode_posting(entries)) == entries


def test_each_damaged_byte_of_a_posting_list_is_noticed():
    whole = encode_posting(BitMap([1, 5, 70_000]))
    for place in range(len(whole)):
        for bit in range(8):
            damaged = bytearray(whole)
            damaged[place] ^= 1 << bit
            with pytest.raises(IndexDamaged):
                decode_posting(bytes(damaged))
        with pytest.raises(IndexDamaged):
            decode_posting(whole[:place])


def test_changed_posting_lists_are_those_of_an_index_that_is_built_anew(gram_tables):
    write_postings(gram_tables, [("abc", BitMap([1, 2])), ("bcd", BitMap([1])), ("cde", BitMap([3]))])
    change_postings(
        gram_tables,
        {"abc": BitMap([1]), "bcd": BitMap([1]), "cde": BitMap([3])},
        {"abc": BitMap([9]), "cde": BitMap([3, 4]), "new": BitMap([9])},
    )
    assert stored(gram_tables) == {"abc": [2, 9], "cde": [3, 4], "new": [9]}
    change_postings(gram_tables, {}, {"bcd": BitMap([7])})
    assert stored(gram_tables) == {"abc": [2, 9], "bcd": [7], "cde": [3, 4], "new": [9]}


def test_more_grams_are_changed_than_a_statement_has(gram_tables):
    grams = [f"{number:03}" for number in range(2 * GRAMS_PER_STATEMENT + 1)]
    change_postings(gram_tables, {}, {gram: BitMap([1]) for gram in grams})
    change_postings(gram_tables, {gram: BitMap([1]) for gram in grams[1:]}, {})
    assert stored(gram_tables) == {grams[0]: [1]}
