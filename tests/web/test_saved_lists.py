"""The list in view on paper and in files."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect

from web.site import COLUMNS, configuration, people

ROWS = [
    ("1", "Ada Stern", "2045", "+33 1 44 55", "ada@example.org"),
    ("2", "=Adam; the, first", "2046", "", ""),
]


@pytest.fixture(scope="module")
def new_configuration():
    """Return the function that declares a name which a spreadsheet would calculate."""
    return lambda folder: configuration(folder, people(folder, "crew", ROWS))


@pytest.fixture
def found(signed_in):
    signed_in.search("ada")
    signed_in.shows("Ada Stern", "=Adam; the, first")
    expect(signed_in.outcome).to_have_text("2 people from 1 source")
    return signed_in


def saved(page, button):
    """Push a button that saves the list; return the name and the bytes of the file."""
    with page.tab.expect_download() as download:
        page.tab.get_by_role("button", name=button).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_the_list_is_saved_as_csv(found):
    name, content = saved(found, "Save as CSV")
    assert name == "People ada.csv"
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    assert text.count("\r\n") == text.count("\n") == 3
    titles = [column["title"] for column in COLUMNS if column["type"] not in {"favorite", "personal"}]
    assert list(csv.reader(text.splitlines())) == [
        titles,
        ["Ada Stern", "2045", "+33 1 44 55", "ada@example.org"],
        ["'=Adam; the, first", "2046", "", ""],
    ]


def test_saved_vcards_are_imported_with_all_people(found, served):
    name, content = saved(found, "Save as vCard")
    assert name == "People ada.vcf"
    headers = {"Content-Type": "text/vcard"}
    answer = served.daemon.request("POST", "/0.1/personal/import", headers=headers, data=content)
    assert answer.status_code == 201
    created = {(card["name"], card.get("number"), card.get("email")) for card in answer.json["created"]}
    assert created == {
        ("Ada Stern", "2045", "ada@example.org"),
        ("=Adam; the, first", "2046", None),
    }


def test_favorites_are_saved_too(found):
    found.star("Ada Stern").click()
    found.visit("Favorites")
    found.shows("Ada Stern")
    name, content = saved(found, "Save as CSV")
    assert name == "Favorites.csv"
    assert b"Ada Stern" in content


def test_paper_has_the_list_with_the_term_and_nothing_to_push(found):
    found.tab.emulate_media(media="print")
    expect(found.tab.get_by_role("heading", level=1)).to_have_text("People: ada")
    expect(found.rows).to_have_count(2)
    for part in (found.search_field, found.tab.get_by_role("banner"), found.tab.get_by_role("button")):
        expect(part.filter(visible=True)).to_have_count(0)
    colors = found.tab.evaluate(
        "[...document.querySelectorAll('td a')].map((link) => getComputedStyle(link).color)"
    )
    assert set(colors) == {"rgb(0, 0, 0)"}


def test_the_button_prints(found):
    found.tab.evaluate("window.print = () => { document.title = 'printed' }")
    found.tab.get_by_role("button", name="Print").click()
    expect(found.tab).to_have_title("printed")


def test_without_people_there_is_nothing_to_save(signed_in):
    signed_in.search("xyzxyz")
    expect(signed_in.tab.get_by_text("Nobody found")).to_be_visible()
    expect(signed_in.tab.get_by_role("button", name="Save as CSV")).to_have_count(0)
