"""Fixtures: a web service with people, and backends that use it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from servers.csv_service import CsvService
from servers.faulty_http import FaultyHttp, HttpAnswer
from waiting import TIMEOUT
from xivo_dird.backend import DialPlan, Environment
from xivo_dird_backends.csv_ws.backend import CsvWsBackend
from xivo_dird_backends.csv_ws.options import CsvWsOptions

PEOPLE = (
    {"id": "17", "name": "Ada Stern", "number": "2045", "mobile": "+49 171 5550199"},
    {"id": "18", "name": "Éric Müller", "number": "2046", "mobile": ""},
    {"id": "19", "name": 'Bo, the "Big" Lindström', "number": "+493023125040", "mobile": "2045"},
)

MakeBackend = Callable[..., CsvWsBackend]


@pytest.fixture
def service() -> Iterator[CsvService]:
    """Yield a service that searches for texts that a cell contains."""
    with CsvService(PEOPLE) as service:
        yield service


@pytest.fixture
def make_backend(tmp_path: Path) -> Iterator[MakeBackend]:
    """Yield a function that creates a backend from options; the columns are those of the people."""
    backends: list[CsvWsBackend] = []

    def make(lookup_url: str, *, country: str | None = None, **options: object) -> CsvWsBackend:
        complete = {
            "name": "people",
            "lookup_url": lookup_url,
            "searched_columns": ["name", "number"],
            "first_matched_columns": ["number", "mobile"],
            "unique_column": "id",
            "timeout": TIMEOUT,
            **options,
        }
        settings = CsvWsBackend.Settings(certificate_folders=(tmp_path,))
        environment = Environment("source", "tenant", settings, tmp_path, dial_plan=lambda: DialPlan(country))
        backend = CsvWsBackend(CsvWsOptions.model_validate(complete), environment)
        backends.append(backend)
        return backend

    yield make
    for backend in backends:
        backend.close()


@pytest.fixture
def answering() -> Iterator[Callable[[HttpAnswer], str]]:
    """Yield a function that starts a server with one answer to all requests, and returns its URL."""
    servers: list[FaultyHttp] = []

    def start(answer: HttpAnswer) -> str:
        servers.append(FaultyHttp(lambda _request: answer))
        servers[-1].start()
        return servers[-1].url

    yield start
    for server in servers:
        server.close()
