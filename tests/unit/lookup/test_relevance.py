"""The order of the contacts of a source: whole words, then beginnings of words, then the rest."""

import pytest

from waiting import LONG_TIMEOUT
from xivo_dird.directory.contact import Contact
from xivo_dird.lookup.relevance import sort_by_relevance
from xivo_dird.threads.deadline import Deadline, DeadlinePassed


def ranked(term, *values, columns=("name",), seconds=LONG_TIMEOUT):
    contacts = [Contact({"name": value, "note": term}, "crew", "csv", None) for value in values]
    deadline = Deadline.after(seconds)
    return [contact.fields["name"] for contact in sort_by_relevance(contacts, term, columns, deadline)]


def test_whole_words_come_first_then_beginnings_then_the_rest():
    assert ranked("ann", "Hannah", "Annabel", "Mary-Ann", "Ann Ross", "Anne") == [
        "Mary-Ann",
        "Ann Ross",
        "Annabel",
        "Anne",
        "Hannah",
    ]


def test_case_accents_and_spaces_around_the_term_are_ignored():
    assert ranked(" éRIC ", "Frederic", "eric", "Éric") == ["eric", "Éric", "Frederic"]


def test_the_best_rank_of_several_texts_counts():
    assert ranked("ross", ["Crossman"], ["x", "Ross"], {"home": "Rossi"}) == [
        ["x", "Ross"],
        {"home": "Rossi"},
        ["Crossman"],
    ]


def test_only_the_given_columns_are_searched_or_all_if_there_are_none():
    assert ranked("ann", "Hannah", "x", "Ann") == ["Ann", "Hannah", "x"]
    assert ranked("ann", "Hannah", "x", "Ann", columns=()) == ["Hannah", "x", "Ann"]


@pytest.mark.parametrize("term", ["", "  ", "(a+)+$", "\\", "[", "\ud800", "a" * 10_000])
def test_any_term_is_plain_text_and_equal_ranks_keep_their_order(term):
    values = ["b", None, 7, "a" * 100_000, "c"]
    assert ranked(term, *values) == values


def test_too_many_contacts_are_not_sorted_after_the_deadline():
    assert ranked("ann", "Hannah", "Ann", seconds=0) == ["Ann", "Hannah"]
    with pytest.raises(DeadlinePassed):
        ranked("ann", *["Hannah"] * 1000, seconds=0)
