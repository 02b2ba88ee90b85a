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


HARD_TERM = "a b&c+é"
"""A text whose characters a URL must encode."""

PERCENT = "100%25 of 5%"
LONG_TERM = "Ünï " * 31 + "Ende"
"""A text of 128 characters."""

CREW = [Person(f"Crew {number:02}", str(2000 + number), company=HARD_TERM) for number in range(1, 46)]
"""More people than a page of any phone with pages has by default, except for those of a whole directory."""

ODD_NAMES = {
    'R&D <lab> "x"': 'R&D <lab> "x"',
    "Éloïse Żółć": "Éloïse Żółć",
    "Cher": "Cher",
    "X" * 200: "X" * 200,
    "محمد علي": "محمد علي",
    "שרה לוי": "שרה לוי",
    "Zoé 👩‍💻 ☎": "Zoé 👩‍💻 ☎",
    "Bell\x07 Escape\x1b[2J": "Bell Escape[2J",
    "End ]]> of": "End ]]> of",
    "Ada \u202e5551\u202c": "Ada 5551",
    "Two\nlines\tand  blanks": "Two lines and blanks",
}
"""Names in the directory, and what phones show."""

PEOPLE = [
    *CREW,
    Person("Ann Lee", "101", "+33 (0)6 12 34 56 78", "01 44", company="Lees"),
    Person("Bob Lee", "", "0612", "n/a", company="Lees"),
    Person("Cid Lee", "n/a", "", "-", company="Lees"),
    Person("Dee Lee", "101", company="Lees"),
    *(Person(name, str(300 + number), company="Odd") for number, name in enumerate(ODD_NAMES)),
    Person(PERCENT, "401"),
    Person(LONG_TERM, "402"),
    Person("Vector 1", "+33(0)123456789", "+33 (0) 1 23 45 67 89", "ext. 12", company="Vectors"),
    Person("Vector 2", "+44(0)", "(555)555-5555", "+1 555 123 4567", company="Vectors"),
    Person("Vector 3", "*98#", "n/a", "555 (0) 1", company="Vectors"),
]
"""The people of the daemon of all phones."""
