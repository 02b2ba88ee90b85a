"""Many contacts: rows that come while one scrolls, and filters over all of them."""

import pytest
from playwright.sync_api import expect

from web.contact_page import ContactPage

PERSONAL = 10_000
IN_PHONEBOOK = 2_000
STEP = 100

_SCROLL_TO_END = "scrollTo(0, document.scrollingElement.scrollHeight)"

_REPORT_AN_EARLIER_MOMENT_TOO = """
const Observer = IntersectionObserver;
globalThis.IntersectionObserver = class extends Observer {
    constructor(callback, options) {
        super((entries) => callback([{ isIntersecting: false }, ...entries]), options);
    }
};
"""


def lines(count):
    """Return a CSV file with contacts."""
    rows = (f"Ada,Stern {number:05},+33 1 {number:05},Acme {number % 7}" for number in range(count))
    return "\n".join(["firstname,lastname,number,company", *rows]).encode()


@pytest.fixture(scope="module")
def phonebook(served):
    """Return the uuid of a phonebook with contacts."""
    uuid = served.daemon.request("POST", "/0.1/phonebooks", json={"name": "Large"}).json["uuid"]
    path = f"/0.1/phonebooks/{uuid}/contacts/import"
    assert served.daemon.request("POST", path, data=lines(IN_PHONEBOOK)).status_code == 201
    return uuid


@pytest.fixture(scope="module")
def _personal(served):
    answer = served.daemon.request("POST", "/0.1/personal/import", data=lines(PERSONAL))
    assert answer.status_code == 201


@pytest.fixture
def mine(signed_in, _personal):
    """Open the personal contacts."""
    signed_in.visit("My contacts")
    expect(signed_in.outcome.first).to_have_text("10,000 contacts")
    return ContactPage(signed_in)


@pytest.fixture
def large(signed_in, phonebook):
    """Open the phonebook."""
    signed_in.open(f"#/phonebooks/{phonebook}")
    expect(signed_in.outcome.first).to_have_text("2,000 contacts")
    return ContactPage(signed_in)


def scrolls_on(contacts):
    expect(contacts.page.rows).to_have_count(STEP)
    for steps in (2, 3):
        contacts.tab.evaluate(_SCROLL_TO_END)
        expect(contacts.page.rows.nth(steps * STEP - 1)).to_contain_text(f"Stern {steps * STEP - 1:05}")


def test_more_personal_contacts_are_shown_as_one_scrolls(mine):
    scrolls_on(mine)


def test_the_end_key_goes_to_the_last_row_and_brings_more(mine):
    mine.page.press("ArrowDown")
    mine.page.press("End")
    expect(mine.page.selected).to_contain_text("Stern 00099")
    expect(mine.page.rows.nth(150)).to_contain_text("Stern 00150")


def test_more_contacts_are_shown_when_the_browser_is_busy(page, phonebook):
    page.tab.add_init_script(_REPORT_AN_EARLIER_MOMENT_TOO)
    page.sign_in()
    page.shows_search()
    page.open(f"#/phonebooks/{phonebook}")
    scrolls_on(ContactPage(page))


def test_the_filter_finds_any_of_ten_thousand_contacts(mine):
    for term, text in (
        ("stern 09999", "Ada Stern 09999"),
        ("acme 6", "Ada Stern 00006"),
        ("", "Ada Stern 00000"),
    ):
        mine.filter.fill(term)
        expect(mine.page.rows.first).to_contain_text(text)
    expect(mine.page.rows).to_have_count(STEP)


def test_a_phonebook_is_loaded_step_by_step(large):
    asked = large.page.requests("/contacts?")
    scrolls_on(large)
    assert all("limit=100&" in f"{request.url}&" for request in asked)


def test_the_daemon_searches_a_phonebook_once_for_a_word(large):
    asked = large.page.requests("search=")
    term = "n 01999"  # Its blank is not in the id of a contact, which may have the digits.
    large.filter.press_sequentially(term)
    large.page.shows("Ada Stern 01999")
    expect(large.page.outcome.first).to_have_text("1 contact")
    large.filter.fill("acme 3")
    expect(large.page.outcome.first).to_have_text("286 contacts")
    assert {request.url.rpartition("search=")[2] for request in asked} >= {"n+01999", "acme+3"}
    assert len(asked) < len("01999") + 2


def test_an_older_answer_never_replaces_a_newer_one(large):
    held = large.page.hold("**/contacts?**search=stern+00001*")
    large.filter.fill("stern 00001")
    older = held.first()
    large.filter.fill("stern 00002")
    large.page.shows("Ada Stern 00002")
    older.fulfill(json={"items": [{"id": "1", "name": "Older Answer"}], "total": 1})
    assert large.page.session() is not None, "a later request has its answer"
    large.page.shows("Ada Stern 00002")


def test_a_step_that_fails_is_tried_again_when_one_wants_it(large):
    large.page.errors.expected_statuses = {503}
    large.tab.route("**/contacts?**offset=100&**", lambda route: route.fulfill(status=503))
    with large.tab.expect_response("**offset=100&**"):
        large.tab.evaluate(_SCROLL_TO_END)
    expect(large.page.alert).to_contain_text("The directory can't be reached.")
    expect(large.page.rows).to_have_count(STEP)
    large.tab.unroute("**/contacts?**offset=100&**")
    large.push("Try again")
    expect(large.page.rows.nth(STEP)).to_contain_text("Stern 00100")
    expect(large.page.alert).to_have_count(0)
