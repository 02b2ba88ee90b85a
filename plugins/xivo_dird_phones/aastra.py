"""Aastra and Mitel 67xxi, 68xx and 69xx: text menus of at most 30 items and 10,000 bytes."""

from pathlib import Path

from xivo_dird.phone import PhoneVendor

AASTRA = PhoneVendor(
    key="aastra",
    template=Path(__file__).with_suffix(".xml"),
    page_size=16,
    max_items=28,  # and two links
    max_bytes=10_000,
    max_name_characters=128,
)
