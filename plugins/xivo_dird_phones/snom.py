"""Snom D7xx, D3xx and 3xx: the minibrowser."""

from pathlib import Path

from xivo_dird.phone import PhoneVendor

SNOM = PhoneVendor(
    key="snom",
    template=Path(__file__).with_suffix(".xml"),
    page_size=50,
    max_items=100,
)
