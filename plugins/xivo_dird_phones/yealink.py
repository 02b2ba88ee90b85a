"""Yealink: a remote phonebook, searched or downloaded."""

from pathlib import Path

from xivo_dird.phone import PhoneVendor

YEALINK = PhoneVendor(
    key="yealink",
    template=Path(__file__).with_suffix(".xml"),
    max_items=5000,
)
