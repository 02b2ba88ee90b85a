"""A number that is looked up: how well texts have it, and the keys by which they are found."""

import pytest

from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.numbers.readings import MatchRank
from xivo_dird.numbers.requested import RequestedNumber, requested_number
from xivo_dird.numbers.written import digit_keys, stem_key


def asked(text: str, country: str | None = "DE", prefix: str = "") -> RequestedNumber:
    return RequestedNumber(text, DialPlan(country, prefix))


def test_the_rank_of_a_text_is_the_lowest_of_its_numbers():
    for country, number, text, rank in (
        ("DE", "030 1234567", "030 1234567", 0),
        ("DE", "x", "x", 0),
        ("DE", "030 1234567", "+49 30 1234567", 1),
        ("DE", "030 1234567", "493012345678; +49 30 1234567", 1),
        ("DE", "030 1234567", "49301234567", 2),
        ("DE", "49301234567", "+49 30 1234567", 2),
        ("GB", "+44 20 7946 0958", "0171 946 0958", 3),
        ("GB", "+44 20 7946 0958", "0171 946 0958; 442079460958", 2),
        ("GB", "0171 946 0958", "+44 20 7946 0958", 3),
        ("GB", "+44 20 7946 0958", "+44 20 7946*; 0171 946 0958", 3),
        ("AR", "541123456789", "+54 11 2345-6789; +54 9 11 2345-6789", 2),
        ("US", "+32 12 34 56 78", "3212345678", None),
        ("US", "+32 12 34 56 78", "32 12 34 56 780", None),
        ("DE", "+49 30 1234567; 49301234567", "030 1234567", 1),
        ("DE", "030 1234567", "030 1234568", None),
        ("DE", "1001", "Ada", None),
    ):
        assert asked(number, country).rank(text) == rank, (number, text)


def test_a_company_block_has_a_rank_by_the_digits_of_the_extension():
    for number, text, rank in (
        ("030 23125", "+49 30 23125-0", 4),
        ("030 231251", "+49 30 23125-0", 5),
        ("030 2312512", "+49 30 23125-0", 6),
        ("030 2312512345", "+49 30 23125-0", 9),
        ("030 23125123456", "+49 30 23125-0", None),
        ("030 2312512", "+49 30 23125*", 6),
        ("030 2312512", "030 23125-00", 6),
        ("030 2312512", "030 23125-000", 6),
        ("+352 402123 15", "+352 40 21 23-00", 6),
        ("+43 1 40400 15", "+43 1 40400-000", 6),
        ("030 2312512", "030 23125-0 x3", None),
        ("030 2312512 x3", "030 23125-0", None),
        ("+44 20 7946 0958", "+44 20 7946-0", 8),
        ("+44 20 7946 0958", "+44 20 7946-00", None),
        ("+44 20 7946 0958", "+44 20 794609-0; +44 20 7946-0", 6),
        ("030 2312512", "0302312-0 / 030231251-0", 5),
    ):
        assert asked(number).rank(text) == rank, (number, text)


def test_of_several_texts_the_lowest_rank_counts():
    number = asked("030 1234567")
    assert number.lowest_rank(["49301234567", "x", "+49 30 1234567"]) == 1
    assert number.lowest_rank(["49301234567", "x"]) == 2
    assert number.lowest_rank(["x"]) is None
    assert number.lowest_rank([]) is None


def test_a_number_may_be_a_complete_one_or_digits():
    for country, text, complete, local in (
        ("DE", "030 1234567", ("+49301234567",), ()),
        ("DE", "0301234567", ("+49301234567",), ("0301234567",)),
        ("DE", "33199001234", ("+33199001234", "+4933199001234"), ("33199001234",)),
        ("DE", "1001", (), ("1001",)),
        ("DE", "0301234567 x12", (), ()),
        (None, "0301234567", (), ("0301234567",)),
        ("DE", "", (), ()),
    ):
        number = asked(text, country)
        assert (number.complete, number.local) == (complete, local), text


