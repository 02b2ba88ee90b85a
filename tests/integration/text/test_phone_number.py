"""Comparison of phone numbers, with an example number of every country."""

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from xivo_dird.text.phone_number import same_number


@pytest.mark.parametrize(
    "kind", [PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE], ids=["fixed", "mobile"]
)
def test_the_usual_spellings_of_every_country_are_the_same_number(kind):
    missed = []
    for country in sorted(phonenumbers.SUPPORTED_REGIONS):
        number = phonenumbers.example_number_for_type(country, kind)
        if number is None:
            continue
        e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        spellings = [phonenumbers.format_number(number, form) for form in range(4)]
        missed += [
            (country, spelling)
            for spelling in (*spellings, f"00{e164[1:]}")
            if sum(map(str.isdigit, spelling)) >= 7 and not same_number(e164, spelling, country)
        ]
    assert missed == []
