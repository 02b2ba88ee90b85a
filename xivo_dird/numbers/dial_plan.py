"""How a tenant dials: the country, by whose numbering plan its numbers are read, and the prefix of an outside line."""

from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from phonenumbers.phonemetadata import PhoneMetadata, PhoneNumberDesc


class DialPlan(NamedTuple):
    """How numbers are dialled at a tenant.

    Attributes:
        country: The two-letter code of its country, None if unknown: then only international numbers are understood.
        outside_line_prefix: The digits that are dialled for an outside line, "" if there are none.
    """

    country: str | None = None
    outside_line_prefix: str = ""


OPEN_PLAN_CODES = ("+43", "+49", "+352")
"""Country codes of Austria, Germany and Luxembourg, where numbers have any length, as companies append extensions."""

UNKNOWN_PLAN = DialPlan()
"""The plan of a tenant of which nothing is known."""


def known_country(text: str | None) -> str | None:
    """Return the upper-case two-letter code of a country with a numbering plan; None for any other text."""
    country = (text or "").strip().upper()
    return country if country in phonenumbers.SUPPORTED_REGIONS else None


@lru_cache(maxsize=512)
def has_local_numbers(country: str | None) -> bool:
    """Return True if numbers can be dialled without their area code in a country, as far as is known."""
    description = _general_description(country)
    return description is None or bool(description.possible_length_local_only)


@lru_cache(maxsize=512)
def has_numbers_of_length(country: str | None, digits: int) -> bool:
    """Return True if a country has national numbers with this many digits."""
    description = _general_description(country)
    return description is not None and digits in description.possible_length


def national_prefix(country: str) -> str:
    """Return the national (trunk) prefix of a country, "" if it has none."""
    return phonenumbers.ndd_prefix_for_region(country, True) or ""


def country_code(country: str | None) -> str:
    """Return the digits of a country's international code, "" if the country is None."""
    return "" if country is None else str(phonenumbers.country_code_for_region(country))


def _general_description(country: str | None) -> PhoneNumberDesc | None:
    metadata = PhoneMetadata.metadata_for_region(country or "")
    return None if metadata is None else metadata.general_desc
