"""Why no name: texts of any kind, other languages, and what axe-core finds."""

import pytest
from playwright.sync_api import expect

from web.accessibility import violations
from web.site import PASSWORD
from web.source_states import source_row
from web.why_page import (
    LONG,
    MARKUP,
    RIGHT_TO_LEFT,
    ask,
    results,
    troubled_configuration,
    visited,
)


@pytest.fixture(scope="module")
def new_configuration(hung):
    """Return the function that declares sources with and without troubles."""
    return lambda folder: troubled_configuration(folder, hung)


@pytest.fixture
def asking(signed_in):
    """Open the page."""
    return visited(signed_in)


@pytest.mark.parametrize("width", [320, 1280])
def test_names_are_shown_as_the_texts_that_they_are(asking, width):
    asking.tab.set_viewport_size({"width": width, "height": 800})
    for number, name in (("3001", MARKUP), ("3002", RIGHT_TO_LEFT), ("3003", LONG)):
        ask(asking, number)
        expect(asking.outcome).to_contain_text(f"A phone shows {name}.")
        assert not asking.scrolls_sideways()
    ask(asking, "<img src=x>" + "W" * 1000)
    expect(asking.outcome).to_contain_text("0 contacts were found.<img src=x>W")
    assert not asking.scrolls_sideways()
    assert "broken" not in asking.tab.title()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_answers(new_page, scheme):
    page = new_page(color_scheme=scheme)
    page.sign_in()
    visited(page)
    page.choose_profile("troubles")
    ask(page, "2045")
    expect(results(page)).to_have_count(5)
    for width in (320, 1280):
        page.tab.set_viewport_size({"width": width, "height": 640})
        assert violations(page.tab) == [], width
        assert not page.scrolls_sideways(), width


@pytest.mark.parametrize(
    ("language", "verdict", "wins"),
    [
        ("de", "Ein Telefon zeigt Ada Stern.", "Hat den Namen"),
        ("fr", "Un téléphone affiche Ada Stern.", "A le nom"),
        ("es", "Un teléfono muestra Ada Stern.", "Tiene el nombre"),
    ],
)
def test_other_languages_mark_the_words_of_the_daemon(new_page, language, verdict, wins):
    page = new_page(locale=language)
    page.open()
    page.tab.locator("input[name=username]").fill("ada")
    page.tab.locator("input[name=password]").fill(PASSWORD)
    page.press("Enter")
    expect(page.tab.get_by_role("navigation")).to_be_visible()
    page.open("#/why/2045")
    expect(page.outcome).to_contain_text(verdict)
    row = source_row(page, "crew")
    expect(row).to_contain_text(wins)
    expect(row.get_by_text("the only match")).to_have_attribute("lang", "en")
