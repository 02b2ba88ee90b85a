"""A person whom several sources have: one row."""

import pytest
from playwright.sync_api import expect

from web.accessibility import violations
from web.site import configuration, people, profile

pytestmark = pytest.mark.usefixtures("closed_gate")

STAFF = [
    ("7", "Adam First", "9007", "", ""),
    ("8", "Stern, Ada", "", "0699", "ada@example.org"),
    ("9", "Éric Müller", "2046", "", "eric@example.org"),
]


@pytest.fixture(scope="module")
def gated_person():
    """Return somebody with the number of a member of the crew."""
    return ("5", "Ada", "Gated", "2045")


@pytest.fixture(scope="module")
def new_configuration(hung):
    """Return the function that declares sources which have the same people."""

    def with_same_people(folder):
        sources = (people(folder, "crew"), people(folder, "staff", STAFF))
        config = configuration(folder, *sources, profiles=[profile("hung", "hung", "crew")])
        config["provisioning"]["sources"].append(hung.source("hung"))
        return config

    return with_same_people


def test_one_person_of_two_sources_is_one_row(signed_in):
    signed_in.search("ada")
    signed_in.shows("Ada Stern", "Anna Adams", "Adam First")
    expect(signed_in.outcome).to_have_text("3 people from 2 sources")
    origins = signed_in.row("Ada Stern").get_by_text("from 2 sources")
    expect(origins).to_have_attribute("title", "crew, staff")


def test_empty_columns_are_filled_from_the_other_source(signed_in):
    signed_in.search("müller")
    signed_in.shows("Éric Müller")
    expect(signed_in.rows.get_by_role("link", name="eric@example.org")).to_be_visible()
    expect(signed_in.rows.get_by_role("link", name="2046")).to_be_visible()


def test_the_selection_goes_along_when_rows_are_merged(signed_in, hung):
    signed_in.choose_profile("hung")
    signed_in.search("ada")
    signed_in.shows("Ada Stern", "Anna Adams")
    signed_in.press("ArrowDown")
    expect(signed_in.selected).to_contain_text("Ada Stern")
    hung.gate.set()
    signed_in.shows("Ada Gated", "Anna Adams")
    expect(signed_in.selected).to_contain_text("Ada Gated")
    expect(signed_in.selected).to_contain_text("from 2 sources: hung, crew")
    signed_in.press("ArrowDown")
    expect(signed_in.selected).to_contain_text("Anna Adams")


def test_a_star_of_a_merged_row_is_that_of_any_of_its_sources(signed_in, served):
    path = "/0.1/directories/favorites/staff/8"
    assert served.daemon.request("PUT", path).status_code == 204
    signed_in.search("ada")
    expect(signed_in.star("Ada Stern")).to_have_attribute("aria-pressed", "true")
    with signed_in.tab.expect_response("**/favorites/staff/8") as removed:
        signed_in.star("Ada Stern").click()
    assert removed.value.status == 204


def test_rows_of_a_daemon_that_does_not_merge_stay_apart(signed_in):
    signed_in.tab.route(
        "**/lookup/**",
        lambda route: route.continue_(url=route.request.url.replace("merge=true", "merge=false")),
    )
    signed_in.search("ada")
    signed_in.shows("Ada Stern", "Anna Adams", "Adam First", "Stern, Ada")
    expect(signed_in.outcome).to_have_text("4 people from 2 sources")


def test_axe_finds_nothing_in_merged_people(signed_in):
    signed_in.search("ada")
    expect(signed_in.outcome).to_have_text("3 people from 2 sources")
    signed_in.press("ArrowDown")
    assert violations(signed_in.tab) == []
