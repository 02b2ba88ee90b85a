"""docs/pictures: the drawing of each vendor is that of its golden documents. `make docs` draws them."""

from xml.etree import ElementTree

import pytest

from docs.phone_pictures import (
    ERRORS,
    PICTURES,
    ROOT,
    SHAPES,
    picture_file,
    picture_of,
    picture_of_errors,
    screen_of,
)
from phones.golden_files import DOCUMENTS

MAX_BYTES = 10_000
PAGE = ROOT / "docs" / "phones.md"
vendors = pytest.mark.parametrize("vendor", SHAPES)


@vendors
def test_a_picture_shows_the_golden_documents(vendor):
    assert picture_file(vendor).read_bytes() == picture_of(vendor), "run make docs"


@vendors
def test_a_picture_has_the_name_and_number_of_every_line(vendor):
    texts = {element.text for element in ElementTree.parse(picture_file(vendor)).iter()}
    rows = screen_of(vendor, "lookup").rows
    assert len(rows) == 5
    assert {text for row in rows for text in row if text} <= texts


@vendors
def test_a_picture_is_small_and_refers_to_nothing(vendor):
    text = picture_file(vendor).read_text(encoding="utf-8")
    assert len(text.encode()) < MAX_BYTES
    assert text.count("http") == 1, "only the namespace"
    assert f"](pictures/{vendor}.svg)" in PAGE.read_text(encoding="utf-8")


def test_every_vendor_has_a_picture_and_nothing_else_has():
    assert {document.vendor for document in DOCUMENTS} == set(SHAPES)
    assert set(PICTURES.glob("*.*")) == {picture_file(name) for name in (*SHAPES, ERRORS)}


def test_the_picture_of_an_error_shows_its_message_on_both_phones():
    assert picture_file(ERRORS).read_bytes() == picture_of_errors(), "run make docs"
    texts = [element.text for element in ElementTree.parse(picture_file(ERRORS)).iter()]
    assert texts.count("Unknown directory or user") == 2
    assert f"](pictures/{ERRORS}.svg)" in PAGE.read_text(encoding="utf-8")


def test_a_menu_and_a_page_with_links_are_drawn_beside_the_result():
    assert screen_of("cisco", "next").keys == ["Dial", "PrevPage", "Exit", "NextPage"]
    assert screen_of("polycom", "next").rows[0] == ("[Previous Page]", "")
    widths = {vendor: ElementTree.parse(picture_file(vendor)).getroot().get("width") for vendor in SHAPES}
    beside = {vendor for vendor, width in widths.items() if width != widths["htek"]}
    assert beside == {"aastra", "cisco", "fanvil", "polycom", "snom", "thomson-tb30", "unify", "yealink"}
    assert [name for name, _ in screen_of("yealink", "menu").rows][-2:] == ["north / south", "templates"]
