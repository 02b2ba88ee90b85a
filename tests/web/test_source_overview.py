"""Which sources are ill, and why, in the words of the page."""

import re

import pytest
from playwright.sync_api import expect

from api.conftest import OTHER
from servers.ports import HOST
from web.accessibility import violations
from web.site import FAILED, people, token
from web.source_states import (
    ask_all,
    change_status,
    refresh,
    source_report,
    source_row,
    states_configuration,
)

SCRIPT = "<script>document.title='broken'</script>"
RIGHT_TO_LEFT = "\u202e\u05de\u05e7\u05d5\u05e8"
COUNTS = "3 of 8 sources do not answer. 1 of 8 sources has no current data. 3 have not been used yet."


@pytest.fixture(scope="module")
def new_configuration(hung):
    """Return the function that declares a source for each state, and another tenant with one that works."""

    def with_states(folder):
        odd = [{**FAILED, "name": name} for name in (SCRIPT, RIGHT_TO_LEFT)]
        config = states_configuration(folder, hung, *odd)
        far = {**people(folder, "far"), "tenant": "other"}
        config["provisioning"]["tenants"].append({"uuid": OTHER, "name": "other"})
        config["provisioning"]["sources"].append(far)
        config["auth"]["tokens"].append({**token("other-tenant", "dird.#"), "tenant_uuid": OTHER})
        return config

    return with_states


@pytest.fixture(scope="module")
def asked(served):
    """Send questions to the sources."""
    ask_all(served.daemon)


@pytest.fixture
def shown(asked, signed_in):
    """Open the page of the sources."""
    return visited(signed_in)


@pytest.fixture
def timed(asked, page):
    """Open the page of the sources in a tab whose clock is controlled."""
    page.tab.clock.install()
    page.sign_in()
    page.shows_search()
    return visited(page)


def visited(page):
    page.visit("Sources")
    expect(page.outcome).to_contain_text("source")
    return page


def test_ill_sources_come_first_and_a_sentence_counts_them(shown):
    expect(shown.outcome).to_have_text(COUNTS)
    states = shown.rows.locator("td:first-child")
    ill = ["Failed", "Answers late", "Not asked", "No data"]
    expect(states).to_have_text([*ill, "Not used yet", "Works", "Not used yet", "Not used yet"])


@pytest.mark.parametrize(
    ("name", "state", "words"),
    [
        ("broken", "Failed", ["Refused.", "Nothing listens there: check host and port"]),
        ("hung", "Answers late", ["Timeout.", "Check the firewall"]),
        ("skipped", "Not asked", ["Refused.", "It failed repeatedly. It is used again as soon as"]),
        ("gone", "No data", ["No such file.", "Check the path"]),
    ],
)
def test_an_ill_source_says_what_is_wrong_and_what_to_do(shown, name, state, words):
    row = source_row(shown, name)
    expect(row).to_contain_text(state)
    for text in words:
        expect(row.locator("[lang=en], p").filter(has_text=text).first).to_be_visible()


def test_the_error_itself_is_folded_and_marked_as_english(shown):
    row = source_row(shown, "broken")
    error = row.get_by_text(f"can't connect to {HOST}:1: Connection refused")
    expect(error).to_be_hidden()
    row.get_by_text("Error message").click()
    expect(error).to_be_visible()
    expect(error).to_have_attribute("lang", "en")


def test_a_source_that_works_shows_its_data_and_their_age(shown):
    expect(source_row(shown, "crew")).to_contain_text("Works")
    change_status(shown, lambda status: grow(status, "crew", entries=4812, seconds=200))
    shown.tab.reload()
    expect(source_row(shown, "crew")).to_contain_text("4,812 contacts, 3 minutes old")


def grow(status, name, entries, seconds):
    snapshot = source_report(status, name)["snapshot"]
    snapshot.update(entries=entries, built_at=source_report(status, name)["answered_at"] - seconds)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"status": "refused", "error": "no"}, "Refused the question"),
        ({"status": "late", "snapshot": {"built_at": None, "error": None}}, "Being read for the first time"),
        ({"snapshot": {"built_at": 1, "stale": True, "age": 60, "error": "broken"}}, "Old data"),
    ],
)
def test_other_states_have_words_too(shown, changes, state):
    change_status(shown, lambda status: source_report(status, "crew").update(changes))
    shown.tab.reload()
    expect(source_row(shown, "crew")).to_contain_text(state)


