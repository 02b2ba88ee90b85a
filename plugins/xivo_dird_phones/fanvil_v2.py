"""Fanvil with newer firmware: a downloaded phonebook, whose entries have up to three numbers."""

from pathlib import Path

from xivo_dird.phone import PhoneVendor

FANVIL_V2 = PhoneVendor(
    key="fanvil-v2",
    template=Path(__file__).with_suffix(".xml"),
    max_items=1000,
    groups_numbers=True,
)
