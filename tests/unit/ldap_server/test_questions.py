"""What a filter asks the directory: at least what all matching entries have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xivo_dird.ldap_server.filters import (
    And,
    Approximate,
    AtLeast,
    Equal,
    Extensible,
    Not,
    Or,
    Present,
    Substrings,
)
from xivo_dird.ldap_server.matching import digits_of, predicate
from xivo_dird.ldap_server.questions import EVERYTHING, MAX_TERMS, EntryId, Term, questions
from xivo_dird.ldap_server.tree import entry_uid
from xivo_dird.numbers.dial_plan import UNKNOWN_PLAN
from xivo_dird.text.folding import fold

WORDS = st.sampled_from(["a", "b", "ab", "ba", "Ab a", "b ab"])
NUMBERS = st.sampled_from(["1", "2", "12", "21", "112", "+12 21"])


def conditions(name, texts):
    """Return the conditions for an attribute."""
    return st.one_of(
        st.builds(Equal, name, texts),
        st.builds(Approximate, name, texts),
        st.builds(Extensible, st.just(""), name, texts),
        st.builds(Present, name),
        st.builds(
            Substrings, name, texts | st.just(""), st.lists(texts, max_size=2).map(tuple), texts | st.just("")
        ),
    )


FILTERS = st.recursive(
    conditions(st.sampled_from(["cn", "sn"]), WORDS)
    | conditions(st.sampled_from(["telephoneNumber", "mobile"]), NUMBERS)
    | st.builds(Present, st.just("unknown")),
    lambda inner: (
        st.builds(And, st.lists(inner, max_size=3).map(tuple))
        | st.builds(Or, st.lists(inner, max_size=3).map(tuple))
        | st.builds(Not, inner)
    ),
    max_leaves=8,
)
ENTRIES = st.fixed_dictionaries(
    {},
    optional={
        "cn": st.lists(WORDS, min_size=1, max_size=2),
        "sn": st.lists(WORDS, min_size=1, max_size=2),
        "telephonenumber": st.lists(NUMBERS, min_size=1, max_size=2),
        "mobile": st.lists(NUMBERS, min_size=1, max_size=2),
    },
)


def finds(question, entry):
    """Return whether an answer to a question has the entry; the words of a text may be in any order."""
    numbers = [digits_of(text) for key in ("telephonenumber", "mobile") for text in entry.get(key, ())]
    if question.is_number:
        digits = digits_of(question.text)
        return any(digits == number if question.is_whole else digits in number for number in numbers)
    texts = [fold(text) for values in entry.values() for text in values]
    words = fold(question.text).split()
    return any(all(word in text for word in words) for text in texts) or any(
        digits_of(question.text) in number for number in numbers if digits_of(question.text)
    )


@given(FILTERS, ENTRIES)
def test_every_entry_that_matches_answers_a_question(condition, entry):
    asked = questions(condition)
    if predicate(condition, UNKNOWN_PLAN)(entry) and asked is not EVERYTHING:
        assert any(finds(question, entry) for question in asked), asked


@pytest.mark.parametrize(
    ("condition", "asked"),
    [
        (Substrings("cn", "", ("mar",), ""), (Term("mar"),)),
        (Substrings("cn", "m", ("arti",), "n"), (Term("arti"),)),
        (Substrings("telephoneNumber", "20", (), ""), (Term("20", is_number=True),)),
        (Equal("telephoneNumber", "2045"), (Term("2045", is_number=True, is_whole=True),)),
        (Substrings("telephoneNumber", "foo", (), ""), ()),
        (Equal("unknown", "x"), ()),
        (Present("unknown"), ()),
        (Equal("objectClass", "group"), ()),
        (Equal("uid", "x"), ()),
        (Equal("uid", entry_uid("a:b", "7")), (EntryId("a:b", "7"),)),
        (Or(()), ()),
        (
            Or((Substrings("cn", "", ("12",), ""), Substrings("mobile", "", ("12",), ""))),
            (Term("12"),),
        ),
        (Or((Equal("mobile", "12"), Substrings("pager", "12", (), ""))), (Term("12", is_number=True),)),
        (And((Equal("objectClass", "person"), Equal("cn", "ada"))), (Term("ada"),)),
        (And((Equal("cn", "a"), Equal("sn", "stern"))), (Term("stern"),)),
        (And((Not(Equal("cn", "a")), Equal("sn", "stern"))), (Term("stern"),)),
    ],
    ids=str,
)
def test_a_filter_asks_for_few_texts(condition, asked):
    assert questions(condition) == asked


@pytest.mark.parametrize(
    "condition",
    [
        Present("cn"),
        Equal("objectClass", "PERSON"),
        Not(Equal("cn", "ada")),
        AtLeast("cn", "a"),
        Substrings("uid", "crew", (), ""),
        Substrings("cn", "", (), ""),
        Substrings("cn", "", (" ",), ""),
        Substrings("telephoneNumber", "", (), ""),
        Or((Equal("cn", "ada"), Present("mail"))),
        Or(tuple(Equal("cn", f"x{number}") for number in range(MAX_TERMS + 1))),
        And(()),
    ],
    ids=str,
)
def test_all_entries_may_match(condition):
    assert questions(condition) is EVERYTHING
