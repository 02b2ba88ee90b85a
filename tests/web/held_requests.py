"""Requests of the page that do not reach the daemon until a test wants it."""

from collections.abc import Callable

from playwright.sync_api import Page, Route

from waiting import wait_until


class HeldRequests:
    """The requests with such a URL from now on, which wait for a test; see `first`."""

    def __init__(self, tab: Page, url: str | Callable[[str], bool], max_held: int | None = None) -> None:
        """Hold requests back.

        Args:
            tab: The tab with the page.
            url: A pattern of URLs, or a function that returns whether a URL is meant.
            max_held: How many are held; the daemon has further ones at once (None: all are held).
        """
        self._tab = tab
        self._max_held = max_held
        self._held: list[Route] = []
        # It stays: the browser goes on with held requests when it has no routes any more.
        tab.route(url, self._hold)

    def __len__(self) -> int:
        """Return how many requests are held."""
        return len(self._held)

    def first(self) -> Route:
        """Wait until a request is held, and return the first one."""
        wait_until(lambda: self._held or self._tab.evaluate("0"))  # it sees new requests while it evaluates
        return self._held[0]

    def _hold(self, route: Route) -> None:
        if len(self._held) == self._max_held:
            route.continue_()
        else:
            self._held.append(route)
