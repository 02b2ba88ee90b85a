"""Unify OpenScape, OpenStage and optiPoint: an XML application, in which the answer to a selected line dials it."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from xivo_dird.phone import Asked, PhoneLookupQuery, PhoneVendor, Term


class UnifyQuery(PhoneLookupQuery):
    """The query parameters that the phones send, beside those of all phones."""

    term: Term = ""
    dial: Annotated[
        str, Field(pattern="^[0-9*#+]{0,64}$", description="The number of the selected line.")
    ] = ""

    def asked(self) -> Asked:
        """Return what the phone asks for."""
        return super().asked()._replace(exten=self.dial or None)


UNIFY = PhoneVendor(
    key="unify",
    template=Path(__file__).with_suffix(".xml"),
    page_size=16,
    max_items=100,
    query=UnifyQuery,
)
