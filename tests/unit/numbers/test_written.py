"""The numbers that are written in a text, at the limits of their lengths."""

import pytest

from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.numbers.requested import RequestedNumber
from xivo_dird.numbers.terms import read_number_term
from xivo_dird.numbers.written import (
    MAX_DIGITS,
    MIN_LOCAL_DIGITS,
    MIN_STEM_DIGITS,
    STEM_KEYS,
    WrittenNumber,
    digit_key,
    digit_keys,
    read_numbers,
    stem_key,
)
from xivo_dird.text.folding import caseless, fold


def digits(text):
    return [number.digits for number in read_numbers(text)]


def test_a_number_has_so_many_digits():
    longest = "1" * MAX_DIGITS
    assert digits(longest) == digits(f"Tel. {longest}") == digits(f"+{longest}") == [longest]
    assert digits(longest + "1") == digits(f"Tel. {longest}1") == []
    assert digit_keys(longest) == (111111,)
    assert digit_keys(longest + "1") == digit_keys(f"1 {longest}") == ()


def test_a_text_that_is_searched_for_numbers_has_so_many_characters():
    longest = "x" * 249 + " 123456"
    assert digits(longest) == ["123456"]
    assert digits("x" + longest) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12", (WrittenNumber("12", is_bare=True),)),
        ("'12", (WrittenNumber("12", is_bare=True),)),
        ("+12", (WrittenNumber("12", has_plus=True),)),
        ("030 12345-0", (WrittenNumber("030123450", stem="03012345"),)),
        ("12345-0", (WrittenNumber("123450"),)),
        ("123456-0", (WrittenNumber("1234560", stem="123456"),)),
        ("030 12345-67 x8", (WrittenNumber("0301234567", extension="8"),)),
        ("01-44-55-66-00", (WrittenNumber("0144556600"),)),
        ("0144556600-00", (WrittenNumber("014455660000", stem="0144556600"),)),
        ("030 12345*", (WrittenNumber("03012345", stem="03012345"),)),
        ("*31#610", ()),
        ("AB1234567", ()),
        ("1-800-FLOWERS", (WrittenNumber("1800"), WrittenNumber("18003569377"))),
    ],
)
def test_the_numbers_of_a_text(text, numbers):
    assert read_numbers(text) == numbers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("030/12345", [("03012345", [])]),
        ("12345/67890", [("1234567890", ["12345", "67890"])]),
        ("1234/67890", [("123467890", [])]),
        ("0123456/0123457", [("0123456", []), ("0123457", [])]),
        ("0123456/012345", [("0123456012345", ["0123456", "012345"])]),
    ],
)
def test_a_slash_separates_numbers_that_are_long_enough(text, expected):
    found = [(number.digits, [part.digits for part in number.parts]) for number in read_numbers(text)]
    assert found == expected


def described(text: str) -> list[str]:
    """Return the numbers of a text with their plus and their extension."""
    return [
        f"{'+' if number.has_plus else ''}{number.digits}{' x' if number.extension else ''}{number.extension}"
        for number in read_numbers(text)
    ]


def test_an_extension_is_written_in_many_ways():
    marks = (
        *(" x ", "x", "X", ", x", " ext ", " Ext. ", ";ext=", ";EXT=", " extn ", " EXTENSION=", ",,", ",, ,"),
        *("#", " # ", "p", "w", " int. ", " intern ", " interne ", " Interno: ", " anexo ", " Durchwahl: "),
        *(" DW ", " poste ", " \u0434\u043e\u0431. ", " \u0414\u041e\u0411 "),
    )
    for mark in marks:
        assert described(f"030 12345{mark}12") == ["03012345 x12"], mark
        assert described(f"030 12345{mark}1234567#") == ["03012345 x1234567"], mark
        assert described(f"030 12345{mark}12, 030 12346") == ["03012345 x12", "03012346"], mark
        assert "x" not in "".join(described(f"030 12345{mark}12345678")), mark
        assert "x" not in "".join(described(f"030 12345{mark}12a")), mark
    assert described("030 12345 x12; 040 12345 x13") == ["03012345 x12", "04012345 x13"]
    assert described("030 12345 text 12") == ["03012345", "12"]
    assert described("030 12345 intern") == described("030 12345 (x)") == ["03012345"]


