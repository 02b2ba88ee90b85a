"""Why no name: what each source did with a number or a name."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from servers.ports import HOST
from web.directory_page import shows_only
from web.source_states import source_row
from web.why_page import ask, contacts, field, kind, results, troubled_configuration, visited

RESULTS = {
    "found": "Found 3",
    "wins": "Has the name",
    "nothing": "Nothing",
    "late": "Too late",
    "failed": "Failed",
    "refused": "Refused",
    "skipped": "Not asked",
    "not-needed": "Not needed",
    "of a later version": "Failed",
}


@pytest.fixture(scope="module")
def new_configuration(hung):
    """Return the function that declares sources with and without troubles."""
    return lambda folder: troubled_configuration(folder, hung)


@pytest.fixture
def asking(signed_in):
    """Open the page."""
    return visited(signed_in)


def test_a_number_shows_the_name_that_a_phone_shows(asking):
    ask(asking, "2045")
    expect(asking.outcome).to_have_text("A phone shows Ada Stern.2045 in the profile default")
    expect(source_row(asking, "crew")).to_contain_text("Has the name")
    expect(source_row(asking, "crew")).to_contain_text(re.compile(r"\d\u00a0ms.*exact.*the only match"))
    expect(contacts(asking)).to_contain_text("crewAda Stern2045+33 1 44 55ada@example.org")
    expect(asking.tab.get_by_role("heading", name="Hints")).to_be_visible()


def test_what_each_source_did_and_what_to_do_about_it(asking):
    asking.choose_profile("troubles")
    ask(asking, "9999")
    expect(asking.outcome).to_contain_text("A phone shows no name.")
    expect(results(asking)).to_have_count(5)
    failed = source_row(asking, "broken")
    expect(failed).to_contain_text("Failed")
    expect(failed).to_contain_text(
        "Refused.Nothing listens there: check host and port, and that the server runs."
    )
    error = failed.get_by_text(f"can't connect to {HOST}:1: Connection refused")
    expect(error).to_be_hidden()
    failed.get_by_text("Error message").click()
    expect(error).to_be_visible()
    expect(source_row(asking, "gone")).to_contain_text("No such file.Check the path")
    expect(source_row(asking, "crew")).to_contain_text("Nothing")
    expect(source_row(asking, "crew")).to_contain_text("not in number, mobile")


def test_a_source_that_hangs_is_late_or_not_needed(asking):
    asking.choose_profile("late")
    ask(asking, "9999")
    expect(source_row(asking, "hung")).to_contain_text("Too late")
    ask(asking, "2045")
    expect(asking.outcome).to_contain_text("A phone shows Ada Stern.")
    expect(source_row(asking, "crew")).to_contain_text("Has the name")


def test_a_source_whose_breaker_is_open_is_not_asked(asking, served):
    for number in range(4):
        served.daemon.get("/directories/lookup/only skipped", term=f"ada {number}")
    asking.choose_profile("troubles")
    ask(asking, "9999")
    expect(source_row(asking, "skipped")).to_contain_text("Not asked")
    expect(source_row(asking, "skipped")).to_contain_text("Repair the source; it is tried again by itself")


def test_a_name_shows_who_was_found(asking):
    ask(asking, "ada")
    expect(asking.outcome).to_contain_text("2 contacts were found.")
    expect(source_row(asking, "crew")).to_contain_text("Found 2")
    shows_only(contacts(asking), "Ada Stern", "Anna Adams")


def test_every_result_has_its_words(asking):
    sources = [
        {"source": f"source {index}", "backend": "csv", "result": result, "count": 3}
        for index, result in enumerate(RESULTS)
    ]
    answer = {"service": "lookup", "sources": sources, "contact_count": 57, "columns": ["Name"]}
    answer["contacts"] = [{"source": "crew", "values": ["Ada"]}] * 20
    asking.tab.route("**/explanations/**", lambda route: route.fulfill(json=answer))
    ask(asking, "ada")
    expect(results(asking).locator("td:first-child")).to_have_text(list(RESULTS.values()))
    expect(contacts(asking)).to_have_count(20)
    expect(asking.tab.get_by_text("The first 20 of 57 are shown.")).to_be_visible()


def test_the_switch_follows_the_text_until_it_is_chosen(asking):
    field(asking).fill("2045")
    expect(kind(asking, "Number")).to_be_checked()
    field(asking).fill("2045 ada")
    expect(kind(asking, "Name")).to_be_checked()
    field(asking).fill("2045")
    kind(asking, "Name").check()
    asking.tab.get_by_role("button", name="Ask").click()
    expect(asking.outcome).to_contain_text("1 contact was found.")
    field(asking).fill("2046")
    expect(kind(asking, "Name")).to_be_checked()
    kind(asking, "Number").check()
    ask(asking, "2046")
    expect(asking.outcome).to_contain_text("A phone shows Éric Müller.")


def test_the_question_is_in_the_address_and_in_the_history(asking):
    ask(asking, "2045")
    expect(asking.outcome).to_contain_text("Ada Stern")
    ask(asking, "+33 (0)1/44#%")
    expect(asking.outcome).to_contain_text("+33 (0)1/44#%")
    asking.tab.reload()
    expect(asking.outcome).to_contain_text("+33 (0)1/44#%")
    asking.tab.go_back()
    expect(asking.outcome).to_contain_text("Ada Stern")
    expect(field(asking)).to_have_value("2045")
    asking.tab.go_back()
    expect(results(asking)).to_have_count(0)


@pytest.mark.parametrize("address", ["%E0%A4%A", "100%", "<img src=x onerror=alert()>"])
def test_an_address_of_any_kind_is_a_question(asking, address):
    asking.open(f"#/why/{address}")
    expect(field(asking)).to_have_value(address)
    expect(asking.outcome).to_contain_text("0 contacts were found.")


def test_the_same_question_can_be_asked_again(asking):
    asked = asking.requests("/explanations/")
    ask(asking, "2045")
    expect(asking.outcome).to_contain_text("Ada Stern")
    asking.press("Enter")
    expect(asking.outcome).to_contain_text("Ada Stern")
    assert len(asked) == 2


def test_the_address_of_another_page_is_no_question(asking):
    ask(asking, "2045")
    expect(asking.outcome).to_contain_text("Ada Stern")
    asked = asking.requests("/explanations/")
    asking.open("#/sources/crew")
    expect(asking.tab.get_by_role("heading", level=1)).to_have_text("Sources")
    assert asked == []


def test_another_profile_asks_again(asking):
    ask(asking, "2045")
    expect(results(asking)).to_have_count(1)
    asking.choose_profile("empty")
    expect(asking.outcome).to_contain_text("A phone shows no name.2045 in the profile empty")
    expect(asking.tab.get_by_text("the profile has no sources for reverse")).to_be_visible()
    expect(results(asking)).to_have_count(0)


def test_a_withheld_number_asks_nobody_and_says_so(asking):
    field(asking).fill("anonymous")
    kind(asking, "Number").check()
    asking.press("Enter")
    expect(asking.outcome).to_contain_text("A phone shows no name.")
    expect(asking.tab.get_by_text("no source is asked")).to_be_visible()


def test_a_refusal_is_said_and_loses_nothing(asking):
    asking.errors.expected_statuses = {400}
    asking.open("#/why/" + "9" * 1025)
    expect(asking.alert).to_contain_text("The directory refused the request.")
    ask(asking, "2045")
    expect(asking.outcome).to_contain_text("Ada Stern")
    asking.tab.route("**/explanations/**", lambda route: route.abort())
    asking.errors.may_lose_connection = True
    ask(asking, "2046")
    expect(asking.alert).to_contain_text("The directory can't be reached.")
    expect(field(asking)).to_have_value("2046")
    asking.errors.forget()


@pytest.mark.parametrize(
    ("right", "text", "outcome"),
    [("numbers", "ada", "A phone shows no name."), ("names", "2045", "1 contact was found.")],
)
def test_who_may_ask_for_one_of_the_two_has_no_switch(page, right, text, outcome):
    page.sign_in_with_token(right)
    visited(page)
    expect(page.tab.get_by_role("radio")).to_have_count(0)
    ask(page, text)
    expect(page.outcome).to_contain_text(outcome)
    expect(results(page).get_by_role("link")).to_have_count(0)  # the state of the sources may not be seen


def test_who_may_not_ask_has_no_such_page(page):
    page.sign_in_with_token("reader")
    page.shows_only_people("#/why/2045")


def test_a_number_that_nobody_has_leads_here(signed_in):
    signed_in.visit("Who called?")
    signed_in.tab.get_by_label("Number", exact=True).fill("030/999")
    signed_in.press("Enter")
    signed_in.tab.get_by_role("listitem").get_by_role("link", name="Why no name?").click()
    expect(field(signed_in)).to_have_value("030/999")
    expect(signed_in.outcome).to_contain_text("A phone shows no name.030/999 in")
    assert signed_in.tab.url.endswith(f"#/why/{quote('030/999', safe='')}")


def test_a_source_leads_to_its_state(asking):
    ask(asking, "2045")
    source_row(asking, "crew").get_by_role("link", name="crew").click()
    expect(asking.tab.get_by_role("heading", level=1)).to_have_text("Sources")
    expect(asking.rows).to_have_count(1)
