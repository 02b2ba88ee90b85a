"""What the digits of a text mean at a tenant, and how well each reading matches."""

from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.numbers.readings import MatchRank, readings
from xivo_dird.numbers.written import read_numbers

Row = tuple[str | None, str, list[tuple[int, str]]]


def numbers(text: str, country: str | None, prefix: str = "") -> list[tuple[int, str]]:
    """Return the rank and the number of each reading with a country code, without repetitions."""
    return [
        (int(rank), number) for rank, number in _readings(text, country, prefix) if number.startswith("+")
    ]


def digits(text: str, country: str | None, prefix: str = "") -> list[str]:
    """Return the readings that are digits: an extension, or a number without its area code."""
    found = [one for one in _readings(text, country, prefix) if not one[1].startswith("+")]
    assert {rank for rank, _ in found} <= {MatchRank.DIALLED}
    return [number for _, number in found]


def _readings(text: str, country: str | None, prefix: str) -> list[tuple[MatchRank, str]]:
    plan = DialPlan(country, prefix)
    found = [(one.rank, one.number) for number in read_numbers(text) for one in readings(number, plan)]
    return list(dict.fromkeys(found))


def assert_numbers(rows: list[Row], prefix: str = "") -> None:
    assert [(country, text, numbers(text, country, prefix)) for country, text, _ in rows] == rows


def test_a_number_with_a_prefix_is_the_dialled_one_only():
    assert_numbers(
        [
            ("DE", "+49 30 1234567", [(1, "+49301234567")]),
            ("DE", "+0049 30 1234567", [(1, "+49301234567")]),
            (None, "+00 49 30 1234567", [(1, "+49301234567")]),
            ("US", "+0049 30 1234567", [(1, "+49301234567")]),
            ("DE", "030 1234567", [(1, "+49301234567")]),
            ("DE", "0049 30 1234567", [(1, "+49301234567")]),
            ("US", "011 49 30 1234567", [(1, "+49301234567")]),
            ("US", "0049 30 1234567", [(1, "+10049301234567"), (1, "+49301234567")]),
            (None, "0049 30 1234567", [(1, "+49301234567")]),
            ("US", "(412) 555-0101", [(1, "+14125550101")]),
            ("FR", "0144556677 x12", [(1, "+33144556677;ext=12")]),
            ("DE", "+030 1234567", [(1, "+49301234567")]),
        ]
    )


def test_nine_digits_without_a_prefix_may_be_an_international_number():
    assert_numbers(
        [
            (None, "298201234", [(2, "+298201234")]),
            (None, "29820123", []),
            (None, "33144556677 x12", [(2, "+33144556677;ext=12")]),
            ("DE", "298201234", [(2, "+298201234"), (2, "+49298201234")]),
            ("DE", "33199001234", [(2, "+33199001234"), (2, "+4933199001234")]),
            ("DE", "491713920012", [(2, "+491713920012")]),
            ("FR", "33144556677", [(2, "+33144556677")]),
            ("US", "3212345678", [(1, "+13212345678"), (2, "+3212345678")]),
            ("DE", "50031234", []),
            ("FK", "500 31234", [(2, "+50031234")]),
            ("FK", "677 40123", [(1, "+50067740123")]),
            ("NO", "4722334", [(1, "+474722334"), (2, "+4722334")]),
            ("NO", "472233", []),
            ("NO", "47 02800", [(2, "+4702800")]),
        ]
    )


def test_a_national_number_may_lack_its_prefix_where_all_have_area_codes():
    assert_numbers(
        [
            ("DE", "171 3920012", [(2, "+491713920012")]),
            ("DE", "1713 9200", [(1, "+4917139200")]),
            ("FR", "144556677", [(2, "+33144556677")]),
            ("GB", "7400 123456", [(2, "+447400123456")]),
            ("JE", "7797 712345", [(2, "+447797712345")]),
            ("AX", "18 123456", [(2, "+35818123456")]),
        ]
    )


def test_few_digits_are_a_national_number_only_if_it_is_a_whole_one():
    assert_numbers(
        [
            ("SB", "40123", [(1, "+67740123")]),
            ("SB", "40123 x5", [(1, "+67740123;ext=5")]),
            ("SB", "4012", []),
            ("AD", "712345", [(1, "+376712345")]),
            ("AD", "71234", []),
            ("DE", "030123", [(1, "+4930123")]),
            ("DE", "017139", []),
            ("DE", "0171390", [(1, "+49171390")]),
            ("FR", "123456", []),
        ]
    )


def test_digits_that_are_no_whole_number_are_compared_as_they_are():
    for country, text, expected in (
        (None, "1234567", ["1234567"]),
        (None, "123-4567", ["1234567"]),
        (None, "123-456", []),
        (None, "123456", ["123456"]),
        ("FR", "1", ["1"]),
        ("FR", "10-01", []),
        ("US", "555-0101", ["5550101"]),
        ("US", "412-555-0101", []),
        ("US", "4125550101", ["4125550101"]),
        (None, "+999 1234567", []),
        (None, "123-4567 x5", []),
        ("DE", "+1234567", []),
    ):
        assert digits(text, country) == expected, (country, text)


def test_digits_behind_the_prefix_of_an_outside_line():
    assert_numbers(
        [
            ("DE", "9 030 1234567", [(1, "+49301234567")]),
            ("DE", "9 0049 30 1234567", [(1, "+49301234567")]),
            ("DE", "9 171 3920012", [(2, "+4991713920012")]),
            ("SB", "9 40123", [(1, "+67740123")]),
            (None, "9 004 123", []),
            ("LU", "9951897", [(1, "+3529951897")]),
            ("US", "9 1 412 555 0101", [(1, "+1914125550101"), (1, "+14125550101")]),
        ],
        prefix="9",
    )
    for text, expected in (
        ("9 1234567", ["91234567", "1234567"]),
        ("9 123456", ["9123456"]),
        ("1234 569", ["1234569"]),
        ("12345 679", ["12345679"]),
        ("9 123 4567 9", ["912345679", "12345679"]),
    ):
        assert digits(text, None, "9") == expected, text


def test_the_numbers_between_slashes_are_read_before_the_whole():
    assert_numbers(
        [
            ("SB", "40123/40124", [(1, "+67740123"), (1, "+67740124"), (1, "+6774012340124")]),
            ("DE", "0221 / 4710125", [(1, "+492214710125")]),
            ("DE", "331990/01234", []),
            ("DE", "33199001234", [(2, "+33199001234"), (2, "+4933199001234")]),
        ]
    )


def test_an_old_number_is_read_as_what_it_has_become_if_that_is_valid():
    assert_numbers(
        [
            ("AR", "541123456789", [(2, "+541123456789"), (3, "+5491123456789")]),
            ("GB", "01222 123456 x3", [(1, "+441222123456;ext=3"), (3, "+442920123456;ext=3")]),
            ("EG", "010 123 4567", [(1, "+20101234567"), (3, "+201001234567"), (3, "+201101234567")]),
            ("CR", "+506 2234567", [(1, "+5062234567"), (3, "+50622234567")]),
            ("TH", "02 123 4567", [(1, "+6621234567")]),
        ]
    )
