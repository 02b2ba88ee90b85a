"""Signing in and out: with a password, a token, a link that works once; the end of a session."""

import pytest
from playwright.sync_api import expect

from waiting import wait_until
from web.directory_page import looked_up
from web.site import PASSWORD, configuration, site


def test_a_user_signs_in_with_a_password(page):
    page.sign_in("ada", PASSWORD)
    page.shows_search()
    expect(page.search_field).to_be_focused()


def test_a_token_signs_in(page):
    page.sign_in_with_token("admin")
    page.shows_search()


def test_enter_sends_the_form(page):
    page.open()
    page.tab.get_by_label("User name").fill("ada")
    page.tab.get_by_label("Password").fill(PASSWORD)
    page.press("Enter")
    page.shows_search()


def test_a_password_manager_knows_the_fields(page):
    page.open()
    expect(page.tab.get_by_label("User name")).to_have_attribute("autocomplete", "username")
    expect(page.tab.get_by_label("Password")).to_have_attribute("autocomplete", "current-password")
    expect(page.tab.get_by_label("Password")).to_have_attribute("type", "password")


def test_a_wrong_password_is_announced_and_a_right_one_follows(page):
    page.errors.expected_statuses = {401}
    page.sign_in("ada", "not-this")
    expect(page.alert).to_have_text("Wrong user name or password.")
    page.send_password("ada", PASSWORD)
    page.shows_search()
    expect(page.alert).to_have_count(0)


def test_a_wrong_token_is_announced(page):
    page.errors.expected_statuses = {401}
    page.sign_in_with_token("not-this")
    expect(page.alert).to_have_text("This token is not valid.")


def test_a_link_with_a_code_signs_in_once(page, new_page, served):
    code = served.new_code("admin")
    page.open(f"#code={code}")
    page.shows_search()
    assert code not in page.tab.url
    page.tab.go_back()
    assert code not in page.tab.url
    other = new_page()
    other.errors.expected_statuses = {401}
    other.open(f"#code={code}")
    expect(other.alert).to_have_text("This link was used already or is too old.")
    other.shows_sign_in()
    assert code not in other.tab.url


def test_who_is_signed_in_stays_so_with_a_used_link(signed_in):
    signed_in.errors.expected_statuses = {401}
    signed_in.open("#code=used")
    expect(signed_in.outcome.first).to_have_text("This link was used already or is too old.")
    signed_in.shows_search()
    assert "used" not in signed_in.tab.url
    signed_in.sign_out()
    signed_in.send_password()
    signed_in.shows_search()
    expect(signed_in.tab.get_by_text("This link was used already")).to_have_count(0)


def test_a_link_signs_in_where_the_page_is_open(page, served):
    page.open()
    page.shows_sign_in()
    page.open(f"#code={served.new_code('admin')}")
    page.shows_search()


def test_nobody_guesses_a_code(page):
    page.errors.expected_statuses = {401}
    page.open("#code=guessed")
    expect(page.alert).to_have_text("This link was used already or is too old.")
    page.shows_sign_in()


def test_too_many_wrong_attempts_are_announced(new_page, tmp_path):
    with site(configuration(tmp_path, access={"max_failures_per_minute": 2})) as served:
        page = new_page(served.url)
        page.errors.expected_statuses = {401, 429}
        page.open()
        for _ in range(2):
            page.send_password("ada", "not-this")
            expect(page.sign_in_button).to_be_enabled()
            expect(page.alert).to_have_text("Wrong user name or password.")
        page.send_password("ada", PASSWORD)
        expect(page.alert).to_contain_text("Too many wrong attempts.")
        page.shows_sign_in()
        page.open(f"#code={served.new_code('admin')}")
        expect(page.alert).to_contain_text("Too many wrong attempts.")


def test_only_a_token_is_asked_for_where_nobody_has_a_password(new_page, tmp_path):
    config = configuration(tmp_path)
    del config["auth"]["users"]
    with site(config) as served:
        page = new_page(served.url)
        page.open()
        page.tab.get_by_label("Token", exact=True).fill("reader")
        expect(page.tab.get_by_label("Password")).to_have_count(0)
        page.sign_in_button.click()
        page.shows_search()


def test_a_reload_keeps_the_session(signed_in):
    signed_in.tab.reload()
    signed_in.shows_search()


def test_a_new_tab_has_the_same_session(signed_in, new_page):
    other = new_page(context=signed_in.tab.context)
    other.open()
    other.shows_search()


def test_signing_out_ends_the_session_on_the_daemon_too(signed_in):
    cookie = signed_in.session_cookie()
    signed_in.errors.expected_statuses = {401}  # of a request that signing out overtakes
    signed_in.sign_out()
    signed_in.shows_sign_in()
    expect(signed_in.alert).to_have_count(0)
    assert signed_in.session_cookie() is None
    signed_in.tab.context.add_cookies([cookie])
    signed_in.tab.reload()
    signed_in.shows_sign_in()


def test_signing_out_in_another_tab_ends_this_one_at_its_next_request(signed_in, new_page):
    signed_in.errors.expected_statuses = {401}
    other = new_page(context=signed_in.tab.context)
    other.errors.expected_statuses = {401}  # of a request that signing out overtakes
    other.open()
    other.sign_out()
    other.shows_sign_in()
    signed_in.search("ada")
    signed_in.shows_sign_in()
    expect(signed_in.tab.get_by_text("Your session has ended.")).to_be_visible()


@pytest.fixture
def ended(signed_in, served):
    """Return a page whose session has ended in a search."""
    signed_in.search("stern")
    signed_in.shows("Ada Stern")
    signed_in.errors.expected_statuses = {401}
    signed_in.before_next_request(lambda url: looked_up(url) == "müll", served.end_sessions)
    signed_in.search("müll")
    expect(signed_in.tab.get_by_text("Your session has ended.")).to_be_visible()
    return signed_in


def test_a_search_goes_on_after_signing_in_again(ended):
    ended.send_password()
    ended.shows("Éric Müller")
    expect(ended.search_field).to_have_value("müll")


def test_nobody_else_sees_what_was_searched_before_the_session_ended(ended):
    ended.send_password("eve")
    ended.shows_search()
    expect(ended.search_field).to_have_value("")


def test_a_session_ends_by_itself(new_page, tmp_path):
    with site(configuration(tmp_path, rest_api={"session_seconds": 1})) as served:
        page = new_page(served.url)
        page.errors.expected_statuses = {401}
        page.open()
        with page.tab.expect_response(lambda response: response.request.method == "POST"):
            page.send_password()
        wait_until(lambda: page.session() is None)
        page.type("ada")
        page.shows_sign_in()
        expect(page.tab.get_by_text("Your session has ended.")).to_be_visible()


@pytest.mark.parametrize("answer", ["<html>Bad Gateway</html>", "", "null", '{"methods": 1}'])
def test_an_answer_that_is_not_of_the_daemon_is_an_error_in_words(page, answer):
    page.errors.expected_statuses = {502}
    page.tab.route("**/0.1/session", lambda route: route.fulfill(status=502, body=answer))
    page.open()
    expect(page.alert).to_contain_text("The directory can't be reached.")
