"""Searching as one types: rows of each source as it answers, and what is said about those that do not."""

import json
import re

import pytest
from playwright.sync_api import expect

from web.directory_page import looked_up
from web.site import FAILED, configuration, people, profile

pytestmark = pytest.mark.usefixtures("closed_gate")


@pytest.fixture(scope="module")
def new_configuration(hung):
    """Return the function that declares a profile for each kind of trouble with a source."""

    def with_troubles(folder):
        late = profile("late", "crew", "hung")
        late["services"]["lookup"]["options"] = {"timeout": 0.3}
        profiles = [
            profile("hung", "hung", "crew"),
            late,
            profile("broken", "broken", "crew"),
            profile("only broken", "broken"),
        ]
        config = configuration(folder, people(folder, "crew"), profiles=profiles)
        config["provisioning"]["sources"] += [hung.source("hung"), FAILED]
        config["lookup"]["breaker_failures"] = 1_000_000
        return config

    return with_troubles


def test_each_key_searches_at_once(signed_in):
    signed_in.type("a")
    signed_in.shows("Ada Stern", "Anna Adams")
    signed_in.type("nn")
    signed_in.shows("Anna Adams")
    signed_in.press("Backspace")
    signed_in.press("Backspace")
    signed_in.shows("Ada Stern", "Anna Adams")


def test_the_columns_of_the_display_are_shown(signed_in):
    signed_in.search("stern")
    signed_in.shows("Ada Stern")
    headers = signed_in.tab.get_by_role("columnheader")
    expect(headers).to_have_text(["Name", "Phone", "Mobile", "E-mail"])
    expect(signed_in.rows.get_by_role("link", name="2045")).to_have_attribute("href", "tel:2045")
    expect(signed_in.rows.get_by_role("link", name="+33 1 44 55")).to_have_attribute("href", "tel:+3314455")
    mail = signed_in.rows.get_by_role("link", name="ada@example.org")
    expect(mail).to_have_attribute("href", re.compile("^mailto:ada(@|%40)example.org$"))


def test_the_outcome_is_said(signed_in):
    signed_in.search("ada")
    expect(signed_in.outcome).to_contain_text("2 people from 1 source")
    signed_in.search("stern")
    expect(signed_in.outcome).to_contain_text("1 person from 1 source")


def test_nobody_found_is_said_with_the_term(signed_in):
    signed_in.search("nobody <b>")
    expect(signed_in.tab.get_by_text("Nobody found for “nobody <b>”.")).to_be_visible()
    expect(signed_in.rows).to_have_count(0)


def test_an_empty_field_asks_for_nothing(signed_in):
    signed_in.search("stern")
    signed_in.shows("Ada Stern")
    signed_in.search("")
    expect(signed_in.rows).to_have_count(0)
    signed_in.search("   ")
    signed_in.search("müll")
    signed_in.shows("Éric Müller")
    assert signed_in.asked == ["stern", "müll"]


def test_special_characters_of_a_url_are_searched_for(signed_in):
    for term in ("o'neil", "+33 1", "100%", "a&b=c", "#?/\\", "é"):
        signed_in.search(term)
        expect(signed_in.tab.get_by_text(re.compile("person from|people from|Nobody found"))).to_be_visible()
        assert signed_in.asked[-1] == term


def test_people_are_shown_while_another_source_hangs(signed_in, hung):
    signed_in.choose_profile("hung")
    signed_in.search("ada")
    signed_in.shows("Ada Stern", "Anna Adams")
    hung.gate.set()
    signed_in.shows("Adam Gated", "Ada Stern", "Anna Adams")
    expect(signed_in.outcome).to_contain_text("3 people from 2 sources")


def test_the_selected_row_stays_selected_when_a_source_answers(signed_in, hung):
    signed_in.choose_profile("hung")
    signed_in.search("ada")
    signed_in.shows("Ada Stern", "Anna Adams")
    signed_in.press("ArrowDown")
    signed_in.press("ArrowDown")
    selected = signed_in.selected.inner_text()
    hung.gate.set()
    signed_in.shows("Adam Gated", "Ada Stern", "Anna Adams")
    expect(signed_in.outcome).to_contain_text("3 people")
    assert signed_in.selected.inner_text() == selected


def test_a_source_that_is_late_is_named(signed_in):
    signed_in.choose_profile("late")
    signed_in.search("ada")
    signed_in.shows("Ada Stern", "Anna Adams")
    expect(signed_in.outcome).to_contain_text(re.compile("hung.*did not answer in time"))


def test_a_source_that_fails_is_named(signed_in):
    signed_in.choose_profile("broken")
    signed_in.search("ada")
    signed_in.shows("Ada Stern", "Anna Adams")
    expect(signed_in.outcome).to_contain_text(re.compile("broken.*had an error"))


def test_nobody_found_is_not_said_if_no_source_has_answered(signed_in):
    signed_in.choose_profile("only broken")
    signed_in.search("ada")
    expect(signed_in.outcome).to_contain_text(re.compile("broken.*had an error"))
    expect(signed_in.tab.get_by_text("Nobody found")).to_have_count(0)


NEXT_FRAME = "new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(0))))"
"""A script that ends when what has arrived is on the screen."""


def answer_with(name, term):
    """Return the text of an answer with one person."""
    result = {"column_values": [name, "1"], "relations": {}, "source": "crew", "backend": "csv"}
    columns = {"column_headers": ["Name", "Phone"], "column_types": ["name", "number"]}
    line = {"source": "crew", "backend": "csv", "term": term, **columns, "results": [result]}
    status = {"name": "crew", "backend": "csv", "status": "ok", "seconds": 0.1, "contacts": 1}
    return "".join(json.dumps(each) + "\n" for each in (line, {"sources": [status]}))


def test_an_older_answer_never_replaces_a_newer_one(signed_in):
    held = signed_in.hold_lookups("a")
    signed_in.type("a")
    older = held.first()
    signed_in.type("nna")
    signed_in.shows("Anna Adams")
    assert len(held) == 1
    older.fulfill(body=answer_with("Older Answer", "a"), content_type="application/x-ndjson")
    assert signed_in.session() is not None, "a later request has its answer"
    assert signed_in.tab.evaluate(NEXT_FRAME) == 0
    signed_in.shows("Anna Adams")


def test_a_lookup_that_nobody_waits_for_is_ended(signed_in):
    signed_in.choose_profile("hung")
    signed_in.type("a")
    signed_in.shows("Ada Stern", "Anna Adams")
    with signed_in.tab.expect_event("requestfailed", lambda request: looked_up(request.url) == "a") as ended:
        signed_in.type("nna")
    assert ended.value.failure == "net::ERR_ABORTED"
    signed_in.shows("Anna Adams")


def test_a_broken_answer_is_an_error_in_words(signed_in):
    signed_in.tab.route(
        "**/lookup/**", lambda route: route.fulfill(body="{no json", content_type="application/x-ndjson")
    )
    signed_in.search("ada")
    expect(signed_in.alert).to_be_visible()
    signed_in.tab.unroute("**/lookup/**")
    signed_in.search("stern")
    signed_in.shows("Ada Stern")
    expect(signed_in.alert).to_have_count(0)
