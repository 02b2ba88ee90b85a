"""What a phone dials for the text of a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xivo_dird.phones.dialled_number import MAX_DIALLED_CHARACTERS, dialled_number

NUMBERS = {
    "+33(0)123456789": "0033123456789",
    "+33 (0) 1 23 45 67 89": "0033123456789",
    "1000": "1000",
    "ext. 12": "12",
    "+44(0)": "+440",
    "(555)555-5555": "5555555555",
    "+1 555 123 4567": "+15551234567",
    "*98#": "*98#",
    "n/a": "",
    "555 (0) 1": "55501",
    "+33(0)(1)2": "+33012",
    "(+33)(0)1": "+3301",
    "+(0)1": "+01",
    "0033 (0) 1": "003301",
    "01/44.55-66": "01445566",
    "": "",
    "+": "",
    "++": "",
    "()": "",
    "+()": "",
    "\u0661\u0662\uff13": "",
    "1\u202e2\x00": "12",
    "9" * MAX_DIALLED_CHARACTERS: "9" * MAX_DIALLED_CHARACTERS,
    "9" * (MAX_DIALLED_CHARACTERS + 1): "",
    "9" * 300: "",
}
REPLACED = {
    "+1 555 123 4567": "01115551234567",
    "+33 (0) 1 23": "01133123",
    "+44(0)": "011440",
    "++49 1": "011491",
    "12+34": "1234",
    "+": "",
    "1000": "1000",
    "+" + "9" * MAX_DIALLED_CHARACTERS: "",
}


@pytest.mark.parametrize(("text", "number"), NUMBERS.items())
def test_a_number_is_what_can_be_dialled_of_a_text(text, number):
    assert dialled_number(text) == number


@pytest.mark.parametrize(("text", "number"), REPLACED.items())
def test_a_leading_plus_is_replaced_by_the_prefix_if_configured(text, number):
    assert dialled_number(text, "replace", "011") == number


@given(st.text(alphabet="+()0123456789*# x\u0661"))
def test_a_number_has_only_characters_that_a_phone_dials(text):
    assert set(dialled_number(text)) <= set("+0123456789*#")
    assert "+" not in dialled_number(text, "replace")
    assert len(dialled_number(text, "replace")) <= MAX_DIALLED_CHARACTERS
