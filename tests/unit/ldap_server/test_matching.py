"""Whether entries match filters: true, false or undefined (RFC 4511 section 4.5.1.7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xivo_dird.ldap_server.filters import (
    And,
    Approximate,
    AtLeast,
    AtMost,
    Equal,
    Extensible,
    Not,
    Or,
    Present,
    Substrings,
)
from xivo_dird.ldap_server.matching import digits_of, predicate
from xivo_dird.numbers.dial_plan import UNKNOWN_PLAN, DialPlan

ENTRY = {
    "objectclass": ["top", "person"],
    "uid": ["crew:17"],
    "cn": ["Éric  Müller"],
    "sn": ["Müller"],
    "telephonenumber": ["+33144550102", "2045"],
    "mail": ["eric@example.org"],
}
TRUE, FALSE, UNDEFINED = Present("cn"), Present("pager"), Present("unknownAttribute")
VALUES = {TRUE: True, FALSE: False, UNDEFINED: None}
CONDITIONS = st.recursive(
    st.sampled_from([TRUE, FALSE, UNDEFINED]),
    lambda inner: (
        st.builds(And, st.lists(inner, max_size=3).map(tuple))
        | st.builds(Or, st.lists(inner, max_size=3).map(tuple))
        | st.builds(Not, inner)
    ),
    max_leaves=12,
)


def matches(condition, plan=UNKNOWN_PLAN):
    return predicate(condition, plan)(ENTRY)


def reference(condition):
    """Return the value by Kleene's logic, with 0, 1/2 and 1."""
    match condition:
        case And(parts):
            return min(map(reference, parts), default=1)
        case Or(parts):
            return max(map(reference, parts), default=0)
        case Not(part):
            return 1 - reference(part)
    return {True: 1, False: 0, None: 0.5}[VALUES[condition]]


@given(CONDITIONS)
def test_conditions_are_combined_as_in_three_valued_logic(condition):
    assert matches(condition) is {1: True, 0: False, 0.5: None}[reference(condition)]


@pytest.mark.parametrize(
    "condition",
    [
        Equal("cn", "eric müller"),
        Equal("CN", "ERIC MULLER"),
        Equal("commonName", " Éric Müller "),
        Equal("2.5.4.3", "Éric Müller"),
        Equal("objectClass", "PERSON"),
        Substrings("cn", "éri", (), ""),
        Substrings("cn", "", ("mull",), ""),
        Substrings("cn", "", ("muller eric",), ""),
        Substrings("cn", "e", ("i", "m"), "r"),
        Substrings("cn", "", (), ""),
        Substrings("telephoneNumber", "", (), ""),
        Approximate("cn", "eric muller"),
        AtLeast("sn", "mu"),
        AtMost("sn", "mz"),
        Extensible("", "sn", "MULLER"),
        Extensible("caseIgnoreMatch", "sn", "muller"),
        Extensible("2.5.13.20", "telephoneNumber", "2045"),
        Equal("telephoneNumber", "20-45"),
        Equal("telephoneNumber", "+33 1 44 55 01 02"),
        Substrings("telephoneNumber", "20", (), ""),
        Substrings("telephoneNumber", "+331", ("55",), "02"),
        Present("2.5.4.20"),
    ],
    ids=repr,
)
def test_an_entry_matches(condition):
    assert matches(condition) is True
    assert matches(Not(condition)) is False


@pytest.mark.parametrize(
    "condition",
    [
        Equal("cn", "Éric"),
        Equal("cn", ""),
        Substrings("cn", "ric", (), ""),
        Substrings("sn", "müll", (), "ller"),
        Substrings("sn", "", ("ll", "ll"), ""),
        AtLeast("sn", "n"),
        AtMost("sn", "m"),
        Equal("mobile", "2045"),
        Equal("telephoneNumber", "204"),
        Substrings("telephoneNumber", "0", (), "9"),
        Present("mobile"),
    ],
    ids=repr,
)
def test_an_entry_does_not_match(condition):
    assert matches(condition) is False
    assert matches(Not(condition)) is True


@pytest.mark.parametrize(
    "condition",
    [
        Equal("telephoneNumber", "foo"),
        Substrings("telephoneNumber", "foo", (), ""),
        Substrings("telephoneNumber", "20", ("foo",), ""),
        Equal("telephoneNumber", ""),
        AtLeast("telephoneNumber", "2045"),
        AtMost("telephoneNumber", "2045"),
        Present("unknownAttribute"),
        Equal("cn;lang-de", "x"),
        Equal("", "x"),
        Extensible("1.2.3", "cn", "Éric Müller"),
        Extensible("caseIgnoreMatch", "", "Müller"),
        Extensible("", "", "Müller"),
    ],
    ids=repr,
)
def test_what_can_not_be_known_is_undefined_and_so_is_its_negation(condition):
    assert matches(condition) is None
    assert matches(Not(condition)) is None
    assert matches(Or((condition, TRUE))) is True
    assert matches(And((condition, FALSE))) is False


def test_a_number_matches_in_each_spelling_of_its_tenant():
    france = DialPlan("FR")
    for number in ("0144550102", "00 33 1 44 55 01 02", "tel", "+331 44.55.01.02"):
        expected = None if number == "tel" else True
        assert matches(Equal("telephoneNumber", number), france) is expected
    assert matches(Equal("telephoneNumber", "0144550102")) is False


@pytest.mark.parametrize(
    ("text", "digits"), [("+33 (1) 44", "33144"), ("*21#", "*21#"), ("2a", ""), ("", "")]
)
def test_a_text_with_letters_has_no_digits(text, digits):
    assert digits_of(text) == digits


@given(st.text(max_size=20), st.sampled_from(["cn", "telephoneNumber", "uid", "x"]))
def test_any_text_is_compared(text, name):
    parts = (text[:3], text[3:])
    for condition in (
        Equal(name, text),
        Approximate(name, text),
        AtLeast(name, text),
        AtMost(name, text),
        Extensible(text, name, text),
        Substrings(name, text, parts, text),
        Substrings(name, "", (text,), ""),
    ):
        assert matches(condition) in {True, False, None}
