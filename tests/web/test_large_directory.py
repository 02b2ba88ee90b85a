"""A hundred thousand contacts behind the page, beside a source that hangs; `make bench` has a million."""

import re

import pytest
from playwright.sync_api import expect

from waiting import wait_until
from web.site import configuration, people, profile

CONTACTS = 100_000
FIRST_NAMES = ("Ada", "Bruno", "Clara", "Dario")

pytestmark = pytest.mark.usefixtures("closed_gate")


def rows():
    for number in range(CONTACTS):
        yield number, f"{FIRST_NAMES[number % 4]} N{number:05}", f"01{number:08}", "", ""


@pytest.fixture(scope="module")
def new_configuration(hung):
    """Return the function that declares both sources; the one that hangs is late at once."""

    def of_many(folder):
        slow = profile("slow", "hung", "many")
        slow["services"]["lookup"]["options"] = {"timeout": 2}
        config = configuration(folder, people(folder, "many", rows()), profiles=[slow])
        config["provisioning"]["sources"].append(hung.source("hung"))
        config["lookup"]["breaker_failures"] = CONTACTS
        return config

    return of_many


@pytest.fixture(scope="module")
def served(served):
    """Wait until all contacts are read."""
    served.daemon.get("/directories/lookup/default", term="nobody")
    wait_until(lambda: entries(served.daemon) == CONTACTS)
    return served


def entries(daemon):
    """Return the number of contacts that are read."""
    sources = daemon.get("/status").json["sources"].values()
    (snapshot,) = (source["snapshot"] for source in sources if source["name"] == "many")
    return snapshot["entries"]


def test_one_letter_shows_the_first_people_of_all_who_have_it(signed_in):
    signed_in.type("n")
    expect(signed_in.rows).to_have_count(200)
    expect(signed_in.outcome).to_have_text("More than 200 people from 1 source. The first 200 are shown.")


@pytest.mark.parametrize("term", ["n77777", "clara n00002", "01 00 01 23 45"])
def test_one_person_of_all_is_found(signed_in, term):
    signed_in.search(term)
    expect(signed_in.rows).to_have_count(1)
    expect(signed_in.outcome).to_have_text("1 person from 1 source")


def test_the_first_people_are_shown_while_the_other_source_hangs(signed_in):
    signed_in.choose_profile("slow")
    signed_in.search("clara")
    expect(signed_in.rows).to_have_count(200)
    expect(signed_in.outcome).to_contain_text(re.compile("hung.*did not answer in time"))
    expect(signed_in.outcome).to_contain_text("More than 200 people")


def test_a_caller_is_found_among_all(signed_in):
    signed_in.visit("Who called?")
    signed_in.tab.get_by_label("Number").fill("01 00 01 23 45")
    signed_in.press("Enter")
    expect(signed_in.tab.get_by_role("listitem")).to_contain_text("Bruno N12345")
