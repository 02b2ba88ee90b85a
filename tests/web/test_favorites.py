"""Favorites: stars in a search, and the page that lists them."""

import pytest
from playwright.sync_api import expect

from web.accessibility import violations
from web.site import LOOKUP, configuration, people, profile, token

STAFF = [("1", "Bea Stern", "3001", "", ""), ("2", "Åke Stern", "3002", "", "")]
FAVORITES = {"crew": ("1", "2", "3", "4"), "staff.eu/south": ("1", "2")}
LIST = "dird.directories.favorites.default.read"


@pytest.fixture(scope="module")
def new_configuration():
    """Return the function that declares two sources, one of them with a dot and a slash in its name."""

    def with_staff(folder):
        sources = (people(folder, "crew"), {**people(folder, "staff", STAFF), "name": "staff.eu/south"})
        without = profile("without", "crew")
        del without["services"]["favorites"]
        config = configuration(folder, *sources, profiles=[without, profile("small.one", "crew")])
        only_adds = (LOOKUP, "dird.directories.favorites.staff_eu/south.*.update")
        config["auth"]["tokens"] += [token("only-adds", *only_adds), token("only-reads", LOOKUP, LIST)]
        config["auth"]["tokens"].append(
            token("small", "dird.profiles.read", "dird.directories.*.small_one.read")
        )
        return config

    return with_staff


@pytest.fixture(autouse=True)
def _no_favorites(served):
    for source, entries in FAVORITES.items():
        for entry in entries:
            path = f"/0.1/directories/favorites/{source}/{entry}"
            assert served.daemon.request("DELETE", path).status_code in {204, 404}


@pytest.fixture
def add(served):
    """Return the function that adds a favorite without the page."""

    def add(source, entry):
        path = f"/0.1/directories/favorites/{source}/{entry}"
        assert served.daemon.request("PUT", path).status_code == 204

    return add


@pytest.fixture
def favorites(signed_in, add):
    """Open the page with three favorites of two sources."""
    for source, entry in (("crew", "3"), ("staff.eu/south", "2"), ("crew", "1")):
        add(source, entry)
    signed_in.visit("Favorites")
    signed_in.shows("Ada Stern", "Åke Stern", "Zoë O'Neil")
    return signed_in


def is_pressed(page, name, pressed):
    expect(page.star(name)).to_have_attribute("aria-pressed", "true" if pressed else "false")


def test_a_star_adds_a_favorite_and_removes_it(signed_in):
    for name in ("Åke Stern", "Ada Stern"):
        signed_in.search("stern")
        with signed_in.tab.expect_response(lambda answer: "/favorites/" in answer.url) as added:
            signed_in.star(name).click()
        assert added.value.status == 204
        signed_in.search("ster")
        is_pressed(signed_in, name, True)
        with signed_in.tab.expect_response(lambda answer: "/favorites/" in answer.url):
            signed_in.star(name).click()
        signed_in.search("stern")
        is_pressed(signed_in, name, False)


def test_arrows_reach_the_star_and_space_presses_it(signed_in):
    signed_in.search("ada")
    expect(signed_in.star("Ada Stern")).to_be_visible()
    signed_in.press("ArrowDown")
    signed_in.press("ArrowLeft")
    expect(signed_in.star("Ada Stern")).to_be_focused()
    signed_in.press("Space")
    is_pressed(signed_in, "Ada Stern", True)
    signed_in.press("Enter")
    is_pressed(signed_in, "Ada Stern", False)
    signed_in.press("ArrowRight")
    expect(signed_in.selected.get_by_role("link", name="2045")).to_be_focused()


def test_a_star_that_would_be_refused_is_not_there(page):
    page.sign_in_with_token("only-adds")
    page.search("stern")
    expect(page.star("Bea Stern")).to_be_visible()
    expect(page.star("Ada Stern")).to_have_count(0)
    page.star("Bea Stern").click()
    expect(page.star("Bea Stern")).to_have_count(0)


def test_a_change_that_fails_is_undone_and_said(signed_in):
    signed_in.errors.expected_statuses = {503}
    signed_in.search("ada")
    signed_in.tab.route("**/favorites/**", lambda route: route.fulfill(status=503))
    signed_in.star("Ada Stern").click()
    expect(signed_in.alert).to_have_text("Ada Stern could not be added to the favorites.")
    is_pressed(signed_in, "Ada Stern", False)


