"""Random valid phone numbers of all countries, and the ways in which people write them."""

import random
from functools import cache

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from xivo_dird.numbers.readings import MIN_UNPREFIXED_DIGITS

COUNTRIES = sorted(phonenumbers.SUPPORTED_REGIONS)
_KINDS = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)


@cache
def _examples(country: str) -> tuple[PhoneNumber, ...]:
    found = (phonenumbers.example_number_for_type(country, kind) for kind in _KINDS)
    return tuple(number for number in found if number is not None)


def random_number(chance: random.Random, country: str) -> PhoneNumber:
    """Return a valid number of a country: an example of libphonenumber with other last digits."""
    example = chance.choice(_examples(country))
    digits = phonenumbers.format_number(example, PhoneNumberFormat.E164)
    for _ in range(20):
        changed = f"{digits[:-4]}{chance.randrange(10_000):04}"
        number = phonenumbers.parse(changed)
        if phonenumbers.is_valid_number_for_region(number, country):
            return number
    return example


def e164(number: PhoneNumber) -> str:
    """Return a number in E.164 format."""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def written_forms(number: PhoneNumber, country: str) -> list[str]:
    """Return what people in a country write for a number: E.123, RFC 3966, Outlook, spreadsheets."""
    code = f"+{number.country_code}"
    digits = e164(number)[1:]
    international = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    rest = international.removeprefix(code).strip()
    forms = [
        f"+{digits}",
        f"00{digits}",
        international,
        international.replace(" ", "-"),
        international.replace(" ", "."),
        international.replace(" ", "\u00a0"),
        international.replace("-", "\u2011"),
        f"{code} ({rest.replace(' ', ') ', 1)}" if " " in rest else f"+{digits}",
        phonenumbers.format_number(number, PhoneNumberFormat.RFC3966),
        f"sip:+{digits}@192.0.2.17;user=phone",
        f"'{international}",
        f'="+{digits}"',
        f"\u202a{international}\u202c",
        f"Tel. {international} (office)",
        "".join(chr(ord(sign) + 0xFEE0) if sign.isdigit() else sign for sign in international),
    ]
    if phonenumbers.region_code_for_number(number) == country:
        national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
        if sum(map(str.isdigit, national)) >= 5:
            dialled = phonenumbers.format_out_of_country_calling_number(number, country)
            forms += [
                dialled,
                national,
                national.replace(" ", "/"),
                f"{national} (office)",
                f"\u200b{national}",
            ]
    else:
        forms.append(phonenumbers.format_out_of_country_calling_number(number, country))
    return forms


def asked_forms(number: PhoneNumber, country: str) -> list[str]:
    """Return what phones and trunks send for a number: as it is written, and E.164 without `+`."""
    digits = e164(number)[1:]
    return written_forms(number, country) + ([digits] if len(digits) >= MIN_UNPREFIXED_DIGITS else [])


def with_same_ending(chance: random.Random, number: PhoneNumber, country: str) -> PhoneNumber | None:
    """Return another valid number, of a country, with the last six digits of `number`; None if none was found."""
    example = e164(chance.choice(_examples(country)))
    try:
        other = phonenumbers.parse(f"{example[:-6]}{e164(number)[-6:]}")
    except phonenumbers.NumberParseException:
        return None
    return other if phonenumbers.is_valid_number(other) and e164(other) != e164(number) else None
