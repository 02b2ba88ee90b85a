"""Gigaset N510, N720, N670, N870 and DX: a list in pages that the phone chooses, also searched by number."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from xivo_dird.phone import Asked, Exten, NaturalNumber, PhoneLookupQuery, PhoneVendor, Term


class GigasetQuery(PhoneLookupQuery):
    """The query parameters that the phones send, beside those of all phones."""

    term: Term = ""
    set_first: Annotated[Term, Field(description="The text to look for; `*` is ignored.")] = ""
    count: NaturalNumber | None = None
    first: Annotated[NaturalNumber, Field(description="The first item, counted from 1.")] = 1
    hm: Annotated[Exten, Field(description="The number of a caller, instead of a text.")] = ""
    type: Annotated[
        str, Field(max_length=64, description="The kind of directory, repeated in the answer.")
    ] = "pr"

    def asked(self) -> Asked:
        """Return what the phone asks for."""
        term = (self.set_first or self.term).replace("*", "")
        limit = self.limit if self.count is None else self.count
        return Asked(term, limit, self.offset or max(0, self.first - 1), self.hm or None)


GIGASET = PhoneVendor(
    key="gigaset",
    template=Path(__file__).with_suffix(".xml"),
    max_items=100,
    query=GigasetQuery,
    further_lookup_paths=("/directories/lookup/<profile>/gigaset/<id:user_uuid>",),
)
