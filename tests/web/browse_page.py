"""The page that lists all people, and a daemon with many of them."""

import csv
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Locator, expect

from web.directory_page import DirectoryPage, shows_only
from web.site import COLUMNS, FAILED, configuration, people

Row = tuple[str, str, str, str, str, str]
"""Id, name, number, mobile, e-mail and department."""

DEPARTMENT = {"title": "Department", "field": "department"}
STEP = 100
"""How many rows are loaded at once."""


def numbered(name: str, count: int, department: str = "") -> list[Row]:
    """Return people of a department who have this name and a number."""
    return [
        (f"{name}{number}", f"{name} {number:03}", f"01{number:03}", "", "", department)
        for number in range(count)
    ]


MANY: list[Row] = [
    *numbered("Ada", 150, "Sales"),
    *numbered("Bruno", 120, "Support"),
    *numbered("Émile", 20, "sales"),
    ("rtl", "محمد عبد الله", "2099", "", "", "مبيعات"),
    ("3m", "3M hotline", "33", "0612", "3m@example.org", ""),
    ("nobody", "", "44", "", "", ""),
]
TOTAL = len(MANY)


def source(folder: Path, name: str, rows: list[Row]) -> dict[str, object]:
    """Write people into a CSV file, and return a source of this name that reads it."""
    declared: dict[str, object] = people(folder, name, ())
    with (folder / "csv" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "name", "number", "mobile", "email", "department"), *rows])
    return declared


def browse_configuration(folder: Path, *sources: Mapping[str, object], **changes: object):
    """Return a configuration with a column for departments; the sources are `crew` and one that lists nothing."""
    config = configuration(folder, *(sources or (source(folder, "crew", MANY), FAILED)), **changes)
    config["provisioning"]["displays"][0]["columns"] = [*COLUMNS, DEPARTMENT]
    return config


class BrowsePage:
    """The page as a person uses it."""

    def __init__(self, page: DirectoryPage) -> None:
        """Use a tab in which a person is signed in."""
        self.page = page
        self.tab = page.tab

    def open(self, fragment: str = "#/browse") -> None:
        """Open the page, and wait until the list is there."""
        self.page.open(fragment)
        expect(self.tab.get_by_role("table", name="All people")).to_be_visible()

    @property
    def rows(self) -> Locator:
        """Return the rows of people."""
        return self.tab.locator("main tbody tr:not(.group)")

    @property
    def headings(self) -> Locator:
        """Return the headings of the groups."""
        return self.tab.get_by_role("rowheader").and_(self.tab.locator(".group th"))

    @property
    def by(self) -> Locator:
        """Return the choice of the column."""
        return self.tab.get_by_role("combobox", name="By")

    @property
    def begin(self) -> Locator:
        """Return the field for the text at which the list begins."""
        return self.tab.get_by_label("Begin at")

    @property
    def letters(self) -> Locator:
        """Return the links to letters."""
        return self.tab.get_by_role("navigation", name="Jump to").get_by_role("link")

    @property
    def jump(self) -> Locator:
        """Return the choice of a text."""
        return self.tab.get_by_role("combobox", name="Jump to")

    @property
    def outcome(self) -> Locator:
        """Return the report above the list."""
        return self.tab.locator("main .outcome")

    def begins_with(self, name: str, heading: str) -> None:
        """Wait until the first row and the first heading have these texts."""
        expect(self.rows.first).to_contain_text(name)
        expect(self.headings.first).to_have_text(heading)

    def shows_headings(self, *texts: str) -> None:
        """Wait until the headings have these texts, and there are no others."""
        shows_only(self.headings, *texts)

    def scroll_to_end(self) -> None:
        """Scroll to the last row that is there."""
        self.tab.evaluate("scrollTo(0, document.scrollingElement.scrollHeight)")

    def hash(self) -> str:
        """Return what the address shows."""
        return str(self.tab.evaluate("location.hash"))
