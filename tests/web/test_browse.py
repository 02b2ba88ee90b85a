"""All people without a term: rows that come while one scrolls, in groups, with all that a row has."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect

from web.browse_page import STEP, TOTAL, BrowsePage, browse_configuration
from web.site import token

_OBSERVE_NOTHING = """
globalThis.IntersectionObserver = class {
    observe() {}
    disconnect() {}
};
"""


@pytest.fixture(scope="module")
def new_configuration():
    """Return the function that declares many people, and a source that can't list its own."""

    def with_rights(folder):
        config = browse_configuration(folder)
        config["auth"]["tokens"].append(token("no-lookup", "dird.directories.reverse.default.read"))
        return config

    return with_rights


@pytest.fixture
def browsed(signed_in):
    """Open the page."""
    browsed = BrowsePage(signed_in)
    browsed.open()
    expect(browsed.outcome).to_contain_text("people from")
    return browsed


def test_all_people_are_listed_in_order_with_their_number(browsed):
    expect(browsed.rows).to_have_count(STEP)
    browsed.begins_with("Ada 000", "A150")
    expect(browsed.outcome).to_contain_text(f"{TOTAL} people from 1 source")


def test_further_rows_come_as_one_scrolls_until_the_last_one(browsed):
    asked = browsed.page.requests("after=")
    for steps in (2, 3):
        browsed.scroll_to_end()
        expect(browsed.rows).to_have_count(min(steps * STEP, TOTAL))
    browsed.shows_headings("A150", "B120", "E20", "م1", "#1", "Nothing entered1")
    expect(browsed.rows.last).to_contain_text("44")
    expect(browsed.tab.get_by_role("button", name="Show more")).to_have_count(0)
    assert ["limit=100" in request.url for request in asked] == [True, True]


def test_a_button_brings_further_rows_without_an_observer(page):
    page.tab.add_init_script(_OBSERVE_NOTHING)
    page.sign_in()
    page.shows_search()
    browsed = BrowsePage(page)
    browsed.open()
    more = page.tab.get_by_role("button", name="Show more")
    for count in (2 * STEP, TOTAL):
        more.focus()
        page.press("Enter")
        expect(browsed.rows).to_have_count(count)
    expect(page.tab.get_by_role("main")).to_be_focused()


def test_the_heading_of_a_group_stays_in_sight(browsed):
    tops = "[...document.querySelectorAll('thead th, .group th')].map((one) => one.getBoundingClientRect().bottom)"
    browsed.rows.nth(50).evaluate("(row) => row.scrollIntoView({block: 'center'})")
    title, *_, heading = browsed.tab.evaluate(tops)
    assert 0 < title < heading < 120
    browsed.tab.set_viewport_size({"width": 390, "height": 700})
    browsed.rows.nth(50).evaluate("(row) => row.scrollIntoView({block: 'center'})")
    assert 0 < browsed.tab.evaluate(tops)[-1] < 120


def test_arrows_pass_the_headings_and_enter_calls(browsed):
    browsed.scroll_to_end()
    expect(browsed.rows).to_have_count(2 * STEP)
    browsed.rows.nth(149).get_by_role("link").focus()
    browsed.page.press("Home")
    expect(browsed.page.selected).to_contain_text("Ada 000")
    browsed.page.press("ArrowDown")
    expect(browsed.page.selected).to_contain_text("Ada 001")
    with browsed.tab.expect_request("tel:**") as call:
        browsed.page.press("Enter")
    assert call.value.url == "tel:01001"


def test_the_first_arrow_selects_a_row_that_can_be_seen(browsed):
    browsed.rows.nth(60).evaluate("(row) => row.scrollIntoView({block: 'center'})")
    browsed.page.press("ArrowDown")
    expect(browsed.page.selected).to_be_in_viewport()
    expect(browsed.page.selected).to_contain_text("Ada 0")
    expect(browsed.rows.first).not_to_be_in_viewport()


def test_a_star_adds_a_favorite(browsed):
    browsed.page.star("Ada 003").click()
    expect(browsed.page.star("Ada 003")).to_have_attribute("aria-pressed", "true")
    browsed.page.visit("Favorites")
    browsed.page.shows("Ada 003")
    browsed.open()
    browsed.page.star("Ada 003").click()
    expect(browsed.page.star("Ada 003")).to_have_attribute("aria-pressed", "false")


def test_the_list_in_view_is_saved_and_printed(browsed):
    with browsed.tab.expect_download() as download:
        browsed.tab.get_by_role("button", name="Save as CSV").click()
    assert download.value.suggested_filename == "Browse Name.csv"
    lines = list(csv.reader(Path(download.value.path()).read_text("utf-8-sig").splitlines()))
    assert (len(lines), lines[1][0]) == (1 + STEP, "Ada 000")
    browsed.tab.emulate_media(media="print")
    expect(browsed.tab.get_by_role("heading", level=1)).to_have_text("Browse: Name")
    for role in ("button", "combobox", "navigation", "searchbox"):
        expect(browsed.tab.get_by_role(role).filter(visible=True)).to_have_count(0)


def test_a_source_that_lists_nothing_is_named_quietly(browsed):
    expect(browsed.outcome).to_contain_text("Source broken can be searched, but not browsed.")
    expect(browsed.page.alert).to_have_count(0)
    expect(browsed.tab.locator(".missing")).to_have_count(0)


@pytest.mark.parametrize(
    ("status", "text"), [("failed", "crew had an error."), ("skipped", "crew is not asked at the moment")]
)
def test_a_source_that_fails_is_named(signed_in, status, text):
    def failed(route):
        answer = route.fetch().json()
        answer["sources"][0]["status"] = status
        route.fulfill(json=answer)

    signed_in.tab.route("**/directories/browse/**", failed)
    browsed = BrowsePage(signed_in)
    browsed.open()
    expect(browsed.outcome).to_contain_text(text)
    signed_in.tab.unroute_all(behavior="wait")


def test_the_list_goes_on_elsewhere_after_very_many_rows(signed_in):
    def very_many(route):
        answer = route.fetch().json()
        answer["results"] *= 20
        route.fulfill(json=answer)

    signed_in.tab.route("**/directories/browse/default?kind=initials&limit=100", very_many)
    browsed = BrowsePage(signed_in)
    browsed.open()
    expect(browsed.rows).to_have_count(2000)
    expect(browsed.tab.get_by_role("button", name="Show more")).to_have_count(0)
    browsed.tab.get_by_role("link", name="Go on after these 2,000 people").click()
    browsed.begins_with("Ada 100", "A150")
    expect(browsed.rows).to_have_count(STEP)
    browsed.tab.get_by_role("link", name="From the start").click()
    browsed.begins_with("Ada 000", "A150")


def test_the_empty_search_leads_to_the_list(signed_in):
    signed_in.tab.get_by_role("link", name="Or browse all people.").click()
    expect(signed_in.tab.get_by_role("heading", level=1)).to_contain_text("Browse")
    expect(BrowsePage(signed_in).rows).to_have_count(STEP)


def test_who_may_not_search_may_not_browse(page):
    page.sign_in_with_token("no-lookup")
    page.shows_search()
    expect(page.tab.get_by_role("link", name="Who called?")).to_be_visible()
    expect(page.tab.get_by_role("link", name="rowse")).to_have_count(0)
    page.open("#/browse")
    page.shows_search()
