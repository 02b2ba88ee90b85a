"""What the page looks like: light and dark, on phones and wide screens; what axe-core finds."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from web.accessibility import violations
from web.directory_page import DirectoryPage

WIDTHS = [320, 768, 1920]
SCHEMES = ["light", "dark"]

PAGES: dict[str, Callable[[DirectoryPage], None]] = {}


def page_of(function):
    """Add a page to those that all tests of this file visit."""
    PAGES[function.__name__] = function
    return function


@page_of
def sign_in(page):
    page.open()
    page.shows_sign_in()


@page_of
def wrong_password(page):
    page.errors.expected_statuses = {401}
    page.sign_in("ada", "not-this")
    expect(page.alert).to_be_visible()


@page_of
def sign_in_with_a_token(page):
    page.open()
    page.tab.get_by_text("Sign in with a token").click()
    expect(page.tab.get_by_label("Token", exact=True)).to_be_visible()


@page_of
def empty_search(page):
    page.sign_in()
    page.shows_search()


@page_of
def people_found(page):
    page.sign_in()
    page.search("a")
    page.shows("Ada Stern", "Anna Adams")
    page.press("ArrowDown")
    expect(page.selected).to_have_count(1)
    expect(page.outcome).to_contain_text("people from")


@page_of
def nobody_found(page):
    page.sign_in()
    page.search("nobody")
    expect(page.tab.get_by_text("Nobody found")).to_be_visible()


@page_of
def browsed_people(page):
    page.sign_in()
    page.shows_search()
    page.open("#/browse")
    expect(page.outcome).to_contain_text("4 people from 1 source")
    page.tab.get_by_role("link", name="A, 2 people").click()
    expect(page.tab.get_by_role("link", name="From the start")).to_be_visible()
    page.press("ArrowDown")
    expect(page.selected).to_have_count(1)


@pytest.mark.parametrize("visit", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_at_any_width(new_page, visit, scheme):
    page = new_page(color_scheme=scheme, viewport={"width": WIDTHS[0], "height": 640})
    visit(page)
    for width in WIDTHS:
        page.tab.set_viewport_size({"width": width, "height": 640})
        assert not page.scrolls_sideways(), width
        if width != WIDTHS[1]:
            assert violations(page.tab) == [], width


def test_a_number_is_on_one_line(new_page):
    page = new_page()
    people_found(page)
    for width in (*WIDTHS, 1024):
        page.tab.set_viewport_size({"width": width, "height": 640})
        lines = page.tab.evaluate(
            "[...document.querySelectorAll('a[href^=tel]')].map((link) => link.getClientRects().length)"
        )
        assert lines == [1] * 3, width


def test_dark_is_dark_and_light_is_light(new_page):
    brightness = """(() => {
        const parts = getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).map(Number)
        return (parts[0] + parts[1] + parts[2]) / 3
    })()"""
    found = {}
    for scheme in SCHEMES:
        page = new_page(color_scheme=scheme)
        page.open()
        found[scheme] = page.tab.evaluate(brightness)
    assert found["dark"] < 64
    assert found["light"] > 192
