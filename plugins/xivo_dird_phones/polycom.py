"""Polycom and Poly: XHTML pages for the microbrowser."""

from pathlib import Path

from xivo_dird.phone import HtmlDocument, PhoneVendor

POLYCOM = PhoneVendor(
    key="polycom",
    template=Path(__file__).with_suffix(".xml"),
    page_size=16,
    max_items=50,
    document=HtmlDocument,
    prolog='<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">\n',
)