def test_sources_of_another_tenant_are_all_that_it_sees(page):
    page.errors.expected_statuses = {401}
    page.tab.clock.install()
    metrics = page.requests("0.1/metrics")
    page.sign_in_with_token("other-tenant")
    visited(page)
    expect(page.outcome).to_have_text("No source has an error. 1 has not been used yet.")
    expect(page.rows).to_have_count(1)
    change_status(page, lambda status: source_report(status, "far").update(status="ok"))
    refresh(page)
    expect(page.outcome).to_have_text("1 source works.")
    assert len(metrics) == 1  # it was refused, and is not asked for again


def test_latencies_come_from_the_metrics(timed, served):
    served.daemon.get("/directories/lookup/default", term="stern")
    refresh(timed)
    latency = source_row(timed, "crew").locator(".latency")
    expect(latency).to_contain_text("ms, at most")
    expect(latency.locator("path")).to_have_attribute("d", re.compile("v-20$"))


def test_without_metrics_the_last_question_is_shown(asked, page, served):
    page.tab.clock.install()
    metrics = page.requests("0.1/metrics")
    page.sign_in_with_token("watcher")
    visited(page)
    expect(source_row(page, "crew")).to_contain_text("last ")
    change_status(
        page, lambda status: source_report(status, "crew").update(seconds=0.04, counts={"ok": 1000})
    )
    refresh(page)
    expect(source_row(page, "crew")).to_contain_text("40 ms, at most 40 ms")
    assert metrics == []


def test_who_may_not_see_the_status_has_no_such_page(page):
    page.sign_in_with_token("reader")
    page.shows_only_people("#/sources")


def test_parts_of_the_daemon_that_fail_have_a_line(shown):
    expect(shown.tab.locator(".failed-parts")).to_have_count(0)
    failure = {"status": "fail", "error": "the disk of the database is full"}
    plugin = {"group": "views", "name": "web", "status": "fail", "error": "no such module"}
    change_status(shown, lambda status: status.update(store=failure, plugins=[plugin]))
    shown.tab.reload()
    lines = shown.tab.get_by_role("listitem")
    expect(lines).to_have_text(
        ["Database: the disk of the database is full", "views web: no such module"], use_inner_text=True
    )


def test_one_of_many_sources_is_found_by_its_name(shown):
    expect(shown.tab.get_by_label("Filter sources")).to_have_count(0)
    change_status(shown, many)
    shown.tab.reload()
    expect(shown.rows).to_have_count(508)
    shown.tab.get_by_label("Filter sources").fill("COPY 17")
    expect(shown.rows).to_have_count(11)
    shown.tab.get_by_label("Filter sources").fill("nowhere")
    expect(shown.tab.get_by_text("No source has “nowhere”.")).to_be_visible()


def many(status):
    crew = source_report(status, "crew")
    status["sources"].update({f"uuid {number}": {**crew, "name": f"copy {number}"} for number in range(500)})


def test_an_ill_source_leads_to_the_question_and_back(shown):
    source_row(shown, "broken").get_by_role("link", name="Why no name?").click()
    expect(shown.tab.get_by_role("heading", level=1)).to_have_text("Why no name?")
    shown.tab.get_by_role("link", name="State of all sources").click()
    expect(shown.tab.get_by_role("heading", level=1)).to_have_text("Sources")


def test_an_address_shows_one_source(shown):
    shown.open("#/sources/hung")
    expect(shown.rows).to_have_count(1)
    shown.tab.get_by_label("Filter sources").fill("")
    expect(shown.rows).to_have_count(8)


def test_names_and_errors_are_shown_as_the_texts_that_they_are(shown):
    error = SCRIPT + "W" * 2000
    change_status(
        shown, lambda status: source_report(status, "broken").update(error=error, cause=error, action=error)
    )
    for width in (1280, 320):
        shown.tab.set_viewport_size({"width": width, "height": 800})
        shown.tab.reload()
        expect(shown.tab.get_by_text(SCRIPT, exact=True)).to_be_visible()
        expect(shown.tab.get_by_text(error).first).to_be_visible()
        assert not shown.scrolls_sideways(), width
    assert "broken" not in shown.tab.title()
    direction = "(bdi) => getComputedStyle(bdi).unicodeBidi"
    assert shown.tab.get_by_text(RIGHT_TO_LEFT).evaluate(direction) == "isolate"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_sources(asked, new_page, scheme):
    page = new_page(color_scheme=scheme)
    page.sign_in()
    page.shows_search()
    visited(page)
    for width in (320, 1280):
        page.tab.set_viewport_size({"width": width, "height": 640})
        assert violations(page.tab) == [], width
        assert not page.scrolls_sideways(), width
