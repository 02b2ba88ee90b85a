"""Fanvil: the browser of the phone."""

from pathlib import Path

from xivo_dird.phone import PhoneVendor

FANVIL = PhoneVendor(
    key="fanvil",
    template=Path(__file__).with_suffix(".xml"),
    page_size=16,
    max_items=100,
)
