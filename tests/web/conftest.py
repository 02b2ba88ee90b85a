"""One browser for all tests of a process, one daemon for those of a module, a new tab for each test."""

import pytest

from servers.gated_people import GatedPeople
from waiting import TIMEOUT
from web.browser import chromium
from web.directory_page import DirectoryPage
from web.site import configuration, site


@pytest.fixture(scope="session")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def new_configuration():
    """Return the function that returns the configuration of the daemon; a module may have its own."""
    return configuration


@pytest.fixture(scope="module")
def served(tmp_path_factory, new_configuration):
    """Start the daemon of the module."""
    with site(new_configuration(tmp_path_factory.mktemp("daemon"))) as served:
        yield served


@pytest.fixture
def new_page(browser, served):
    """Return the function that opens a tab with the page; its arguments are those of a browser context.

    No script of a page may raise, no page may violate its own Content-Security-Policy, and no request may fail that the
    test does not expect to fail.
    """
    pages = []

    def new_page(url=served.url, context=None, **options):
        context = context or browser.new_context(**{"locale": "en-US", **options})
        context.set_default_timeout(TIMEOUT * 1000)
        pages.append(DirectoryPage(context.new_page(), url))
        return pages[-1]

    yield new_page
    errors = [error for page in pages for error in page.errors.unexpected()]
    for page in pages:
        page.tab.context.close()
    assert errors == []


@pytest.fixture(scope="module")
def gated_person():
    """Return whom `hung` has; a module may have its own."""
    return ("7", "Adam", "Gated", "2099")


@pytest.fixture(scope="module")
def hung(gated_person):
    """Run a web service that answers only when a test opens its gate."""
    with GatedPeople(gated_person) as service:
        yield service


@pytest.fixture
def closed_gate(hung):
    """Close the gate for a test, and open it afterwards."""
    hung.gate.clear()
    yield
    hung.gate.set()


@pytest.fixture
def page(new_page):
    """Open an empty tab for the page."""
    return new_page()


@pytest.fixture
def signed_in(page):
    """Open the page in a tab and sign in."""
    page.sign_in()
    page.shows_search()
    return page
