"""The number of a caller, as SIP, phones and PBXs name it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xivo_dird.numbers.caller import WITHHELD, caller_number
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.numbers.requested import RequestedNumber
from xivo_dird.testing import HOSTILE_NUMBERS

IN_THE_BOOK = "+33 1 99 00 12 34"
SPELLINGS = [
    "0199001234",
    "+33199001234",
    " 33199001234",  # a plus that was not encoded in a query
    "0033199001234",
    "33199001234",
    "01 99.00-12 34",
    "+33 (0)1 99 00 12 34",
    "tel:+33-1-99-00-12-34",
    "tel: 33199001234",
    "tel:0199001234;phone-context=+33",
    "sip:+33199001234@192.0.2.17;user=phone",
    "sip: 33199001234@pbx.example.org:5060",
    "sips:0199001234@[2001:db8::1]",
    "<sip:+33199001234@pbx.example.org>",
    '"Ada" <sip:+33199001234@pbx.example.org>;tag=1928',
    '"Ada" <sip:%2B33199001234@pbx.example.org>',
    "Ada Stern <0199001234>",
    "<tel:+33199001234>",
    "\u202a+33 1 99 00 12 34\u202c",
]
NONE = [
    "",
    " ",
    "\t\u00a0\u200b",
    "anonymous",
    "Anonymous",
    " ANONYMOUS ",
    "'unknown'",
    '"Private"',
    "Unavailable",
    "restricted",
    "withheld",
    "Out of area",
    "Private Number",
    "private_number",
    "OUT-OF-AREA",
    "No  Caller\tID",
    "-",
    "%41nonymous",
    "sip:%61nonymous@anonymous.invalid",
    "P",
    "asterisk",
    "<unknown>",
    "(null)",
    "sip:anonymous@anonymous.invalid",
    "SIP:Anonymous@192.0.2.17;user=phone",
    "sip:unavailable@unknown.invalid",
    "tel:anonymous",
    '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1928',
    '"+33199001234" <sip:anonymous@anonymous.invalid>',
    "Ada <>",
    "@example.org",
    "sip:@192.0.2.17",
]


@pytest.mark.parametrize("text", SPELLINGS)
def test_the_address_of_a_caller_is_the_number_in_the_book(text: str) -> None:
    number = caller_number(text)
    assert number is not None
    assert RequestedNumber(number, DialPlan("FR", "")).rank(IN_THE_BOOK) is not None


@pytest.mark.parametrize("text", NONE, ids=ascii)
def test_a_withheld_or_unknown_number_is_none(text: str) -> None:
    assert caller_number(text) is None


@pytest.mark.parametrize(
    "text", ["0", "7", "101", "*31#", "ada", "sip:ada@example.org", "anonymous1", "Popeye"]
)
def test_a_short_number_and_any_other_word_are_looked_up(text: str) -> None:
    assert caller_number(text) == text


def test_the_name_that_a_caller_chooses_is_no_number() -> None:
    for text in ('"101" <sip:+33199001234@h>', '"<101>" <sip:+33199001234@h>', "101 <sip:+33199001234@h>"):
        number = RequestedNumber(caller_number(text) or "", DialPlan("FR", ""))
        assert number.rank("101") is None
        assert number.rank(IN_THE_BOOK) is not None


def test_a_bracket_without_its_other_half_changes_nothing() -> None:
    for text in ("<101", "101>", ">101<", "a < b"):
        assert caller_number(text) == text


@given(st.sampled_from([*WITHHELD, *HOSTILE_NUMBERS]), st.text(st.characters(exclude_categories=[])))
def test_any_text_is_a_number_or_none(word: str, text: str) -> None:
    for each in (text, f"{word}{text}", f"{text} <{word}>", f"sip:{word}@{text}"):
        number = caller_number(each)
        assert number is None or number.strip()
