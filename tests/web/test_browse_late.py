"""A source whose contacts are still being sorted: it is asked again, and the reader stays where he is."""

import pytest
from filelock import FileLock
from playwright.sync_api import expect

from web.browse_page import BrowsePage, browse_configuration, numbered, source
from web.site import profile
from web.test_source_refresh import SET_HIDDEN

SECONDS = 1000
"""Milliseconds."""


@pytest.fixture(scope="module")
def folders():
    """Return the list in which the folder of the daemon is."""
    return []


@pytest.fixture(scope="module")
def new_configuration(folders):
    """Return the function that declares two sources, one of which has people before and between those of the other."""

    def with_two(folder):
        folders.append(folder)
        early = source(folder, "early", [*numbered("Bea", 60), *numbered("Dora", 60)])
        late = source(folder, "late", [*numbered("Ada", 30), *numbered("Carl", 5)])
        lookup = {"timeout": 1, "breaker_failures": 1000}
        config = browse_configuration(
            folder, early, late, lookup=lookup, profiles=[profile("large", "early", "large")]
        )
        config["provisioning"]["sources"].append(source(folder, "large", numbered("Ada", 900)))
        return config

    return with_two


@pytest.fixture
def gates(served, folders):
    """Keep everybody from sorting the contacts of two sources until a test opens their gates; return these."""
    daemon = served.daemon
    uuids = {one["name"]: uuid for uuid, one in daemon.get("/status").json["sources"].items()}
    locks = {}
    for name, profile_name in (("late", "default"), ("large", "large")):
        assert daemon.get(f"/directories/lookup/{profile_name}", term="ada").json["results"]
        folder = folders[0] / "state" / "sources" / uuids[name]
        for file in folder.glob("order-*"):
            file.unlink()
        locks[name] = FileLock(folder / "order.lock", thread_local=False)
        locks[name].acquire()
    yield locks
    for lock in locks.values():
        lock.release()


@pytest.fixture
def gate(gates):
    """Return the gate of the source of the default profile."""
    return gates["late"]


@pytest.fixture
def browsed(gate, page):
    """Open the page in a tab whose clock is controlled, while the source is late."""
    page.tab.clock.install()
    page.sign_in()
    page.shows_search()
    browsed = BrowsePage(page)
    browsed.open()
    expect(browsed.outcome).to_contain_text("Source late is still being sorted.")
    browsed.begins_with("Bea 000", "B60")
    return browsed


def test_its_people_come_without_moving_the_reader(browsed, gate):
    browsed.rows.nth(70).get_by_role("link").first.evaluate(
        "(link) => link.scrollIntoView({block: 'center'})"
    )
    browsed.page.press("ArrowDown")
    expect(browsed.page.selected).to_have_count(1)
    name = browsed.page.selected.get_by_role("rowheader").text_content()
    before = browsed.page.selected.bounding_box()
    gate.release()
    browsed.tab.clock.run_for(SECONDS)
    expect(browsed.outcome).to_contain_text("155 people from 2 sources")
    expect(browsed.outcome).not_to_contain_text("late")
    expect(browsed.page.selected).to_contain_text(name)
    assert abs(browsed.page.selected.bounding_box()["y"] - before["y"]) < 2
    browsed.begins_with("Ada 000", "A30")


def test_without_a_selected_row_the_window_stays_where_it_is(browsed, gate):
    row = browsed.rows.filter(has_text="Bea 050")
    row.evaluate("(row) => row.scrollIntoView({block: 'center'})")
    before = row.bounding_box()
    gate.release()
    browsed.tab.clock.run_for(SECONDS)
    browsed.begins_with("Ada 000", "A30")
    assert abs(row.bounding_box()["y"] - before["y"]) < 2


def test_a_reader_who_is_too_far_from_the_start_stays_there_too(browsed, gates):
    browsed.page.choose_profile("large")
    expect(browsed.outcome).to_contain_text("Source large is still being sorted.")
    row = browsed.rows.filter(has_text="Bea 050")
    row.evaluate("(row) => row.scrollIntoView({block: 'center'})")
    row.get_by_role("link").focus()
    before = row.bounding_box()
    gates["large"].release()
    browsed.tab.clock.run_for(SECONDS)
    expect(browsed.outcome).to_contain_text("1,020 people from 2 sources")
    assert abs(row.bounding_box()["y"] - before["y"]) < 2
    expect(row.get_by_role("link")).to_be_focused()
    browsed.tab.get_by_role("link", name="From the start").click()
    browsed.begins_with("Ada 000", "A900")


def test_a_hidden_page_does_not_ask(browsed, gate):
    browsed.tab.evaluate(SET_HIDDEN, True)
    asked = browsed.page.requests("/groups?")
    browsed.tab.clock.run_for(60 * SECONDS)
    assert browsed.page.session() is not None, "a later request has its answer"
    assert asked == []
    gate.release()
    browsed.tab.evaluate(SET_HIDDEN, False)
    browsed.begins_with("Ada 000", "A30")


def test_it_asks_less_and_less_often_and_then_has_a_button(browsed, gate):
    browsed.tab.route("**/groups?**", still_late)
    browsed.tab.clock.pause_at(browsed.tab.evaluate("Date.now()") / 1000 + 1)
    browsed.letters.filter(has_text="B").click()
    expect(browsed.tab.get_by_role("link", name="From the start")).to_be_visible()
    asked = browsed.page.requests("/groups?")
    for count, pause in enumerate((1, 2, 4, 8, 15, 30)):
        browsed.tab.clock.run_for(pause * SECONDS - 500)
        assert len(asked) == count
        with browsed.tab.expect_response("**/groups?**"):
            browsed.tab.clock.run_for(SECONDS)
        assert browsed.page.session() is not None, "a later request has its answer"
    button = browsed.tab.get_by_role("button", name="Try again")
    expect(button).to_be_visible()
    browsed.tab.clock.run_for(600 * SECONDS)
    assert len(asked) == 6
    browsed.tab.unroute_all(behavior="wait")
    gate.release()
    button.click()
    browsed.tab.clock.run_for(SECONDS)
    expect(browsed.outcome).to_contain_text("155 people from 2 sources")


def still_late(route):
    """Fulfil a request at once with what the daemon answers after a second."""
    late = {"name": "late", "status": "late", "contacts": 0, "truncated": False}
    route.fulfill(json={"by": "name", "kind": "initials", "items": [], "sources": [late]})
