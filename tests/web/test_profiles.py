"""The choice of a profile, for those who may see which there are."""

import pytest
from playwright.sync_api import expect

from web.site import configuration, people, profile, site, token


@pytest.fixture(scope="module")
def new_configuration():
    """Return the function that declares two profiles with people of their own."""

    def with_profiles(folder):
        board = people(folder, "board", [("1", "Ada Board", "3001", "", "")])
        config = configuration(folder, people(folder, "crew"), profiles=[profile("board", "board")])
        config["provisioning"]["sources"].append(board)
        acl = ["dird.profiles.read", "dird.directories.lookup.board.read"]
        config["auth"]["tokens"].append(token("board-only", *acl))
        return config

    return with_profiles


def test_another_profile_searches_again(page):
    page.sign_in_with_token("admin")
    page.search("ada")
    page.shows("Ada Stern", "Anna Adams")
    expect(page.profile_choice.get_by_role("option")).to_have_text(["board", "default"])
    expect(page.profile_choice).to_have_value("default")
    page.choose_profile("board")
    page.shows("Ada Board")


def test_who_may_not_read_profiles_has_the_default_one_and_no_choice(page):
    page.sign_in_with_token("reader")
    page.search("ada")
    page.shows("Ada Stern", "Anna Adams")
    expect(page.profile_choice).to_have_count(0)


def test_a_hundred_profiles_can_be_chosen(new_page, tmp_path):
    names = [f"profile {number}" for number in range(120)]
    config = configuration(tmp_path, profiles=[profile(name, "crew") for name in names])
    with site(config) as served:
        page = new_page(served.url)
        page.sign_in_with_token("admin")
        page.choose_profile("profile 119")
        page.search("stern")
        page.shows("Ada Stern")


def test_only_profiles_that_one_may_search_are_offered(page):
    page.sign_in_with_token("board-only")
    page.search("ada")
    page.shows("Ada Board")
    expect(page.profile_choice).to_have_count(0)


def test_who_may_not_search_is_told_so(page):
    page.errors.expected_statuses = {401, 403}
    page.sign_in_with_token("no-rights")
    expect(page.tab.get_by_role("button", name="Sign out")).to_be_visible()
    if page.search_field.count():
        page.search("ada")
    expect(page.alert).to_be_visible()


def test_the_chosen_profile_is_remembered_for_the_next_visit(page):
    page.sign_in_with_token("admin")
    page.choose_profile("board")
    page.open()
    page.tab.reload()
    expect(page.profile_choice).to_have_value("board")
    page.search("ada")
    page.shows("Ada Board")
