"""Where the list of all people begins, and how it is sorted: in the address, for a reload and the back button."""

import pytest
from playwright.sync_api import expect

from web.browse_page import STEP, BrowsePage, browse_configuration
from web.site import profile


@pytest.fixture(scope="module")
def new_configuration():
    """Return the function that declares many people."""
    return lambda folder: browse_configuration(folder, profiles=[profile("other", "broken")])


@pytest.fixture
def browsed(signed_in):
    """Open the page."""
    browsed = BrowsePage(signed_in)
    browsed.open()
    expect(browsed.rows).to_have_count(STEP)
    return browsed


def test_only_letters_that_somebody_has_are_links(browsed):
    expect(browsed.letters).to_have_text(["A", "B", "E", "م", "#", "\u2013"])
    expect(browsed.tab.locator(".jump-bar li")).to_have_count(26 + 3)
    expect(browsed.tab.get_by_role("link", name="B, 120 people")).to_be_visible()


def test_a_letter_begins_the_list_there_and_a_link_at_the_start(browsed):
    browsed.scroll_to_end()
    expect(browsed.rows).to_have_count(2 * STEP)
    browsed.letters.filter(has_text="B").click()
    browsed.begins_with("Bruno 000", "B120")
    expect(browsed.letters.filter(has_text="B")).to_have_attribute("aria-current", "true")
    assert browsed.tab.evaluate("scrollY") == 0
    browsed.tab.get_by_role("link", name="From the start").click()
    browsed.begins_with("Ada 000", "A150")
    expect(browsed.tab.get_by_role("main")).to_be_focused()


def test_a_reload_and_the_back_button_keep_the_place(browsed):
    browsed.letters.filter(has_text="E").click()
    browsed.begins_with("Émile 000", "E20")
    browsed.tab.reload()
    browsed.begins_with("Émile 000", "E20")
    browsed.letters.filter(has_text="B").click()
    browsed.begins_with("Bruno 000", "B120")
    browsed.tab.go_back()
    browsed.begins_with("Émile 000", "E20")


def test_the_list_is_sorted_by_a_column_with_a_group_for_each_text(browsed):
    expect(browsed.by.get_by_role("option")).to_have_text(["Name", "Phone", "Mobile", "E-mail", "Department"])
    browsed.by.select_option("Department")
    browsed.begins_with("Ada 000", "Sales170")
    options = ["From the start", "Sales (170)", "Support (120)", "مبيعات (1)", "Nothing entered (2)"]
    expect(browsed.jump.get_by_role("option")).to_have_text(options)
    browsed.jump.select_option("Support (120)")
    browsed.begins_with("Bruno 000", "Support120")
    assert browsed.hash().startswith("#/browse/department/after/")
    browsed.tab.reload()
    browsed.begins_with("Bruno 000", "Support120")
    expect(browsed.by).to_have_value("department")
    browsed.jump.select_option("From the start")
    browsed.begins_with("Ada 000", "Sales170")
    browsed.by.select_option("Name")
    browsed.begins_with("Ada 000", "A150")
    assert browsed.hash() == "#/browse"


def test_numbers_are_grouped_by_how_they_begin(browsed):
    browsed.by.select_option("Phone")
    browsed.begins_with("Ada 000", "#293")
    expect(browsed.letters).to_have_text(["#"])


def test_typing_anywhere_begins_the_list_at_the_text(browsed):
    browsed.page.press("ArrowDown")
    expect(browsed.page.selected).to_have_count(1)
    browsed.page.type("bruno 07")
    expect(browsed.begin).to_have_value("bruno 07")
    browsed.begins_with("Bruno 070", "B120")
    assert browsed.hash() == "#/browse//from/bruno%2007"
    browsed.tab.go_back()
    browsed.begins_with("Ada 000", "A150")
    expect(browsed.begin).to_have_value("")