def test_addresses_and_spreadsheets_surround_numbers():
    for text, numbers in (
        ("tel:12345;phone-context=+4930", ["+493012345"]),
        ("tel:1234567;Phone-Context=+4930;isub=1", ["+49301234567"]),
        ("tel:1234567;isub=2;phone-context=+49;x=3", ["+491234567"]),
        ("tel:1234567;phone-context=example.org", ["1234567"]),
        ("tel:1234567;phone-context=49", ["1234567"]),
        ("sip:1234@host", ["1234"]),
        ("sip:030123456@10.0.0.1;user=phone", ["030123456"]),
        ("sip:%2B4930123456@host", ["+4930123456"]),
        ("%2b49 30 123456", ["+4930123456"]),
        ("ada@10 030 123456; 030 123457", ["030123456", "030123457"]),
        ("1234567.0", ["1234567"]),
        ("030 1234567.0 x", ["0301234567"]),
        ("123456.0", ["1234560"]),
        ("1234567.05", ["123456705"]),
        ("1.1234567.0", ["112345670"]),
        ("0xx11 96123-4567", ["011961234567"]),
        ("0 XX 11 96123-4567", ["011961234567"]),
        ("0-xx-(11) 96123", ["01196123"]),
        ("A0xx11 96123", ["96123"]),
        ("0xx", []),
        ("x" * 240 + " 0301234567;", ["0301234567"]),
    ):
        assert described(text) == numbers, text


def test_signs_stand_in_numbers_or_between_them():
    for text, numbers in (
        ("[030] 123456", ["030123456"]),
        ("((030) 12.34/56", ["030123456"]),
        ("+(49) 30 123456", ["+4930123456"]),
        ("+ 49 30 123456", ["+4930123456"]),
        ("(+49) 30 123456", ["+4930123456"]),
        ("030 +49 1234567", ["030", "+491234567"]),
        ("12 34", ["1234"]),
        ("030/", ["030"]),
        ("030 / / 123456", ["030123456"]),
        ("030//123456", ["030123456"]),
        ("123456**", []),
        ("123456*1", []),
        ("*123456", []),
        ("#123456", []),
        ("_123456", []),
        ("123456_", []),
        ("123456\xe9", []),
        ("123456a 1234567", ["1234567"]),
        ("1" * 18 + "/" + "2" * 19, ["1" * 18]),
        ("030 " + "1" * 15, ["030" + "1" * 15]),
        ("030 " + "1" * 16, []),
    ):
        assert described(text) == numbers, text


def test_letters_of_the_keypad_complete_a_number():
    for text, number in (
        ("1-800-FLOWERS", "18003569377"),
        ("1-800-flowers now", "18003569377"),
        ("+1 (800) FLO-WERS", "+18003569377"),
        ("(800) FLOWERS", "8003569377"),
        ("0800 REIFEN", "0800734336"),
        ("1-800-AB12CDE", "18002212233"),
        ("1 800 ABCDEFGHIJKLMN", "180022233344455566"),
        ("1 800 OPQRSTUVWXYZ", "1800677778889999"),
    ):
        assert described(text)[-1] == number, text
    for text in (
        *("1-800-GO", "1-800-F", "800 FLOWER", "1 800 (FLOWERS)", "x 800 FLOWERS", "1-8-" + "FLOWERS" * 3),
        *("1 800 ABCDEFGHIJKLMNO", "030 123456 (OFFICE)", "1800FLOWERS_"),
    ):
        assert all(len(number) < 10 for number in described(text)), text
    assert described("9999999 1-800-FLOWERS") == ["99999991800"]


