"""The page of the sources is refreshed while it is visible, and says when it can't be."""

import json

import pytest
from playwright.sync_api import expect

from servers.daemon import DaemonProcess
from web.site import configuration
from web.source_states import (
    REFRESH_MILLISECONDS,
    ask_all,
    change_status,
    refresh,
    source_report,
    source_row,
    states_configuration,
)

SET_HIDDEN = """(hidden) => {
    Object.defineProperty(document, "hidden", {configurable: true, value: hidden})
    document.dispatchEvent(new Event("visibilitychange"))
}"""


@pytest.fixture(scope="module")
def new_configuration(hung):
    """Return the function that declares a source for each state."""
    return lambda folder: states_configuration(folder, hung)


@pytest.fixture(scope="module")
def asked(served):
    """Send questions to the sources."""
    ask_all(served.daemon)


@pytest.fixture
def shown(asked, page):
    """Open the page of the sources in a tab whose clock is controlled."""
    page.tab.clock.install()
    page.sign_in()
    page.shows_search()
    page.visit("Sources")
    expect(page.outcome).to_contain_text("sources do not answer")
    return page


def test_a_change_is_seen_at_the_next_refresh(shown):
    expect(shown.outcome).to_contain_text("3 of 6 sources do not answer.")
    change_status(shown, lambda status: source_report(status, "crew").update(status="failed", error="broken"))
    refresh(shown)
    expect(shown.outcome).to_contain_text("4 of 6 sources do not answer.")
    expect(source_row(shown, "crew")).to_contain_text("broken")


def test_a_hidden_page_asks_nothing_and_asks_at_once_when_it_is_seen(shown):
    asked = shown.requests("0.1/status")
    shown.tab.evaluate(SET_HIDDEN, True)
    shown.tab.clock.run_for(10 * REFRESH_MILLISECONDS)
    assert asked == []
    with shown.tab.expect_response("**/0.1/status"):
        shown.tab.evaluate(SET_HIDDEN, False)
    refresh(shown)


def test_another_page_asks_nothing(shown):
    shown.visit("Favorites")
    asked = shown.requests("0.1/status")
    shown.tab.clock.run_for(10 * REFRESH_MILLISECONDS)
    assert asked == []


def test_a_daemon_that_hangs_makes_the_state_old(shown):
    shown.tab.route("**/0.1/status", lambda route: None)
    shown.tab.clock.run_for(REFRESH_MILLISECONDS)
    shown.tab.clock.run_for(3 * REFRESH_MILLISECONDS)
    expect(shown.alert).to_contain_text("The directory can't be reached. This was the state at")
    expect(shown.rows).to_have_count(6)


def test_the_focus_stays_where_it_is_when_rows_move(shown):
    summary = source_row(shown, "gone").locator("summary")
    summary.focus()
    failure = {"status": "failed", "error": "broken", "cause": "no server", "action": "start it"}
    change_status(shown, lambda status: source_report(status, "gone").update(failure))
    refresh(shown)
    expect(source_row(shown, "gone")).to_contain_text("Failed")
    expect(source_row(shown, "gone").locator("summary")).to_be_focused()


def test_the_focus_is_not_lost_with_an_error_that_is_over(shown):
    source_row(shown, "gone").locator("summary").focus()
    change_status(shown, lambda status: source_report(status, "gone").update(snapshot=None))
    refresh(shown)
    expect(source_row(shown, "gone")).to_contain_text("Works")
    expect(shown.tab.get_by_role("main")).to_be_focused()


def test_the_end_of_the_session_ends_the_refreshes(shown, served):
    shown.errors.expected_statuses = {401}
    served.end_sessions()
    shown.tab.clock.run_for(REFRESH_MILLISECONDS)
    shown.shows_sign_in()
    shown.send_password()
    expect(shown.outcome).to_contain_text("3 of 6 sources do not answer.")


def test_a_daemon_that_is_away_leaves_the_last_state_until_it_is_back(new_page, tmp_path):
    config = json.loads(json.dumps(configuration(tmp_path), default=str))
    with DaemonProcess(tmp_path, config) as daemon:
        page = new_page(f"http://127.0.0.1:{daemon.port}/")
        page.tab.clock.install()
        page.sign_in()
        page.shows_search()
        page.visit("Sources")
        expect(page.rows).to_have_count(1)
        assert daemon.stop() == 0
        page.errors.may_lose_connection = True
        page.tab.clock.run_for(REFRESH_MILLISECONDS)
        expect(page.alert).to_contain_text("This was the state at")
        expect(page.rows).to_have_count(1)
        daemon.start()
        refresh(page)
        expect(page.alert).to_have_count(0)
        expect(page.rows).to_have_count(1)
