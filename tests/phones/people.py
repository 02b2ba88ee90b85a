"""The people and profiles of the tests of phones, and the configuration of a daemon that has them."""

import csv
from typing import NamedTuple

from api.conftest import configuration, csv_source

NAMED_NUMBERS = [
    {"title": "Name", "type": "name", "field": "name"},
    {"title": "Office", "type": "number", "field": "office"},
    {"title": "Mobile", "type": "number", "field": "mobile"},
    {"title": "Home", "type": "number", "field": "home"},
]
"""A display whose lines are named by the titles of its columns."""

NUMBER_DISPLAYS = [
    {"title": "Name", "type": "name", "field": "name"},
    {"title": "Office", "type": "number", "field": "office", "number_display": "{name}"},
    {"title": "Mobile", "type": "number", "field": "mobile", "number_display": "{name} (cell of {company})"},
    {"title": "Home", "type": "number", "field": "home"},
]
"""A display with templates for the names of its lines."""

PROFILES = ("default", "menu", "input", "lookup", "north / south")
"""Profiles with the same people and the same display."""


class Person(NamedTuple):
    """A line of the CSV file."""

    name: str
    office: str = ""
    mobile: str = ""
    home: str = ""
    company: str = ""


def phone_configuration(folder, people, **changes):
    """Return the configuration of a daemon with these people, in a profile for each of `PROFILES` and displays."""
    sources = [
        csv_source(
            "people.csv",
            name="people",
            searched_columns=["name", "company", "office"],
            first_matched_columns=["office", "mobile", "home"],
            format_columns={"reverse": "{name}"},
        )
    ]
    services = {name: {"sources": ["people"]} for name in ("lookup", "reverse", "favorites")}
    config = configuration(folder, **changes)
    with (folder / "csv" / "people.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *Person._fields])
        writer.writerows([number, *person] for number, person in enumerate(people))
    displays = {"titles": NAMED_NUMBERS, "templates": NUMBER_DISPLAYS}
    names = {**dict.fromkeys(PROFILES, "titles"), "templates": "templates"}
    config["provisioning"] |= {
        "sources": sources,
        "displays": [
            {"tenant": "main", "name": name, "columns": columns} for name, columns in displays.items()
        ],
        "profiles": [
            {"tenant": "main", "name": name, "display": display, "services": services}
            for name, display in names.items()
        ],
    }
    return config
