"""Fixtures: books with given numbers, as a file, a phonebook and personal contacts; and a telephone system."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from number_tables import OpenBook
from servers.pbx import Pbx, pbx_conference, pbx_user
from stored import DATABASE_LIMITS, USER_CALLER, personal_service, stored
from xivo_dird.backend import AnyBackend, DialPlan, Environment, StoredContacts
from xivo_dird.database.engine import Database
from xivo_dird.events.service import EventService
from xivo_dird.phonebooks.model import PhonebookDraft
from xivo_dird.phonebooks.service import PhonebookContactService, PhonebookService
from xivo_dird.testing import CALLER, TestedSource, open_source
from xivo_dird_backends.csv.backend import CsvBackend
from xivo_dird_backends.personal import PersonalBackend
from xivo_dird_backends.phonebook import PhonebookBackend

COLUMNS = {"first_matched_columns": ["number"]}


@pytest.fixture
def store(db_uri: str) -> Iterator[Database]:
    database = Database(db_uri, DATABASE_LIMITS)
    yield database
    database.close()


@pytest.fixture
def file_book(tmp_path: Path) -> OpenBook:
    @contextmanager
    def open_book(plan: DialPlan, texts: Sequence[str]) -> Iterator[TestedSource]:
        path = tmp_path / "book.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([["id", "number"], *enumerate(texts)])
        options = {**COLUMNS, "file": str(path), "unique_column": "id"}
        with open_source(CsvBackend, options, tmp_path, {"folders": [tmp_path]}, dial_plan=plan) as source:
            yield source

    return open_book


@pytest.fixture
def phonebook(store: Database, tmp_path: Path) -> OpenBook:
    phonebooks, service = PhonebookService(stored(store)), PhonebookContactService(store, EventService(store))

    @contextmanager
    def open_book(plan: DialPlan, texts: Sequence[str]) -> Iterator[TestedSource]:
        book = phonebooks.create(CALLER.tenant_uuid, PhonebookDraft(name=f"{plan}"))
        for text in texts:
            service.create(CALLER.tenant_uuid, book.uuid, {"number": text})
        contacts = StoredContacts(of_phonebook=service.contacts_of)
        options = {**COLUMNS, "phonebook_uuid": book.uuid}
        with open_source(PhonebookBackend, options, tmp_path, contacts=contacts, dial_plan=plan) as source:
            yield source

    return open_book


@pytest.fixture
def personal_book(store: Database, tmp_path: Path) -> OpenBook:
    service = personal_service(store)

    @contextmanager
    def open_book(plan: DialPlan, texts: Sequence[str]) -> Iterator[TestedSource]:
        service.remove_all(USER_CALLER.user_uuid)
        for text in texts:
            service.create(USER_CALLER, {"number": text})
        contacts = StoredContacts(of_caller=service.contacts_of)
        with open_source(PersonalBackend, COLUMNS, tmp_path, contacts=contacts, dial_plan=plan) as source:
            yield source

    return open_book


CreateBackend = Callable[..., AnyBackend]


@pytest.fixture
def create_backend(tmp_path: Path) -> Iterator[CreateBackend]:
    """Yield a function that creates a backend of a class; it is closed after the test."""
    backends: list[AnyBackend] = []

    def create(kind: type[AnyBackend], options: Mapping[str, object], plan: DialPlan) -> AnyBackend:
        parsed = kind.Options.model_validate(options)
        environment = Environment(
            "source", CALLER.tenant_uuid, kind.Settings(), tmp_path, dial_plan=lambda: plan
        )
        backends.append(kind(parsed, environment))
        return backends[-1]

    yield create
    for backend in backends:
        backend.close()


@pytest.fixture
def pbx() -> Iterator[Pbx]:
    """Yield a telephone system with three users and two conferences."""
    with Pbx() as pbx:
        pbx.users += [
            pbx_user(7, firstname="Ada", lastname="Stern", exten="2045", agent_id=3, line_id=12),
            pbx_user(8, firstname="Éric", lastname="Müller", exten="2046", mobile_phone_number="0612345678"),
            pbx_user(9, lastname="Zürn", exten="2O47", mobile_phone_number="+33 6 99 99 99 99"),
        ]
        pbx.conferences += [
            pbx_conference(1, "Élan", ["4001", "4002"], ["0144556677"]),
            pbx_conference(2, "Board", ["4003", "4001", "RoomX"]),
        ]
        yield pbx
