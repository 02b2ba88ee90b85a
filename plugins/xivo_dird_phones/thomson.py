"""Thomson and Technicolor ST20xx, which cut URLs after 128 characters, so links to pages would not work."""

from pathlib import Path

from xivo_dird.phone import PhoneVendor

THOMSON = PhoneVendor(
    key="thomson",
    template=Path(__file__).with_suffix(".xml"),
    page_size=8,
    max_items=32,
)
