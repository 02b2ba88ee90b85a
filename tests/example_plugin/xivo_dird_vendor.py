"""The phones of another vendor: one declaration, and one template."""

from pathlib import Path

from xivo_dird.phone import PhoneVendor

VENDOR = PhoneVendor(
    key="acme",
    template=Path(__file__).with_suffix(".xml"),
    page_size=2,
    max_items=10,
    max_name_characters=20,
)
