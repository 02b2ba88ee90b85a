"""Htek: a remote phonebook."""

from pathlib import Path

from xivo_dird.phone import PhoneVendor

HTEK = PhoneVendor(
    key="htek",
    template=Path(__file__).with_suffix(".xml"),
    max_items=1000,
)