def test_digits_alone_are_bare_with_what_a_spreadsheet_adds():
    for text in ("12", " 12 ", "'12", '"12"', '="12"', "`12", "\u201812", "\u201912", "123456", "'123456"):
        assert [number.is_bare for number in read_numbers(text)] == [True], text
    assert read_numbers("1234567")[0].is_bare
    for text in ("+12", "1 2", "(12)", "'1234567", "12.", "Tel. 12"):
        assert [number.is_bare for number in read_numbers(text)] == [False], text


def test_the_key_of_a_number_is_that_of_its_last_digits():
    assert [digit_key(number) for number in ("123456", "99123456", "000001", "1", "01", "12345")] == [
        123456,
        123456,
        1,
        1_000_011,
        1_000_101,
        1_112_345,
    ]
    assert stem_key("99123456") == STEM_KEYS.start + 123456
    assert (stem_key("000000"), stem_key("999999")) == (STEM_KEYS[0], STEM_KEYS[-1])
    assert digit_key("99999") + 1 == STEM_KEYS[0]
    assert digit_keys("030 12345-0") == (digit_key("030123450"), stem_key("03012345"))
    assert digit_keys("12345/67890") == (digit_key("1234567890"), digit_key("12345"), digit_key("67890"))
    assert digit_keys("Ada") == digit_keys("") == ()
    assert MIN_STEM_DIGITS == 6


def test_a_company_block_has_the_key_of_its_stem_however_it_is_written():
    for end in ("-0", "-00", "-000", " - 0", "- 00", " -000", "-  0", "  -  000", "*", "\u20130"):
        assert stem_key("02214710") in digit_keys(f"0221 4710{end}"), end
        assert stem_key("02214710") in digit_keys(f"+0221 4710{end}"), end
    for end in ("-1", "-10", "0", ".0", " 0", "-0000", "-0-0", ""):
        assert stem_key("02214710") not in digit_keys(f"0221 4710{end}"), end
    assert digit_keys("2214710125.0") == digit_keys("2214710125")


@pytest.mark.parametrize(
    ("term", "is_one"), [("123", True), ("12", False), ("1" * 18, True), ("1" * 19, False)]
)
def test_a_term_is_a_part_of_a_number_if_it_has_so_many_digits(term, is_one):
    assert (read_number_term(term, DialPlan("FR")) is not None) == is_one


def test_a_long_term_is_no_number():
    longest = "123".ljust(4096)
    assert read_number_term(longest, DialPlan("FR")) is not None
    assert read_number_term(longest + " ", DialPlan("FR")) is None


@pytest.mark.parametrize(
    ("term", "text", "is_in"),
    [
        ("1" * MIN_LOCAL_DIGITS, f"Ada {'1' * MIN_LOCAL_DIGITS}", True),
        ("1" * (MIN_LOCAL_DIGITS - 1), f"Ada {'1' * (MIN_LOCAL_DIGITS - 1)}", False),
        ("2345", "12 345", True),
        ("0144", "+33 1 44 55 66 77", True),
        ("0033144", "01 44 55 66 77", True),
        ("+33144", "144 556677", False),
    ],
)
def test_a_number_with_letters_around_it_must_be_long_enough(term, text, is_in):
    number = read_number_term(term, DialPlan("FR"))
    assert number is not None
    assert number.matches(text) == is_in


@pytest.mark.parametrize(
    ("text", "prefix", "country", "complete"),
    [
        ("00144556677", "0", "FR", True),
        ("00144556677", "9", "FR", False),
        ("90144556677", "9", "FR", True),
        ("9014455667", "9", "FR", False),
        ("90144556677", "9", None, False),
        ("9144556677", "9", "FR", False),
    ],
)
def test_a_number_may_be_dialled_behind_the_prefix_of_an_outside_line(text, prefix, country, complete):
    assert ("+33144556677" in RequestedNumber(text, DialPlan(country, prefix)).complete) == complete


def test_a_dotted_i_of_another_program_is_an_i():
    assert caseless("i\u0307pek") == caseless("\u0130PEK") == caseless("ipek") == "ipek"
    assert fold("I\u0307") == "i"
