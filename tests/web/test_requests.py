"""Headers, the cookie, the requests of the page, and the token against forged requests."""

import pytest
from playwright.sync_api import Error

from xivo_dird_views.web import CONTENT_SECURITY_POLICY

API = {
    "0.1/session",
    "0.1/session/permissions",
    "0.1/profiles",
    "0.1/directories/lookup/default",
}
TYPES = {"": "text/html", "js": "text/javascript", "css": "text/css"}

_STATUS = """([method, path, headers, body]) =>
fetch(path, {method, headers, body}).then((answer) => answer.status)
"""


def status(page, method, path, headers=None, body=None):
    """Return the status of a request that a script of the page sends."""
    return page.tab.evaluate(_STATUS, [method, path, headers or {}, body])


def csrf_token(page):
    return page.session()["csrf_token"]


def test_the_page_has_a_strict_policy(page):
    with page.tab.expect_response(page.url) as response:
        page.open()
    headers = response.value.headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-type"] == "text/html; charset=utf-8"


def test_everything_comes_from_the_daemon_and_with_its_type(page):
    urls: set[str] = set()
    page.tab.on("request", lambda request: urls.add(request.url.removeprefix(page.url).partition("?")[0]))
    page.sign_in()
    page.search("stern")
    page.shows("Ada Stern")
    files = {"", "web/app.js", "web/app.css"}
    assert files < urls <= {*files, "web/icon.svg", *API}
    for file in sorted(files):
        answer = page.tab.request.get(page.url + file)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-type"].partition(";")[0] == TYPES[file.rpartition(".")[2]]


def test_no_script_reads_the_cookie_and_no_other_site_sends_it(signed_in):
    cookie = signed_in.session_cookie()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert signed_in.tab.evaluate("document.cookie") == ""
    assert signed_in.tab.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])") == "[{},{}]"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "0.1/directories/lookup/default?term=ada"), ("GET", "0.1/profiles"), ("DELETE", "0.1/session")],
)
def test_the_cookie_alone_does_nothing(signed_in, method, path):
    signed_in.errors.expected_statuses = {401}
    assert status(signed_in, method, path) == 401
    assert status(signed_in, method, path, {"X-CSRF-Token": "guessed"}) == 401
    assert status(signed_in, method, path, {"X-CSRF-Token": csrf_token(signed_in)}) in {200, 204}


def test_the_token_of_another_session_is_refused(signed_in, new_page):
    other = new_page()
    other.sign_in()
    other.shows_search()
    signed_in.errors.expected_statuses = {401}
    headers = {"X-CSRF-Token": csrf_token(other)}
    assert status(signed_in, "GET", "0.1/directories/lookup/default?term=ada", headers) == 401


def test_no_text_becomes_html_and_nothing_is_sent_to_another_host(signed_in):
    with pytest.raises(Error, match="TrustedHTML"):
        signed_in.tab.evaluate("document.body.innerHTML = '<b>bold</b>'")
    with (
        signed_in.tab.expect_console_message(lambda message: message.text.startswith("CSP connect-src")),
        pytest.raises(Error, match="Failed to fetch"),
    ):
        signed_in.tab.evaluate("fetch('http://127.0.0.1:1/')")
    reported = " ".join(signed_in.errors.unexpected())
    signed_in.errors.forget()
    assert "CSP require-trusted-types-for" in reported
    assert "CSP connect-src http://127.0.0.1:1/" in reported


def test_no_other_page_shows_the_page_in_a_frame(page, new_page):
    other = new_page()
    other.tab.route("**/evil", lambda route: route.fulfill(body=f"<iframe src='{page.url}'></iframe>"))
    with other.tab.expect_console_message(lambda message: "frame-ancestors" in message.text):
        other.tab.goto(f"{page.url}evil")
    other.errors.forget()


def test_the_page_works_below_the_path_of_a_reverse_proxy(new_page, served):
    page = new_page(f"{served.url}phones/")
    page.tab.route("**/phones/**", lambda route: pass_on(route, served.url))
    page.sign_in()
    page.search("ada")
    page.shows("Ada Stern", "Anna Adams")
    assert page.session_cookie()["path"] == "/phones/"
    page.sign_out()
    page.shows_sign_in()
    assert page.session_cookie() is None


def pass_on(route, root):
    """Send a request to the daemon as a reverse proxy does."""
    headers = {**route.request.headers, "x-forwarded-prefix": "/phones"}
    path = route.request.url.partition("/phones/")[2]
    route.fulfill(response=route.fetch(url=root + path, headers=headers))
