"""Digits parsed by phonenumbers: as an international number, or as they are dialled in a country."""

import re
from functools import cached_property
from typing import Self

import phonenumbers
from phonenumbers import CountryCodeSource, NumberParseException, PhoneNumber, PhoneNumberFormat
from phonenumbers.phonemetadata import NumberFormat, PhoneMetadata

from xivo_dird.numbers.dial_plan import national_prefix

_DIGIT_OF_PREFIX = re.compile(r"(?<!\\)\d")
"""A digit of a rule for the national prefix, such as `(0\\1)`, where `\\1` stands for the number."""


class ParsedNumber:
    """A number of a country, which may be invalid: phonenumbers may not know it yet, or not any more."""

    def __init__(self, number: PhoneNumber, *, has_prefix: bool) -> None:
        """Store a number, and whether its country code or national prefix was dialled."""
        self._number = number
        self._has_prefix = has_prefix

    @classmethod
    def international(cls, digits: str) -> Self | None:
        """Parse the digits behind a `+`; return None if they have no country code."""
        if digits.startswith("0"):  # fast path: no country code does
            return None
        try:
            return cls(phonenumbers.parse(f"+{digits}"), has_prefix=True)
        except NumberParseException:
            return None

    @classmethod
    def national(cls, digits: str, country: str | None) -> Self | None:
        """Parse digits that are dialled in a country.

        Returns:
            None without a country, and for a number of that country without its `+`.
        """
        if country is None:
            return None
        try:
            number = phonenumbers.parse(digits, country, keep_raw_input=True)
        except NumberParseException:
            return None
        prefix = national_prefix(country)
        significant = phonenumbers.national_significant_number(number)
        parsed = cls(number, has_prefix=len(digits) > len(significant))
        if number.country_code_source == CountryCodeSource.FROM_NUMBER_WITHOUT_PLUS_SIGN:
            return parsed if parsed.country_code == prefix else None
        kept = significant.startswith(prefix) and not significant.startswith(2 * prefix)
        if prefix and kept and not parsed.is_valid:  # phonenumbers keeps the prefix if the rest is too short
            return cls.international(f"{number.country_code}{significant.removeprefix(prefix)}")
        return parsed

    @cached_property
    def e164(self) -> str:
        """Return the number in E.164 format."""
        return phonenumbers.format_number(self._number, PhoneNumberFormat.E164)

    @property
    def international_format(self) -> str:
        """Return the usual international format (ITU-T E.123)."""
        return phonenumbers.format_number(self._number, PhoneNumberFormat.INTERNATIONAL)

    @property
    def national_format(self) -> str:
        """Return the usual format in the country of the number."""
        return phonenumbers.format_number(self._number, PhoneNumberFormat.NATIONAL)

    def dialled_from(self, country: str) -> str:
        """Return how the number is dialled in another country."""
        return phonenumbers.format_out_of_country_calling_number(self._number, country)

    @cached_property
    def significant(self) -> str:
        """Return the national significant number: the digits behind the country code."""
        return phonenumbers.national_significant_number(self._number)

    @cached_property
    def is_valid(self) -> bool:
        """Return True if the number exists in today's numbering plan."""
        return phonenumbers.is_valid_number(self._number)

    @property
    def country_code(self) -> str:
        """Return the digits of the country code."""
        return str(self._number.country_code)

    @cached_property
    def is_dialled(self) -> bool:
        """Return True if a number has an access or national prefix, or none is needed to dial it."""
        return self._has_prefix or not self._needs_national_prefix()

    def _needs_national_prefix(self) -> bool:
        """Return True if the plan's format of the number has the national prefix, and it is not optional."""
        region = phonenumbers.region_code_for_country_code(int(self.country_code))
        metadata = PhoneMetadata.metadata_for_region(region)
        formats = [] if metadata is None else metadata.number_format
        used = next((form for form in formats if _is_format_of(form, self.significant)), None)
        if used is None or used.national_prefix_optional_when_formatting:
            return False
        rule = used.national_prefix_formatting_rule
        return rule is not None and _DIGIT_OF_PREFIX.search(rule) is not None


def _is_format_of(form: NumberFormat, significant: str) -> bool:
    leading = form.leading_digits_pattern
    if leading and not re.match(leading[-1], significant):
        return False
    return form.pattern is not None and re.fullmatch(form.pattern, significant) is not None