def test_what_another_tab_has_changed_is_no_failure(signed_in, add):
    signed_in.errors.expected_statuses = {409}
    signed_in.search("ada")
    expect(signed_in.star("Ada Stern")).to_be_visible()
    add("crew", "1")
    with signed_in.tab.expect_response("**/favorites/crew/1") as answer:
        signed_in.star("Ada Stern").click()
    assert answer.value.status == 409
    is_pressed(signed_in, "Ada Stern", True)
    expect(signed_in.alert).to_have_count(0)


def test_the_rights_to_change_favorites_are_asked_for_once(signed_in):
    asked = signed_in.requests(".update")
    signed_in.search("stern")
    expect(signed_in.star("Bea Stern")).to_be_visible()
    expect(signed_in.star("Ada Stern")).to_be_visible()
    count = len(asked)
    assert 1 <= count <= 2
    signed_in.search("müll")
    expect(signed_in.star("Éric Müller")).to_be_visible()
    assert len(asked) == count


def test_favorites_are_sorted_by_name_or_by_source(favorites):
    favorites.tab.get_by_label("Order").select_option("By source")
    favorites.shows("Ada Stern", "Zoë O'Neil", "Åke Stern")
    favorites.tab.get_by_label("Order").select_option("By name")
    favorites.shows("Ada Stern", "Åke Stern", "Zoë O'Neil")


def test_a_removed_favorite_comes_back_with_undo(favorites):
    favorites.star("Åke Stern").click()
    favorites.shows("Ada Stern", "Zoë O'Neil")
    expect(favorites.star("Zoë O'Neil")).to_be_focused()
    expect(favorites.outcome).to_contain_text("Åke Stern is no favorite any more.")
    with favorites.tab.expect_response("**/favorites/staff.eu%2Fsouth/2") as answer:
        favorites.tab.get_by_role("button", name="Undo").click()
    assert answer.value.status == 204
    favorites.shows("Ada Stern", "Åke Stern", "Zoë O'Neil")
    expect(favorites.outcome).to_have_text("")
    favorites.visit("People")
    favorites.visit("Favorites")
    favorites.shows("Ada Stern", "Åke Stern", "Zoë O'Neil")


def test_arrows_and_enter_work_as_in_a_search(favorites):
    favorites.press("ArrowDown")
    favorites.press("ArrowDown")
    expect(favorites.selected).to_contain_text("Åke Stern")
    with favorites.tab.expect_request("tel:**") as call:
        favorites.press("Enter")
    assert call.value.url == "tel:3002"
    favorites.press("/")
    favorites.shows_search()


def test_without_favorites_the_page_tells_how_to_get_some(signed_in):
    signed_in.visit("Favorites")
    expect(signed_in.tab.get_by_text("You have no favorites.")).to_be_visible()


def test_a_profile_without_favorites_says_so(signed_in):
    signed_in.errors.expected_statuses = {404}
    signed_in.visit("Favorites")
    signed_in.choose_profile("without")
    expect(signed_in.tab.get_by_text("This profile has no favorites.")).to_be_visible()


def test_who_may_not_list_favorites_has_the_search_in_their_place(page):
    page.sign_in_with_token("reader")
    page.shows_only_people("#/favorites")


def test_favorites_that_may_not_be_changed_are_listed(page, add):
    add("crew", "1")
    page.sign_in_with_token("only-reads")
    page.visit("Favorites")
    page.shows("Ada Stern")
    expect(page.star("Ada Stern")).to_have_count(0)


def test_the_dot_of_a_profile_is_an_underscore_in_a_permission(page, add):
    add("crew", "1")
    page.sign_in_with_token("small")
    page.visit("Favorites")
    page.shows("Ada Stern")


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_in_favorites(favorites, width):
    favorites.tab.set_viewport_size({"width": width, "height": 640})
    favorites.star("Ada Stern").click()
    favorites.press("ArrowDown")
    favorites.shows("Åke Stern", "Zoë O'Neil")
    assert violations(favorites.tab) == []
    assert not favorites.scrolls_sideways()
