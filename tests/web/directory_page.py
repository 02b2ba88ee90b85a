"""The page as a person uses it: what can be read and done, in the words that are on it."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from playwright.sync_api import Locator, Page, Request, Route, expect

from web.browser import PageErrors
from web.held_requests import HeldRequests
from web.site import PASSWORD

COOKIE = "dird_session"


def looked_up(url: str) -> str | None:
    """Return the term that a request looks up, None if it is no lookup."""
    path, _, query = url.partition("?")
    return parse_qs(query, keep_blank_values=True)["term"][0] if "/lookup/" in path else None


def shows_only(items: Locator, *texts: str) -> None:
    """Wait until each item of a list contains its text, and there are no others."""
    # A list of plain texts would be found among further items, too.
    expect(items).to_have_text([re.compile(f"(?:{re.escape(text)})") for text in texts])


class DirectoryPage:
    """A tab with the page, in English.

    Attributes:
        tab: The tab.
        errors: The errors of its scripts and requests; the fixtures check them.
        asked: The terms of its lookups.
    """

    def __init__(self, tab: Page, url: str) -> None:
        """Use an empty tab for the page at a URL."""
        self.tab = tab
        self.url = url
        self.errors = PageErrors(tab)
        self.asked: list[str] = []
        tab.on("request", self._record_term)

    def open(self, fragment: str = "") -> None:
        """Open the page."""
        self.tab.goto(f"{self.url}{fragment}")

    def sign_in(self, username: str = "ada", password: str = PASSWORD) -> None:
        """Open the page and send a user name and a password."""
        self.open()
        self.send_password(username, password)

    def send_password(self, username: str = "ada", password: str = PASSWORD) -> None:
        """Fill the form of the sign-in page and send it."""
        self.tab.get_by_label("User name").fill(username)
        self.tab.get_by_label("Password").fill(password)
        self.sign_in_button.click()

    def sign_in_with_token(self, token: str) -> None:
        """Open the page and send a token."""
        self.open()
        self.tab.get_by_text("Sign in with a token").click()
        self.send_token(token)

    def send_token(self, token: str) -> None:
        """Fill the form for tokens and send it; it is the only one of a daemon without users."""
        self.tab.get_by_label("Token", exact=True).fill(token)
        self.sign_in_button.click()

    def sign_out(self) -> None:
        """Push the button."""
        self.tab.get_by_role("button", name="Sign out").click()

    @property
    def sign_in_button(self) -> Locator:
        """Return the button of the sign-in page."""
        return self.tab.get_by_role("button", name="Sign in", exact=True)

    @property
    def alert(self) -> Locator:
        """Return the error that is announced."""
        return self.tab.get_by_role("alert")

    @property
    def search_field(self) -> Locator:
        """Return the search field; it is there as long as somebody is signed in."""
        return self.tab.get_by_label("Search people")

    @property
    def profile_choice(self) -> Locator:
        """Return the choice of the profile."""
        return self.tab.get_by_label("Profile")

    @property
    def outcome(self) -> Locator:
        """Return the report below the list."""
        return self.tab.get_by_role("status")

    @property
    def rows(self) -> Locator:
        """Return the rows of the list, without that of its headers."""
        return self.tab.locator("main table tbody tr")

    @property
    def selected(self) -> Locator:
        """Return the selected row, which has the focus."""
        return self.tab.locator("main table tbody tr:focus-within")

    def row(self, name: str) -> Locator:
        """Return the row of a person."""
        return self.rows.filter(has_text=name)

    def star(self, name: str) -> Locator:
        """Return the button that makes a person a favorite, or none any more."""
        return self.tab.get_by_role("button", name=re.compile(f" {re.escape(name)} (to|from) favorites"))

    def visit(self, name: str) -> None:
        """Follow a link of the navigation, and wait until its page is there."""
        self.tab.get_by_role("navigation").get_by_role("link", name=name).click()
        expect(self.tab.get_by_role("heading", level=1)).to_contain_text(name)

    def choose_profile(self, name: str) -> None:
        """Choose a profile."""
        self.profile_choice.select_option(name)

    def search(self, term: str) -> None:
        """Replace the text of the search field, as pasting does."""
        self.search_field.fill(term)

    def type(self, text: str) -> None:
        """Press the keys of a text, wherever the focus is."""
        self.tab.keyboard.type(text)

    def press(self, key: str) -> None:
        """Press a key, wherever the focus is."""
        self.tab.keyboard.press(key)

    def shows(self, *names: str) -> None:
        """Wait until the list has these people, and no others, in this order."""
        shows_only(self.rows, *names)

    def shows_sign_in(self) -> None:
        """Wait until the sign-in page is there."""
        expect(self.sign_in_button).to_be_visible()
        expect(self.search_field).to_have_count(0)

    def shows_search(self) -> None:
        """Wait until a person is signed in and can search."""
        expect(self.search_field).to_be_focused()

    def shows_only_people(self, fragment: str) -> None:
        """Wait until there is nothing but searching and browsing, also at the address of another page."""
        self.shows_search()
        self.open(fragment)
        self.shows_search()
        expect(self.tab.get_by_role("navigation").get_by_role("link")).to_have_text(["People", "Browse"])

    def scrolls_sideways(self) -> bool:
        """Return whether the page is wider than the window."""
        return bool(self.tab.evaluate("document.scrollingElement.scrollWidth > innerWidth"))

    def session_cookie(self) -> Any:
        """Return the cookie of the session, None if there is none."""
        return next((cookie for cookie in self.tab.context.cookies() if cookie["name"] == COOKIE), None)

    def session(self) -> Any:
        """Return what the daemon says about the session, None if there is none."""
        return self.tab.evaluate("fetch('0.1/session').then((answer) => answer.json())")["session"]

    def before_next_request(self, url: str | Callable[[str], bool], act: Callable[[], None]) -> None:
        """Call a function when the page sends the next request with such a URL, before the daemon has it."""

        def go_on(route: Route) -> None:
            act()
            route.continue_()

        self.tab.route(url, go_on, times=1)

    def hold_lookups(self, term: str) -> HeldRequests:
        """Hold lookups of a term back."""
        return self.hold(lambda url: looked_up(url) == term)

    def hold(self, url: str | Callable[[str], bool]) -> HeldRequests:
        """Hold requests with such a URL back."""
        return HeldRequests(self.tab, url)

    def hold_first(self, url: str) -> HeldRequests:
        """Hold the next request with such a URL back, and no further one."""
        return HeldRequests(self.tab, url, max_held=1)

    def requests(self, part: str) -> list[Request]:
        """Return the list of the requests from now on that have a text in their URL or body."""
        found: list[Request] = []

        def record(request: Request) -> None:
            if part in request.url or part in (request.post_data or ""):
                found.append(request)

        self.tab.on("request", record)
        return found

    def _record_term(self, request: Request) -> None:
        term = looked_up(request.url)
        if term is not None:
            self.asked.append(term)
