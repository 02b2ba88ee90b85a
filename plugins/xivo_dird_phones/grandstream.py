"""Grandstream GXP, GRP, GXV and DP: a whole phonebook that the phone downloads."""

from pathlib import Path

from xivo_dird.phone import PhoneLookupQuery, PhoneVendor, Term

FILES = ("phonebook.xml", "gs_phonebook.xml")
"""The files that the phones ask for, by model."""


class GrandstreamQuery(PhoneLookupQuery):
    """The query parameters; the phones send none, for the whole directory."""

    term: Term = ""


GRANDSTREAM = PhoneVendor(
    key="grandstream",
    template=Path(__file__).with_suffix(".xml"),
    max_items=2000,
    groups_numbers=True,
    query=GrandstreamQuery,
    further_lookup_paths=tuple(
        f"{path}/{file}"
        for file in FILES
        for path in (
            "/directories/lookup/<profile>/<id:user_uuid>/grandstream",
            "/directories/lookup/<profile>/grandstream",
            "/grandstream/directories/lookup/<profile>",
        )
    ),
)
