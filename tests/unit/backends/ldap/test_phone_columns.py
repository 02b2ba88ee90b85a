"""Tests of finding the columns that a server compares as phone numbers."""

from collections.abc import Mapping, Sequence

import pytest

from waiting import TIMEOUT
from xivo_dird.backend import Deadline, QuestionRefused, SourceUnavailable
from xivo_dird_backends.ldap.entries import RawEntry
from xivo_dird_backends.ldap.phone_columns import PhoneColumns, number_key
from xivo_dird_backends.ldap.searches import LdapSearch

COLUMNS = ("telephoneNumber", "mobile", "employeeNumber", "2.5.4.20", "unknown")
ROOT = [{"subschemaSubentry": [b"cn=Subschema"]}]
SCHEMA = [
    {
        "attributeTypes": [
            b"( 2.5.4.20 NAME 'telephoneNumber' EQUALITY telephoneNumberMatch )",
            b"( 0.9 NAME ( 'mobileTelephoneNumber' 'mobile' ) EQUALITY 2.5.13.20 )",
            b"( 2.16 NAME 'employeeNumber' EQUALITY caseIgnoreMatch )",
        ]
    }
]


class FakeDirectory:
    """Has an entry, or an error, by DN."""

    def __init__(self, root: object = ROOT, schema: object = SCHEMA) -> None:
        self.answers: Mapping[str | None, object] = {"": root, "cn=Subschema": schema}
        self.searches: list[tuple[str | None, str, tuple[str, ...]]] = []
        self.deadlines: list[Deadline] = []

    def search(self, search: LdapSearch, deadline: Deadline) -> Sequence[RawEntry]:
        self.searches.append((search.entry_dn, search.filter, search.attributes))
        self.deadlines.append(deadline)
        answer = self.answers[search.entry_dn]
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, list)
        return answer


def learned(directory: FakeDirectory, times: int = 1) -> frozenset[str]:
    columns = PhoneColumns(COLUMNS, directory.search)
    assert columns.names == frozenset()
    for _ in range(times):
        columns.learn(Deadline.after(TIMEOUT))
    return columns.names


def test_the_schema_that_the_root_entry_names_is_read_once() -> None:
    directory = FakeDirectory()
    assert learned(directory, times=3) == {"telephoneNumber", "mobile", "2.5.4.20"}
    assert directory.searches == [
        ("", "(objectClass=*)", ("subschemaSubentry",)),
        ("cn=Subschema", "(objectClass=subschema)", ("attributeTypes",)),
    ]


def test_names_of_attributes_in_the_answers_ignore_case() -> None:
    directory = FakeDirectory(
        [{"subschemasubentry": [b"cn=Subschema"]}], [{"ATTRIBUTETYPES": SCHEMA[0]["attributeTypes"]}]
    )
    assert learned(directory) == {"telephoneNumber", "mobile", "2.5.4.20"}


def test_reading_the_schema_takes_a_part_of_the_time_left() -> None:
    directory = FakeDirectory()
    learned(directory)
    assert [deadline.timeout <= TIMEOUT / 3 for deadline in directory.deadlines] == [True, True]


FAILURES = {
    "no permission for the root entry": ([], SCHEMA),
    "no schema entry": ([{"subschemaSubentry": []}], SCHEMA),
    "no permission for the schema": (ROOT, []),
    "no attribute types": (ROOT, [{"cn": [b"Subschema"], "attributeTypes": None}]),
    "refused": (ROOT, QuestionRefused("noSuchObject")),
    "down": (SourceUnavailable("down"), SCHEMA),
    "timed out": (ROOT, SourceUnavailable("timed out")),
}


@pytest.mark.parametrize(("root", "schema"), FAILURES.values(), ids=FAILURES)
def test_a_schema_that_can_t_be_read_is_tried_again_after_a_pause(root: object, schema: object) -> None:
    directory = FakeDirectory(root, schema)
    once = FakeDirectory(root, schema)
    assert learned(once) == learned(directory, times=3) == frozenset()
    assert directory.searches == once.searches


def test_a_schema_without_rules_means_texts() -> None:
    definitions = [b"( 2.5.4.20 NAME 'telephoneNumber' SYNTAX '1.3.6.1.4.1.1466.115.121.1.15' SINGLE-VALUE )"]
    directory = FakeDirectory(schema=[{"attributeTypes": definitions}])
    assert learned(directory, times=3) == frozenset()
    assert len(directory.searches) == 2


@pytest.mark.parametrize(
    ("number", "key"),
    [("+49 (30) 23-125", "+49(30)23125"), ("01.44/55", "01.44/55"), (" - ", ""), ("A\u00a0b", "A\u00a0b")],
)
def test_a_key_has_no_blanks_and_hyphens(number: str, key: str) -> None:
    assert number_key(number) == key