def test_nobody_at_or_after_a_text_is_said(browsed):
    browsed.by.select_option("Department")
    browsed.begins_with("Ada 000", "Sales170")
    browsed.open("#/browse/department/from/%E4%B8%AD")
    browsed.begins_with("3M hotline", "Nothing entered2")
    browsed.tab.route("**/browse/default?**", lambda route: route.fulfill(json=nobody(route.fetch().json())))
    browsed.begin.fill("zz")
    expect(browsed.outcome).to_contain_text("There is nobody from “zz” on.")
    browsed.tab.unroute_all(behavior="wait")


def nobody(answer):
    return {**answer, "results": [], "groups": [], "next": None}


def test_an_older_answer_never_replaces_a_newer_one(browsed):
    held = browsed.page.hold("**/browse/default?from=bruno&**")
    browsed.begin.fill("bruno")
    held.first()
    browsed.begin.fill("émile")
    browsed.begins_with("Émile 000", "E20")
    assert browsed.page.session() is not None, "a later request has its answer"
    browsed.begins_with("Émile 000", "E20")


@pytest.mark.parametrize("fragment", ["#/browse/town", "#/browse//after/broken", "#/browse/town/from/a"])
def test_an_address_of_another_display_shows_the_whole_list(browsed, fragment):
    browsed.page.errors.expected_statuses = {400}
    browsed.open(fragment)
    browsed.begins_with("Ada 000", "A150")
    expect(browsed.tab).to_have_url(f"{browsed.page.url}#/browse")


def test_a_step_that_fails_is_tried_again_when_one_wants_it(browsed):
    browsed.page.errors.expected_statuses = {503}
    browsed.tab.route("**/browse/default?after=**", lambda route: route.fulfill(status=503))
    browsed.scroll_to_end()
    expect(browsed.page.alert).to_contain_text("The directory can't be reached.")
    expect(browsed.rows).to_have_count(STEP)
    browsed.tab.unroute_all(behavior="wait")
    browsed.tab.get_by_role("button", name="Try again").click()
    expect(browsed.rows.nth(STEP)).to_contain_text("Ada 100")
    expect(browsed.page.alert).to_have_count(0)


def test_a_daemon_that_is_restarted_is_asked_again_when_one_wants_it(browsed):
    browsed.page.errors.may_lose_connection = True
    browsed.tab.route("**/directories/browse/**", lambda route: route.abort("connectionrefused"))
    browsed.by.select_option("Department")
    expect(browsed.page.alert).to_contain_text("The directory can't be reached.")
    browsed.tab.unroute_all(behavior="wait")
    browsed.tab.get_by_role("button", name="Try again").click()
    browsed.begins_with("Ada 000", "Sales170")


def test_a_profile_that_is_gone_is_named_and_tried_again(browsed):
    browsed.page.errors.expected_statuses = {404}
    browsed.tab.route("**/directories/browse/**", lambda route: route.fulfill(status=404))
    browsed.letters.filter(has_text="B").click()
    expect(browsed.page.alert).to_contain_text("There is no profile “default”.")
    browsed.tab.unroute_all(behavior="wait")
    browsed.tab.get_by_role("button", name="Try again").click()
    browsed.begins_with("Bruno 000", "B120")


def test_after_the_end_of_a_session_the_list_is_where_it_was(browsed, served):
    browsed.by.select_option("Department")
    browsed.begins_with("Ada 000", "Sales170")
    browsed.page.errors.expected_statuses = {401}
    served.end_sessions()
    browsed.jump.select_option("Support (120)")
    expect(browsed.tab.get_by_text("Your session has ended.")).to_be_visible()
    browsed.page.send_password()
    browsed.begins_with("Bruno 000", "Support120")


def test_another_profile_has_a_list_of_its_own(browsed):
    browsed.page.choose_profile("other")
    expect(browsed.outcome).to_have_text("Source broken can be searched, but not browsed.")
    expect(browsed.rows).to_have_count(0)
    browsed.page.choose_profile("default")
    browsed.begins_with("Ada 000", "A150")
