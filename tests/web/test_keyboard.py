"""The page without a mouse: `/` searches, arrows select, Enter calls."""

import pytest
from playwright.sync_api import expect


@pytest.fixture
def found(page):
    """Sign in and search for three people."""
    page.sign_in()
    page.search("a")
    page.shows("Ada Stern", "Anna Adams")
    return page


def test_the_search_field_has_the_focus_and_a_slash_returns_it(found):
    expect(found.search_field).to_be_focused()
    found.tab.get_by_role("button", name="Sign out").focus()
    found.press("/")
    expect(found.search_field).to_be_focused()
    expect(found.search_field).to_have_value("a")


def test_a_slash_in_the_field_is_a_character(found):
    found.type("/")
    expect(found.search_field).to_have_value("a/")


def test_arrows_select_a_row_and_stop_at_the_ends(found):
    found.press("ArrowDown")
    expect(found.selected).to_contain_text("Ada Stern")
    found.press("ArrowDown")
    expect(found.selected).to_contain_text("Anna Adams")
    found.press("ArrowDown")
    found.press("ArrowUp")
    expect(found.selected).to_contain_text("Ada Stern")
    found.press("ArrowUp")
    expect(found.search_field).to_be_focused()
    expect(found.selected).to_have_count(0)


def test_enter_calls_the_first_number_of_the_selected_row(found):
    found.press("ArrowDown")
    expect(found.selected).to_have_count(1)
    number = found.selected.get_by_role("link").first.get_attribute("href")
    with found.tab.expect_request("tel:**") as call:
        found.press("Enter")
    assert call.value.url == number
    assert found.tab.url.startswith(found.url)
    expect(found.search_field).to_be_visible()


def test_all_of_the_page_is_reached_with_tab(found):
    # What needs rights comes last.
    expect(found.tab.get_by_role("link", name="Sources")).to_be_visible()
    expect(found.star("Anna Adams")).to_be_visible()
    texts = set()
    for _ in range(found.tab.locator("a, button, input, select, summary").count() + 1):
        found.press("Tab")
        texts.add(found.tab.evaluate("document.activeElement.textContent"))
    assert {"2045", "+33 1 44 55", "ada@example.org", "2048", "Sign out", "People"} <= texts


def test_the_focus_is_visible(found):
    for _ in range(4):
        found.press("Tab")
        outline = found.tab.evaluate(
            "(({outlineStyle, boxShadow}) => [outlineStyle, boxShadow])(getComputedStyle(document.activeElement))"
        )
        assert outline != ["none", "none"]
