"""Panasonic KX-HDV and KX-TGP600: a network phonebook of at most 20 contacts, whose numbers have no `+`."""

from pathlib import Path

from xivo_dird.phone import PhoneVendor

PANASONIC = PhoneVendor(
    key="panasonic",
    template=Path(__file__).with_suffix(".xml"),
    max_items=20,
    groups_numbers=True,
    max_name_characters=24,
    forbidden_in_names="&'<>\"",
    plus="replace",
)
