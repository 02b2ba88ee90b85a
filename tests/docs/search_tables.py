"""The tables of docs/search.md, and sources of every backend with the contacts that they show."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from index_factory import StandaloneSnapshot
from servers.ldap_people import PEOPLE_DN, LdapEntry
from servers.slapd import Slapd
from stored import USER_CALLER, personal_service, stored
from waiting import TIMEOUT
from xivo_dird.backend import BackendSettings, DialPlan, Environment, StoredContacts
from xivo_dird.database.engine import Database
from xivo_dird.directory.backend_adapter import BackendAdapter
from xivo_dird.directory.opening import NO_CONTACTS
from xivo_dird.directory.query_adapter import QueryBackendAdapter
from xivo_dird.directory.question import Search, SearchTyped, TextSearch
from xivo_dird.directory.snapshot_adapter import SnapshotBackendAdapter
from xivo_dird.events.service import EventService
from xivo_dird.phonebooks.model import PhonebookDraft
from xivo_dird.phonebooks.service import PhonebookContactService, PhonebookService
from xivo_dird.testing import CALLER
from xivo_dird.threads.deadline import Deadline
from xivo_dird_backends.csv.backend import CsvBackend
from xivo_dird_backends.ldap.backend import LdapBackend
from xivo_dird_backends.personal import PersonalBackend
from xivo_dird_backends.phonebook import PhonebookBackend

PAGE = Path(__file__).parents[2] / "docs" / "search.md"
COLUMNS = ("cn", "sn")
_TABLE = re.compile(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`]*)`")
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})|\\U([0-9a-f]{8})")


@dataclass(frozen=True)
class Example:
    """One row: a contact and a term.

    Attributes:
        table: The heading above the table.
        id: The id of the contact, unique among all tables.
        kind: The first cell.
        texts: What is stored, one or two columns.
        term: What is typed.
        in_ldap: Whether LDAP finds the contact.
    """

    table: str
    id: str
    kind: str
    texts: Sequence[str]
    term: str
    in_ldap: bool


def examples() -> list[Example]:
    """Return all rows of the page, in which escapes stand for invisible characters."""
    page = PAGE.read_text(encoding="utf-8")
    return [
        Example(heading, f"{heading}-{number}", *_read_row(row))
        for heading, text in _TABLE.findall(page)
        for number, row in enumerate(re.findall(r"^\| (.*`.*) \|$", text, re.MULTILINE))
    ]


def _read_row(row: str) -> tuple[str, list[str], str, bool]:
    kind, texts, term, in_ldap = row.split(" | ")
    (typed,) = _CODE.findall(term)
    return kind, [*map(_unescape, _CODE.findall(texts))], _unescape(typed), in_ldap == "yes"


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), text)


Ask = Callable[[str, str, str | None], list[str]]
"""(backend, term, country) -> the ids of the contacts found."""


@contextmanager
def sources(rows: Sequence[Example], folder: Path, database: Database) -> Iterator[Ask]:
    """Yield a function that searches sources of every backend, each with the contacts of these rows."""
    country: list[str | None] = [None]

    def environment(settings: BackendSettings, contacts: StoredContacts = NO_CONTACTS) -> Environment:
        return Environment(
            "s", CALLER.tenant_uuid, settings, folder, contacts, dial_plan=lambda: DialPlan(country[0])
        )

    with ExitStack() as opened:
        directory = opened.enter_context(_directory(rows, folder))
        adapters: dict[str, BackendAdapter] = {
            "csv": _csv_source(rows, folder, environment(CsvBackend.Settings(folders=(folder,)))),
            **_stored_sources(rows, database, partial(environment, PersonalBackend.Settings())),
            "ldap": _ldap_source(rows, directory, environment(LdapBackend.Settings())),
        }
        for adapter in adapters.values():
            opened.callback(adapter.close)

        def ask(backend: str, term: str, of_country: str | None, typed: bool = False) -> list[str]:
            country[0] = of_country
            question: TextSearch = SearchTyped(term) if typed else Search(term)
            found = adapters[backend].answer(question, CALLER, Deadline.after(TIMEOUT))
            return [str(entry["uid"]) for entry in found]

        yield ask


def _fields(row: Example) -> dict[str, str]:
    return {"uid": row.id, **dict(zip(COLUMNS, row.texts, strict=False))}


def _csv_source(rows: Sequence[Example], folder: Path, environment: Environment) -> BackendAdapter:
    with (folder / "people.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["uid", *COLUMNS])
        writer.writeheader()
        writer.writerows(map(_fields, rows))
    options = CsvBackend.Options.model_validate(
        {"name": "csv", "file": "people.csv", "unique_column": "uid", "searched_columns": COLUMNS}
    )
    backend = CsvBackend(options, environment)
    snapshot = StandaloneSnapshot(backend, folder / "index")
    return SnapshotBackendAdapter(backend, snapshot, snapshot.threads)


def _stored_sources(
    rows: Sequence[Example], database: Database, environment: Callable[[StoredContacts], Environment]
) -> dict[str, BackendAdapter]:
    personal = personal_service(database)
    phonebooks, contacts = (
        PhonebookService(stored(database)),
        PhonebookContactService(database, EventService(database)),
    )
    phonebook = phonebooks.create(CALLER.tenant_uuid, PhonebookDraft(name="book"))
    for row in rows:
        personal.create(USER_CALLER, _fields(row))
        contacts.create(CALLER.tenant_uuid, phonebook.uuid, _fields(row))
    stored_contacts = StoredContacts(contacts.contacts_of, personal.contacts_of)
    options = {"name": "stored", "searched_columns": COLUMNS, "phonebook_uuid": phonebook.uuid}
    return {
        "personal": QueryBackendAdapter(
            PersonalBackend(PersonalBackend.Options.model_validate(options), environment(stored_contacts))
        ),
        "phonebook": QueryBackendAdapter(
            PhonebookBackend(PhonebookBackend.Options.model_validate(options), environment(stored_contacts))
        ),
    }


def _ldap_source(rows: Sequence[Example], server: Slapd, environment: Environment) -> BackendAdapter:
    options = LdapBackend.Options.model_validate(
        {
            "name": "ldap",
            "ldap_uri": server.uri,
            "ldap_base_dn": Slapd.base_dn,
            "searched_columns": [*COLUMNS, "telephoneNumber"],
            "unique_column": "uid",
            "ldap_network_timeout": TIMEOUT,
            "ldap_timeout": TIMEOUT,
        }
    )
    return QueryBackendAdapter(LdapBackend(options, environment))


@contextmanager
def _directory(rows: Sequence[Example], folder: Path) -> Iterator[Slapd]:
    (folder / "slapd").mkdir()
    with Slapd(folder / "slapd", [_ldap_entry(row) for row in rows], size_limit=5000, tls=False) as server:
        yield server


def _ldap_entry(row: Example) -> LdapEntry:
    """Return an entry; a number is a telephoneNumber, which a server compares by a rule of its own (RFC 4517)."""
    first, *second = row.texts
    is_number = row.table.startswith("Digits of numbers")
    return {
        "dn": [f"uid={row.id.replace(',', '')},{PEOPLE_DN}"],
        "objectClass": ["inetOrgPerson"],
        "uid": [row.id.replace(",", "")],
        "cn": ["number" if is_number else first],
        "sn": second or ["-"],
        **({"telephoneNumber": [first]} if is_number else {}),
    }
