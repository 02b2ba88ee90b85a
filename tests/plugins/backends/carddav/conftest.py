"""Fixtures: a stand-in server, and a backend that reads it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from servers.card_server import CardServer, card
from xivo_dird.backend import Entry, Environment, ReadReport
from xivo_dird_backends._certificates import CertificateSettings
from xivo_dird_backends.carddav.backend import CarddavBackend

Read = tuple[list[str], ReadReport]


@pytest.fixture
def server() -> Iterator[CardServer]:
    """Run a stand-in server."""
    with CardServer() as server:
        yield server


@pytest.fixture
def make_backend(tmp_path) -> Iterator[Callable[..., CarddavBackend]]:
    """Yield a function that creates backends, which share a folder; they are closed after the test."""
    with ExitStack() as backends:

        def make_backend(options, **changes) -> CarddavBackend:
            parsed = CarddavBackend.Options.model_validate({"name": "books", **options, **changes})
            environment = Environment("source", "tenant", CertificateSettings(), tmp_path / "state")
            backend = CarddavBackend(parsed, environment)
            backends.callback(backend.close)
            return backend

        yield make_backend


@pytest.fixture
def book(server):
    """Add an address book with three people."""
    book = server.add_book("crew")
    for name in ("Ada", "Bob", "Eve"):
        book.put(name.lower(), card(name))
    return book


@pytest.fixture
def backend(server, book, make_backend):
    """Create a backend that reads the book."""
    return make_backend(server.options, url=f"{server.url}{book.path}")


def entries_of(backend: CarddavBackend) -> list[Entry]:
    return list(backend.entries(None))


def names_of(backend: CarddavBackend) -> list[str]:
    """Return the names of the people, sorted."""
    return sorted(str(entry["name"]) for entry in entries_of(backend))


def read(backend: CarddavBackend) -> Read:
    """Return the names of the people, sorted, and the report."""
    entries = backend.entries(None)
    return sorted(str(entry["name"]) for entry in entries), entries.report()
