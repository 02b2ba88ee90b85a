"""Thomson TB30 with newer firmware: a phonebook of at most 32 entries, with links to pages among them."""

from pathlib import Path

from xivo_dird.phone import PhoneVendor

THOMSON_TB30 = PhoneVendor(
    key="thomson-tb30",
    template=Path(__file__).with_suffix(".xml"),
    page_size=16,
    max_items=30,  # and two links
)
