"""The page that says why there is no name, as a person uses it."""

from playwright.sync_api import expect

from web.site import CREW, FAILED, LOOKUP, configuration, people, profile, token
from web.source_states import MISSING

EXPLAIN = "dird.explanations"
MARKUP = "<script>document.title='broken'</script>"
RIGHT_TO_LEFT = "محمد عبد الله"
LONG = "W" * 2000
REVERSE_NAME = {"format_columns": {"reverse": "{name}"}}

ODD = (("8", MARKUP, "3001", "", ""), ("9", RIGHT_TO_LEFT, "3002", "", ""), ("10", LONG, "3003", "", ""))
"""People whose names are no ordinary ones."""


def troubled_configuration(folder, hung):
    """Return a configuration with sources that work, hang, fail, are skipped and have no file."""
    crew = {**people(folder, "crew", [*CREW, *ODD]), **REVERSE_NAME}
    late = profile("late", "hung", "crew")
    late["services"]["reverse"]["options"] = {"timeout": 1.0}
    numbers = {"first_matched_columns": ["number"]}
    profiles = [
        late,
        profile("troubles", "broken", "gone", "skipped", "crew", "idle"),
        profile("empty"),
        profile("only skipped", "skipped"),
    ]
    config = configuration(folder, crew, profiles=profiles)
    config["provisioning"]["sources"] += [
        hung.source("hung"),
        {**FAILED, **numbers},
        {**FAILED, **numbers, "name": "skipped"},
        {**MISSING, **numbers},
        {**people(folder, "idle"), **REVERSE_NAME},
    ]
    config["auth"]["tokens"] += [
        token("numbers", LOOKUP, f"{EXPLAIN}.reverse.default.read"),
        token("names", LOOKUP, f"{EXPLAIN}.lookup.default.read"),
    ]
    return config


def visited(page):
    """Open the page in a tab that is signed in, and return the tab."""
    page.visit("Why no name?")
    expect(field(page)).to_be_focused()
    return page


def field(page):
    """Return the field for the question."""
    return page.tab.get_by_label("Number or name")


def ask(page, text):
    """Send a question with the keyboard."""
    field(page).fill(text)
    page.press("Enter")


def kind(page, name):
    """Return an option of the switch between number and name."""
    return page.tab.get_by_role("radio", name=name, exact=True)


def results(page):
    """Return the row of each source."""
    return page.tab.get_by_role("table", name="Sources").locator("tbody tr")


def contacts(page):
    """Return the rows of the contacts that were found."""
    return page.tab.get_by_role("table", name="Contacts").locator("tbody tr")
