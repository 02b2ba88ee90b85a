"""Digits as numbers of a country, and whether they are dialled like that."""

from xivo_dird.numbers.parsed import ParsedNumber


def national(digits: str, country: str | None) -> tuple[str, bool, bool] | None:
    """Return the number in E.164, whether it is dialled like that, and whether it is valid."""
    number = ParsedNumber.national(digits, country)
    return None if number is None else (number.e164, number.is_dialled, number.is_valid)


def test_digits_behind_a_plus_are_a_number_of_any_country():
    number = ParsedNumber.international("33144556677")
    assert number is not None
    assert (number.e164, number.country_code, number.significant) == ("+33144556677", "33", "144556677")
    assert (number.international_format, number.national_format) == ("+33 1 44 55 66 77", "01 44 55 66 77")
    assert number.dialled_from("US") == "011 33 1 44 55 66 77"
    assert number.is_valid
    assert number.is_dialled
    for digits in ("", "0", "033144556677", "999123456", "x", "1" * 40):
        assert ParsedNumber.international(digits) is None


def test_a_national_number_is_dialled_with_the_prefix_that_its_format_has():
    rows = [
        ("0144556677", "FR", "+33144556677", True),
        ("144556677", "FR", "+33144556677", False),
        ("0033144556677", "FR", "+33144556677", True),
        ("03012345678", "DE", "+493012345678", True),
        ("3012345678", "DE", "+493012345678", False),
        ("0613456789", "HU", "+3613456789", True),
        ("13456789", "HU", "+3613456789", False),
        ("84951234567", "RU", "+74951234567", True),
        ("4951234567", "RU", "+74951234567", True),
        ("02134567890", "TR", "+902134567890", True),
        ("2123456789", "TR", "+902123456789", True),
        ("1123456789", "BR", "+551123456789", True),
        ("1148765432", "BR", "+551148765432", True),
        ("601234567", "CO", "+57601234567", True),
        ("6012345678", "CO", "+576012345678", True),
        ("912345678", "ES", "+34912345678", True),
        ("4155552671", "US", "+14155552671", True),
        ("14155552671", "US", "+14155552671", True),
        ("7797712345", "JE", "+447797712345", False),
        ("7797712345", "GB", "+447797712345", False),
        ("6502530000", "CA", "+16502530000", True),
        ("011493012345678", "US", "+493012345678", True),
    ]
    assert [
        (digits, country, *(national(digits, country) or "--")[:2]) for digits, country, *_ in rows
    ] == rows


def test_the_national_prefix_is_removed_from_short_numbers_too():
    for digits, country, e164 in (
        ("01234", "DE", "+491234"),
        ("012", "DE", "+4912"),
        ("0112", "DE", "+49112"),
        ("0612", "HU", "+3612"),
        ("81234", "RU", "+71234"),
        ("88123456789", "RU", "+78123456789"),
        ("1123", "US", "+11123"),
        ("115555", "US", "+1115555"),
        ("0612345678", "IT", "+390612345678"),
        ("12345", "ES", "+3412345"),
    ):
        assert national(digits, country) == (e164, True, digits in ("88123456789", "0612345678")), digits


def test_digits_with_the_code_of_their_country_are_rarely_national():
    assert national("14155552671", "US") == ("+14155552671", True, True)
    assert national("1415555", "US") == ("+1415555", True, False)
    for digits, country in (("49301234567", "DE"), ("390612345678", "IT"), ("74951234567", "RU")):
        assert national(digits, country) is None


def test_digits_that_are_no_number_are_not_parsed():
    for digits, country in (
        ("x", "FR"),
        ("", "FR"),
        ("061", "HU"),
        ("0144556677", None),
        ("0144556677", "XX"),
    ):
        assert national(digits, country) is None
