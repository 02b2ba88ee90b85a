"""Who called: whose numbers these are."""

import pytest
from playwright.sync_api import expect

from api.conftest import USER
from web.accessibility import violations
from web.directory_page import shows_only
from web.site import CREW, FAILED, LOOKUP, configuration, people, profile, token

REVERSE = "dird.directories.reverse.default"


@pytest.fixture(scope="module")
def new_configuration():
    """Return the function that declares people who can be found by their numbers, and a source that fails."""

    def with_failure(folder):
        mobile = ("5", "Max Mobile", "", "+33 6 12 34 56 78", "")
        crew = {**people(folder, "crew", [*CREW, mobile]), "format_columns": {"reverse": "{name}"}}
        config = configuration(folder, crew, profiles=[profile("broken", "crew", "broken")])
        config["provisioning"]["sources"].append({**FAILED, "first_matched_columns": ["number"]})
        config["auth"]["tokens"] += [
            token("session-user", LOOKUP, f"{REVERSE}.read"),
            token("path-user", LOOKUP, f"{REVERSE}.{USER}.read"),
        ]
        return config

    return with_failure


@pytest.fixture
def asking(signed_in):
    """Open the page."""
    signed_in.visit("Who called?")
    expect(number_field(signed_in)).to_be_focused()
    return signed_in


def number_field(page):
    return page.tab.get_by_label("Number", exact=True)


def callers(page):
    return page.tab.get_by_role("list", name="Callers").get_by_role("listitem")


def test_a_number_has_a_name_fields_and_a_source(asking):
    asking.type("2045")
    asking.press("Enter")
    expect(callers(asking)).to_have_count(1)
    expect(callers(asking)).to_contain_text("Ada Stern from crew")
    expect(callers(asking).get_by_role("link", name="ada@example.org")).to_be_visible()
    expect(asking.outcome).to_have_text("1 number is known.")


def test_pasted_numbers_are_looked_up_at_once_in_any_spelling(asking):
    asked = asking.requests("/reverse/")
    asking.tab.evaluate(
        """document.querySelector("textarea").value = "+33 (0)6.12.34.56.78\\n2046\\n\\n999\\n"
        document.querySelector("textarea").dispatchEvent(
            new InputEvent("input", {bubbles: true, inputType: "insertFromPaste"}))"""
    )
    shows_only(callers(asking), "Max Mobile", "Éric Müller", "Nobody has this number.")
    expect(asking.outcome).to_have_text("2 numbers are known.")
    assert len(asked) == 1


def test_enter_with_shift_begins_another_number(asking):
    asking.type("2045")
    asking.press("Shift+Enter")
    asking.type("2046")
    expect(number_field(asking)).to_have_value("2045\n2046")
    asking.tab.get_by_role("button", name="Find").click()
    shows_only(callers(asking), "Ada Stern", "Éric Müller")


def test_more_than_a_hundred_numbers_are_cut_and_said_so(asking):
    number_field(asking).fill("\n".join(map(str, range(2000, 2101))))
    asking.press("Enter")
    expect(callers(asking)).to_have_count(100)
    expect(asking.outcome).to_contain_text("Only the first 100 numbers were looked up.")


def test_a_source_without_an_answer_is_named(asking):
    asking.choose_profile("broken")
    number_field(asking).fill("1234")
    asking.press("Enter")
    expect(callers(asking)).to_contain_text("Nobody has this number.")
    expect(asking.outcome).to_contain_text("Source broken had an error.")


@pytest.mark.parametrize("right", ["session-user", "path-user"])
def test_one_of_two_rights_is_enough(page, right):
    page.sign_in_with_token(right)
    page.visit("Who called?")
    number_field(page).fill("2045")
    page.press("Enter")
    expect(callers(page)).to_contain_text("Ada Stern")


def test_who_may_not_look_numbers_up_has_no_such_page(page):
    page.sign_in_with_token("reader")
    page.shows_search()
    expect(page.tab.get_by_role("navigation").get_by_role("link")).to_have_text(["People", "Browse"])


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_in_callers(asking, width):
    asking.tab.set_viewport_size({"width": width, "height": 640})
    number_field(asking).fill("2045\n999")
    asking.press("Enter")
    expect(callers(asking)).to_have_count(2)
    assert violations(asking.tab) == []
    assert not asking.scrolls_sideways()
