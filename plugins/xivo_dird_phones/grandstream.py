"""Grandstream GXP, GRP, GXV and DP: a whole phonebook that the phone downloads."""

from pathlib import Path

from xivo_dird.phone import PhoneLookupQuery, PhoneVendor, Term


class GrandstreamQuery(PhoneLookupQuery):
    """The query parameters; the phones send none, for the whole directory."""

    term: Term = ""


GRANDSTREAM = PhoneVendor(
    key="grandstream",
    template=Path(__file__).with_suffix(".xml"),
    max_items=2000,
    groups_numbers=True,
    query=GrandstreamQuery,
    lookup_files=("phonebook.xml", "gs_phonebook.xml"),
)
