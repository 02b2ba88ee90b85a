"""docs/search.md: every row of its tables is true for every backend that it names."""

import re

import pytest

from docs.search_tables import PAGE, Example, examples, sources
from xivo_dird.backend import TextMatch
from xivo_dird_backends.carddav.backend import CarddavBackend
from xivo_dird_backends.csv.backend import CsvBackend
from xivo_dird_backends.entra.backend import EntraBackend
from xivo_dird_backends.google import GoogleBackend
from xivo_dird_backends.google_directory.backend import GoogleDirectoryBackend
from xivo_dird_backends.json_ws.listed import JsonWsSnapshotBackend
from xivo_dird_backends.ldap.listed import LdapSnapshotBackend
from xivo_dird_backends.office365 import Office365Backend
from xivo_dird_backends.personal import PersonalBackend
from xivo_dird_backends.phonebook import PhonebookBackend
from xivo_dird_backends.sql.listed import SqlSnapshotBackend
from xivo_dird_backends.vcard.backend import VcardBackend

FINDING = [
    "Composition",
    "Case",
    "Letter forms",
    "Digits",
    "Blanks and invisible characters",
    "Several words",
    "Digits of numbers",
]
EXAMPLES = examples()


@pytest.fixture
def ask(tmp_path, database):
    """Return a function that searches in a source of each backend, which all have the contacts of the page."""
    with sources(EXAMPLES, tmp_path, database) as ask:
        yield ask


def rows_of(table: str) -> list[Example]:
    return [row for row in EXAMPLES if row.table == table]


def country_of(row: Example) -> str | None:
    return row.kind if row.table == "Digits of numbers" and len(row.kind) == 2 else None


def test_there_are_at_least_ten_examples_of_each_kind():
    kinds = [*FINDING, "Keypad", "What is not found"]
    assert {row.table for row in EXAMPLES} == set(kinds)
    assert [table for table in kinds if len(rows_of(table)) < 10] == []


@pytest.mark.parametrize("table", FINDING)
def test_every_contact_is_found_by_what_is_typed(ask, table):
    wrong = []
    for row in rows_of(table):
        for backend in ("csv", "personal", "phonebook", "ldap"):
            is_found = row.id in ask(backend, row.term, country_of(row))
            if is_found != (row.in_ldap if backend == "ldap" else True):
                wrong.append((backend, row.kind, row.texts, row.term))
    assert wrong == []


def test_digits_on_a_keypad_find_the_name(ask):
    for row in rows_of("Keypad"):
        for backend in ("csv", "personal", "phonebook"):
            assert row.id in ask(backend, row.term, None, typed=True), (backend, row.texts, row.term)


def test_what_is_not_found_is_not_found_anywhere(ask):
    for row in rows_of("What is not found"):
        for backend in ("csv", "phonebook", "ldap"):
            assert row.id not in ask(backend, row.term, country_of(row)), (backend, row.kind)


@pytest.mark.parametrize(
    ("answer", "rule", "backends"),
    [
        (
            "yes",
            TextMatch.CASE_AND_ACCENT_INSENSITIVE,
            {
                "personal": PersonalBackend,
                "vcard": VcardBackend,
                "carddav": CarddavBackend,
                "entra": EntraBackend,
                "google_directory": GoogleDirectoryBackend,
                "json_ws": JsonWsSnapshotBackend,
                "ldap": LdapSnapshotBackend,
                "sql": SqlSnapshotBackend,
            },
        ),
        (
            "no",
            TextMatch.CASE_INSENSITIVE,
            {
                "csv": CsvBackend,
                "phonebook": PhonebookBackend,
                "google": GoogleBackend,
                "office365": Office365Backend,
            },
        ),
    ],
)
def test_the_page_says_in_which_backends_accents_count(answer, rule, backends):
    (line,) = re.findall(
        rf"^- {answer} in ((?:.*\n)+?)(?=- |\n)", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    for name, backend in backends.items():
        assert (f"`{name}`" in line, backend.text_match) == (True, rule), name
