"""Many numbers share searches of limited size, and have the entries that each of them has alone."""

import re

import pytest

from waiting import TIMEOUT
from xivo_dird.backend import Deadline, DialPlan, SourceUnavailable
from xivo_dird_backends.ldap.entries import LdapEntries
from xivo_dird_backends.ldap.filters import LdapFilters
from xivo_dird_backends.ldap.number_search import (
    MAX_CANDIDATES_OF_MANY,
    MAX_NUMBERS_PER_SEARCH,
    MAX_SPELLINGS_PER_SEARCH,
    NumberSearch,
)
from xivo_dird_backends.ldap.options import LdapOptions
from xivo_dird_backends.ldap.phone_columns import PhoneColumns

OPTIONS = LdapOptions(
    name="ldap",
    ldap_uri="ldap://localhost",
    ldap_base_dn="dc=test",
    first_matched_columns=["telephoneNumber"],
    unique_column="uid",
)


class Directory:
    """Finds entries by the exact texts of their numbers, or of their aliases, which it does not show."""

    def __init__(self, *people):
        self.people = people
        self.searches = []

    def query(self, search_filter, attributes, deadline, size_limit):
        asked = re.findall(r"\(telephoneNumber=([^)]*)\)", search_filter)
        self.searches.append(asked)
        found = [
            {"uid": [uid.encode()], "telephoneNumber": [number.encode()]}
            for uid, number, alias in self.people
            if {number, alias} & {*asked}
        ]
        return found[: size_limit or None]


@pytest.fixture
def open_search():
    """Return a function that opens the search for numbers in a directory."""

    def unreadable(search, deadline):
        raise SourceUnavailable("no schema")

    def open_(directory):
        columns = PhoneColumns(OPTIONS.first_matched_columns, unreadable)
        return NumberSearch(
            directory.query, LdapFilters(OPTIONS), LdapEntries(OPTIONS), columns, lambda: DialPlan("FR")
        )

    return open_


def ids(search, extens):
    found = search.match_all(extens, Deadline.after(TIMEOUT))
    alone = {exten: search.first_match(exten, Deadline.after(TIMEOUT)) for exten in extens}
    assert found == {exten: entry for exten, entry in alone.items() if entry is not None}
    return {exten: entry["uid"] for exten, entry in found.items()}


def test_many_extensions_are_few_searches(open_search):
    directory = Directory(*((str(number), str(number), None) for number in range(1000, 1200)))
    extens = [str(number) for number in range(950, 1150)]
    found = open_search(directory).match_all(extens, Deadline.after(TIMEOUT))
    assert [*found] == [str(number) for number in range(1000, 1150)]
    assert [len(asked) for asked in directory.searches] == [MAX_NUMBERS_PER_SEARCH] * 4


def test_a_search_has_a_limited_number_of_spellings(open_search):
    directory = Directory(("ada", "+33 1 44 55 66 77", None))
    numbers = [f"+33144556{number}" for number in range(650, 700)]
    assert ids(open_search(directory), numbers) == {"+33144556677": "ada"}
    assert max(map(len, directory.searches)) <= MAX_SPELLINGS_PER_SEARCH


def test_a_search_that_finds_too_much_is_divided(open_search):
    crowd = [(str(number), "7001", None) for number in range(MAX_CANDIDATES_OF_MANY)]
    directory = Directory(*crowd, ("ada", "7002", None), ("bob", "+33144556677", None))
    extens = ["7001", "7002", "0144556677", "7003"]
    assert ids(open_search(directory), extens) == {"7001": "0", "7002": "ada", "0144556677": "bob"}


def test_an_entry_that_does_not_show_its_number_is_found(open_search):
    directory = Directory(("hidden", "unlisted", "7001"), ("ada", "7002", None))
    assert ids(open_search(directory), ["7001", "7002", "7003"]) == {"7001": "hidden", "7002": "ada"}
