"""Tests of numbers in a real directory, which are found in their usual spellings with one search."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from field_cases import NUMBER_CASES
from number_tables import NumberRow, number_rows
from plugins.backends.many_numbers import match_all
from servers.ldap_people import LdapEntry, person
from servers.slapd import Slapd
from waiting import TIMEOUT
from xivo_dird.backend import AlternateSpelling, Caller, Deadline, DialPlan, Outgoing
from xivo_dird.testing import HOSTILE_NUMBERS
from xivo_dird_backends.ldap.backend import LdapBackend
from xivo_dird_backends.ldap.connections import LdapConnection
from xivo_dird_backends.ldap.credentials import PasswordGuard
from xivo_dird_backends.ldap.options import servers_from_options
from xivo_dird_backends.ldap.phone_columns import PhoneColumns
from xivo_dird_backends.ldap.pool import ConnectionPool

MakeBackend = Callable[..., LdapBackend]

NUMBERS = [
    ["1000", "+33 1 44 55 66 77"],
    ["1001", "01 44 55 66 78"],
    ["1002", "0033144556679"],
    ["1003", "+33 (0)1 44 55 66 80"],
    ["1004", "01.44.55.66.81"],
    ["1005", "+33.1.44.55.66.82"],
    ["1006", "(030) 1234567"],
    ["1007", "+49 30 1234567"],
    ["1008", "01 44 55 66 77"],
]


def entries() -> list[LdapEntry]:
    return [
        {**person(number), "telephoneNumber": numbers, "mobile": [f"+33 6 10 00 00 {number:02}"]}
        for number, numbers in enumerate(NUMBERS)
    ]


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    """Yield a running server with numbers in many spellings."""
    with Slapd(tmp_path_factory.mktemp("numbers"), entries=entries()) as server:
        yield server


@pytest.fixture
def backend_in(make_backend: MakeBackend) -> Callable[..., LdapBackend]:
    def make(server: Slapd, country: str | None, **options: object) -> LdapBackend:
        backend = make_backend(server.uri, **options)
        backend.environment = replace(backend.environment, dial_plan=lambda: DialPlan(country))
        return backend

    return make


CASES = [
    ("0144556678", "FR", "user0001"),
    ("+33144556678", "FR", "user0001"),
    ("0033144556678", "FR", "user0001"),
    ("tel:+33-1-44-55-66-78", "FR", "user0001"),
    ("+33(0)144556678", "FR", "user0001"),
    ("+33144556679", "FR", "user0002"),
    ("0144556679", "FR", "user0002"),
    ("0144556680", "FR", "user0003"),
    ("0144556681", "FR", "user0004"),
    ("+33144556681", "FR", "user0004"),
    ("0144556682", "FR", "user0005"),
    ("0610000005", "FR", "user0005"),
    ("+33 6 10 00 00 05", None, "user0005"),
    ("0610000005", None, None),
    ("0144556681", None, None),
    ("0144556681", "DE", None),
    ("+33144556678", None, None),
    ("+49144556678", "FR", None),
    ("1003", "FR", "user0003"),
    ("01003", "FR", None),
    ("+331003", "FR", None),
]


@pytest.mark.parametrize(("exten", "country", "found"), CASES)
def test_a_number_is_found_in_its_usual_spellings(
    numbers: Slapd,
    backend_in: MakeBackend,
    caller: Caller,
    exten: str,
    country: str | None,
    found: str | None,
) -> None:
    backend = backend_in(numbers, country)
    entry = backend.first_match(exten, caller)
    assert (entry and entry["uid"]) == found
    assert match_all(backend, [exten], caller) == ({} if entry is None else {exten: entry})


@pytest.mark.parametrize(
    ("exten", "found", "is_alternate"),
    [
        ("+33144556677", "user0000", False),
        ("0144556677", "user0008", False),
        ("0033144556677", "user0000", True),
    ],
)
def test_an_exact_match_has_priority_over_an_alternate_spelling(
    numbers: Slapd, backend_in: MakeBackend, caller: Caller, exten: str, found: str, is_alternate: bool
) -> None:
    entry = backend_in(numbers, "FR").first_match(exten, caller)
    assert entry is not None
    assert (entry["uid"], isinstance(entry, AlternateSpelling)) == (found, is_alternate)


def test_many_numbers_are_matched_together(numbers: Slapd, backend_in: MakeBackend, caller: Caller) -> None:
    requested = [f"+331445566{number}" for number in range(77, 83)] + ["1006", "+33999999999"]
    found = match_all(backend_in(numbers, "FR"), requested, caller)
    assert {exten: entry["uid"] for exten, entry in found.items()} == {
        **{f"+331445566{77 + number}": f"user{number:04}" for number in range(6)},
        "1006": "user0006",
    }


def test_only_the_formatted_columns_are_returned(
    numbers: Slapd, backend_in: MakeBackend, caller: Caller
) -> None:
    backend = backend_in(numbers, "FR", format_columns={"name": "{cn}"})
    entry = backend.first_match("+33144556681", caller)
    assert entry is not None
    assert set(entry) == {"cn", "uid"}


def test_the_custom_filter_restricts_the_matches(
    numbers: Slapd, backend_in: MakeBackend, caller: Caller
) -> None:
    other_person = backend_in(numbers, "FR", ldap_custom_filter="(uid=user0000)")
    assert other_person.first_match("+33144556681", caller) is None
    assert backend_in(numbers, "FR", ldap_custom_filter="(uid=user0004)").first_match("+33144556681", caller)


def test_a_column_can_be_the_oid_of_an_attribute(
    numbers: Slapd, backend_in: MakeBackend, caller: Caller
) -> None:
    backend = backend_in(numbers, "FR", first_matched_columns=["2.5.4.20"])
    entry = backend.first_match("+33 1 44 55 66 77", caller)
    assert entry is not None
    assert entry["uid"] == "user0000"


@pytest.mark.parametrize("exten", HOSTILE_NUMBERS, ids=ascii)
def test_a_malformed_number_matches_nothing(
    numbers: Slapd, backend_in: MakeBackend, caller: Caller, exten: str
) -> None:
    backend = backend_in(numbers, "FR")
    assert backend.first_match(exten, caller) is None
    assert match_all(backend, [exten], caller) == {}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    """Yield a running server with the numbers of docs/numbers.md, in attributes with both kinds of syntax."""
    rows = ldap_rows()
    people = [
        {**person(number), "telephoneNumber": [row.book], "employeeNumber": [row.book], "mobile": []}
        for number, row in enumerate(rows)
    ]
    with Slapd(tmp_path_factory.mktemp("book"), entries=people) as server:
        yield server


MIXED = ("telephoneNumber", "mobile", "2.5.4.20", "homePhone", "employeeNumber", "cn")


def test_the_schema_of_the_server_shows_which_columns_have_phone_numbers(
    numbers: Slapd, make_backend: MakeBackend
) -> None:
    (server,) = servers_from_options(make_backend(numbers.uri).options)
    pool = ConnectionPool([server], partial(LdapConnection, Outgoing(), PasswordGuard()))
    columns = PhoneColumns(MIXED, pool.search)
    columns.learn(Deadline.after(TIMEOUT))
    pool.close()
    assert columns.names == {"telephoneNumber", "mobile", "2.5.4.20", "homePhone"}


SPELLINGS = ["0144556681", "01 44 55 66 81", "01-44-55-66-81", "01 44-556 681", "0144 55 66 81"]


@pytest.mark.parametrize("written", SPELLINGS)
def test_a_number_is_found_however_blanks_and_hyphens_are_set(
    tmp_path: Path, make_backend: MakeBackend, caller: Caller, written: str
) -> None:
    with Slapd(tmp_path, entries=[{**person(1), "telephoneNumber": [written], "mobile": []}]) as server:
        backend = make_backend(server.uri)
        backend.environment = replace(backend.environment, dial_plan=lambda: DialPlan("FR"))
        for _ in range(2):  # before and after the schema was read
            for asked in ("+33144556681", "01 4455 6681", "33144556681", "0033 1 44 55 66 81"):
                assert backend.first_match(asked, caller), asked
                assert list(match_all(backend, [asked, "01-44-55-66-99"], caller)) == [asked]


def test_a_hidden_schema_leaves_numbers_to_be_found_as_texts(
    tmp_path: Path, make_backend: MakeBackend, caller: Caller
) -> None:
    access = 'access to dn.base="cn=Subschema" by * none\naccess to * by * read'
    with Slapd(tmp_path, entries=entries(), access=access) as server:
        backend = make_backend(server.uri)
        backend.environment = replace(backend.environment, dial_plan=lambda: DialPlan("FR"))
        for _ in range(2):
            entry = backend.first_match("+33144556681", caller)
            assert entry is not None
            assert entry["uid"] == "user0004"


def ldap_rows() -> list[NumberRow]:
    return [row for row in number_rows() if row.section == "LDAP"]


@pytest.mark.parametrize("attribute", ["telephoneNumber", "employeeNumber"])
def test_the_numbers_of_the_page_are_found_in_one_search(
    book: Slapd, make_backend: MakeBackend, caller: Caller, attribute: str
) -> None:
    backend = make_backend(book.uri, first_matched_columns=[attribute])
    wrong = []
    for row in ldap_rows():
        backend.environment = replace(backend.environment, dial_plan=partial(DialPlan, *row.plan))
        entry = backend.first_match(row.asked, caller)
        if (entry is not None and entry[attribute] == row.book) != row.is_found:
            wrong.append((row.asked, row.book, entry))
    assert wrong == []


LDAP_CASES = [case for case in NUMBER_CASES if case.is_in_ldap]


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    """Yield a running server with the contacts of all cases; the department of a contact is its case."""
    contacts = [
        (at, name, number) for at, case in enumerate(LDAP_CASES) for name, number in case.book.items()
    ]
    people = [
        {
            **person(uid),
            "cn": [name],
            "telephoneNumber": [number] if number else [],
            "employeeNumber": [number] if number else [],
            "mobile": [],
            "departmentNumber": [str(at)],
        }
        for uid, (at, name, number) in enumerate(contacts)
    ]
    with Slapd(tmp_path_factory.mktemp("cases"), entries=people) as server:
        yield server


@pytest.mark.parametrize("attribute", ["telephoneNumber", "employeeNumber"])
@pytest.mark.parametrize("at", range(len(LDAP_CASES)), ids=[case.title for case in LDAP_CASES])
def test_the_numbers_that_people_could_not_look_up_are_found(
    cases: Slapd, make_backend: MakeBackend, caller: Caller, at: int, attribute: str
) -> None:
    case, department = LDAP_CASES[at], f"(departmentNumber={at})"
    backend = make_backend(cases.uri, first_matched_columns=[attribute], ldap_custom_filter=department)
    backend.environment = replace(backend.environment, dial_plan=partial(DialPlan, *case.plan))
    found = {asked: backend.first_match(asked, caller) for asked in case.expected}
    assert {asked: entry and entry["cn"] for asked, entry in found.items()} == case.expected
