"""Numbers that a caller does not show."""

import pytest

from xivo_dird.numbers.withheld import is_withheld

TEXTS = ("", "  ", "anonymous", " Anonymous ", "UNKNOWN", "unavailable", "restricted", "private", "withheld")
URIS = ("anonymous@anonymous.invalid", "sip:anonymous@anonymous.invalid", "sips:Anonymous@x", "@example.org")


@pytest.mark.parametrize("number", [*TEXTS, *URIS])
def test_a_withheld_number_is_recognised(number: str) -> None:
    assert is_withheld(number)


@pytest.mark.parametrize(
    "number", ["101", "+33144556677", "tel:+33144556677", "anonymous1", "ann", "sip:ann@x"]
)
def test_another_number_is_none(number: str) -> None:
    assert not is_withheld(number)
