"""Cisco Unified 69xx, 78xx, 79xx and 88xx: directories of at most 32 entries."""

from pathlib import Path

from xivo_dird.phone import PhoneVendor

CISCO = PhoneVendor(
    key="cisco",
    template=Path(__file__).with_suffix(".xml"),
    page_size=16,
    max_items=32,
    max_name_characters=64,
)
