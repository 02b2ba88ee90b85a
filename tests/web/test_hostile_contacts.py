"""Contacts whose values are markup, scripts, other directions of writing, or endless: they are shown as texts."""

from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from web.site import FAILED, configuration, people

LONG = "W" * 2000
LONG_NAME = "W" * 500
"""The name of a source that fails, so that it is shown."""

MARKUP = {
    "a script": "<script>document.title='broken'</script>",
    "an image": "<img src=x onerror=\"document.title='broken'\">",
    "an end of the element": "</bdi></td></table><svg onload=\"document.title='broken'\">",
    "entities": "&lt;b&gt; &amp; &#0; &copy",
    "a template": "{{constructor.constructor('document.title=1')()}} ${document.title=1}",
    "an emoji": "👩‍💻 Zoë 🏳️‍🌈",
    "combining marks": "Z" + "\u0301" * 50,
    "another direction": "\u202egnp.exe\u202d",
    "isolates": "\u2067right\u2066left",
    "line ends": "two\u2028lines\u2029here",
}
LINKS = {
    "a script": "javascript:document.title='broken'",
    "a number with a script": '2045"onclick="document.title=1',
    "a feature code": "*31#01 44-55",
    "a trunk prefix": "+33 (0)1.44.66",
    "letters": "call me",
}
RIGHT_TO_LEFT = ("محمد عبد الله", "דוד כהן")


@pytest.fixture(scope="module")
def new_configuration():
    """Return the function that declares a source with these contacts, which all have `odd` as a part of the number."""

    def with_odd_people(folder):
        names = [*MARKUP.values(), *RIGHT_TO_LEFT, LONG, "W " * 1000]
        rows = [(f"n{number}", name, f"odd {number}", "", name) for number, name in enumerate(names)]
        rows += [
            (f"l{number}", f"Link {number}", f"odd {link}", link, link)
            for number, link in enumerate(LINKS.values())
        ]
        return configuration(folder, people(folder, "odd", rows), {**FAILED, "name": LONG_NAME})

    return with_odd_people


@pytest.fixture(params=[1280, 320], ids=["wide", "narrow"])
def found(request, new_page):
    """Search for all of them."""
    page = new_page(viewport={"width": request.param, "height": 800})
    page.sign_in()
    page.search("odd")
    expect(page.rows).to_have_count(len(MARKUP) + len(RIGHT_TO_LEFT) + 2 + len(LINKS))
    return page


def test_every_value_is_shown_as_the_text_that_it_is(found):
    shown = found.tab.evaluate("[...document.querySelectorAll('tbody tr')].map((row) => row.textContent)")
    for name in (*MARKUP.values(), *RIGHT_TO_LEFT, LONG):
        assert any(name in text for text in shown), ascii(name)
    assert found.tab.evaluate("document.querySelectorAll('main script, main img, bdi svg, b').length") == 0
    assert "broken" not in found.tab.title()


def test_no_value_makes_the_page_scroll_sideways(found):
    expect(found.outcome).to_contain_text(LONG_NAME)
    assert not found.scrolls_sideways()


def test_no_value_makes_the_list_of_all_people_scroll_sideways(found):
    found.open("#/browse")
    expect(found.tab.get_by_role("combobox", name="By")).to_be_visible()
    expect(found.tab.locator(".group")).not_to_have_count(0)
    assert not found.scrolls_sideways()
    found.tab.get_by_role("combobox", name="By").select_option("E-mail")
    expect(found.tab.get_by_role("link", name="W, 2 people")).to_be_visible()
    assert not found.scrolls_sideways()


def test_every_value_has_a_direction_of_its_own(found):
    directions = found.tab.evaluate(
        """(names) => names.map((name) => {
            const walker = document.createTreeWalker(document.querySelector("tbody"), NodeFilter.SHOW_TEXT)
            while (walker.nextNode())
                if (walker.currentNode.data.includes(name))
                    return getComputedStyle(walker.currentNode.parentElement).direction
        })""",
        [*RIGHT_TO_LEFT, MARKUP["an emoji"]],
    )
    assert directions == ["rtl", "rtl", "ltr"]
    isolated = found.tab.evaluate(
        """[...document.querySelectorAll("tbody th, tbody td")].every((cell) => cell.textContent.trim() === ""
            || cell.querySelector("bdi, [dir=auto]") !== null || cell.matches("[dir=auto]"))"""
    )
    assert isolated


def test_links_only_call_and_write(found):
    links = found.tab.evaluate("[...document.querySelectorAll('tbody a')].map((link) => link.href)")
    assert {link.partition(":")[0] for link in links} <= {"tel", "mailto"}
    numbers = {unquote(link.removeprefix("tel:")) for link in links if link.startswith("tel:")}
    assert {"*31#014455", "+3314466"} < numbers
    assert set("".join(numbers)) <= set("0123456789+*#")
