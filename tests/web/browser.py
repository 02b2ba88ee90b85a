"""Chromium, and what its pages report that no page of ours may."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from waiting import TIMEOUT

FAILED_REQUEST = re.compile(r"Failed to load resource: .* status of (\d+) ")
NO_CONNECTION = re.compile(
    r"Failed to load resource: net::ERR_(CONNECTION_|EMPTY_RESPONSE|INCOMPLETE_CHUNKED|UPLOAD_FILE|FILE_NOT)"
)

_REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation",
    (event) => console.error("CSP", event.effectiveDirective, event.blockedURI, event.sample));
"""


ARGUMENTS = (
    "--no-sandbox",  # root can't use it
    "--disable-gpu",
    "--disable-features=SpareRendererForSitePerProcess",  # it starts a process for a tab that no test opens
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run Debian's Chromium, without the windows around its pages: those took a third of the time of the tests."""
    program = shutil.which("chromium-headless-shell")
    assert program is not None, "run .ci/system-packages"
    expect.set_options(timeout=TIMEOUT * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


class PageErrors:
    """The errors of a page: of scripts, in the console, and violations of its Content-Security-Policy.

    Attributes:
        expected_statuses: The error statuses that requests of the test may get.
        may_lose_connection: Whether requests of the test may get no answer.
    """

    def __init__(self, page: Page) -> None:
        """Record the errors of a page from now on."""
        self.expected_statuses: set[int] = set()
        self.may_lose_connection = False
        self._messages: list[str] = []
        page.add_init_script(_REPORT_VIOLATIONS)
        page.on("pageerror", lambda error: self._messages.append(f"uncaught: {error}"))
        page.on("console", self._add_console)

    def unexpected(self) -> list[str]:
        """Return the messages of all errors that the test does not expect."""
        return [message for message in self._messages if not self._is_expected(message)]

    def forget(self) -> None:
        """Forget the errors until now."""
        self._messages.clear()

    def _add_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._messages.append(message.text)

    def _is_expected(self, message: str) -> bool:
        failed = FAILED_REQUEST.match(message)
        if failed:
            return int(failed[1]) in self.expected_statuses
        return self.may_lose_connection and NO_CONNECTION.match(message) is not None