def test_a_blank_in_front_of_an_international_number_is_its_plus():
    for text, complete in (
        (" 491713920017", ("+491713920017",)),
        (" 3212345678", ("+3212345678",)),
        (" 01713920017", ("+491713920017",)),
        ("  491713920017", ("+491713920017",)),
        (" 1001", ()),
        (" x", ()),
        (" 999 999", ()),
    ):
        assert asked(text).complete == complete, text
    assert asked(" 1001").local == asked(" 491713920017").local == ()


def test_a_number_of_five_digits_has_the_keys_of_all_its_spellings():
    for country, code, national in (("FK", "500", "31234"), ("SB", "677", "40123"), ("DE", "49", "30123")):
        books = [f"+{code} {national}", f"00{code}{national}", f"{code}{national}", national, f"0{national}"]
        for text in books[:2]:
            keys = set(asked(text, country).keys)
            assert [book for book in books if keys & set(digit_keys(book))] == books, (country, text)
        assert set(asked(books[0], country).keys) == {key for book in books for key in digit_keys(book)}


def test_other_numbers_have_the_key_of_their_last_digits_only():
    for country, text in (
        ("DE", "+49301234567"),
        ("FR", "+3312345"),
        ("FR", "1234"),
        (None, "+50031234"),
        ("US", "+50031234"),
    ):
        assert asked(text, country).keys == digit_keys(text)


def test_a_foreign_number_of_four_digits_has_its_own_key():
    for country in ("DE", "NO", "FK"):
        for text in ("+3312", "+1 234"):
            assert asked(text, country).keys == digit_keys(text), (country, text)


def test_the_keys_of_companies_are_those_of_up_to_five_digits_less():
    assert asked("+49301234567").stem_keys == tuple(
        map(stem_key, ("49301234567", "4930123456", "493012345", "49301234", "4930123", "493012"))
    )
    assert asked("+4930123").stem_keys == tuple(map(stem_key, ("4930123", "493012")))
    assert asked("33199001234").stem_keys[:2] == tuple(map(stem_key, ("33199001234", "3319900123")))
    assert asked("1234").stem_keys == ()


def test_numbers_are_kept_unless_their_text_is_long():
    plan = DialPlan("FR")
    longest = "0144556677".ljust(64)
    assert requested_number(longest, plan) is requested_number(longest, plan)
    assert requested_number(longest, plan) is not requested_number(longest, DialPlan("DE"))
    assert requested_number(f"{longest} ", plan) is not requested_number(f"{longest} ", plan)


URIS_OF_2045 = [
    *(
        "sip:2045@pbx",
        "SIPS:2045@[::1]:5060;transport=tls",
        "sip:2045@192.0.2.1;user=phone",
        "sip:2045",
        "tel:2045",
    ),
    *("Tel:2045;isub=1", "tel:2045;phone-context=example.org", " sip:2045@pbx"),
]
OTHER_URIS = [
    *("2045@pbx", "sip:+2045@pbx", "tel:2045;phone-context=+33", "tel:2045;ext=1", "sip:2045:secret@pbx"),
    *("mailto:2045@example.org", "sip:2045x@pbx", "sip:*2045@pbx", "sip:20 45@pbx", "tel:2045, tel:2046"),
]


@pytest.mark.parametrize("uri", URIS_OF_2045)
def test_an_extension_is_found_by_its_uri_but_is_none_in_a_contact(uri):
    assert RequestedNumber(uri, DialPlan("FR")).rank("2045") == MatchRank.DIALLED
    assert RequestedNumber("2045", DialPlan("FR")).rank(uri) is None


@pytest.mark.parametrize("uri", OTHER_URIS)
def test_no_extension_is_found_by_another_uri(uri):
    assert RequestedNumber(uri, DialPlan("FR")).rank("2045") is None
