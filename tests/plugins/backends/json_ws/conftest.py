"""The stand-ins of services, and sources on them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from servers.json_services import JsonServices
from xivo_dird.backend import DialPlan, Environment
from xivo_dird.testing import CALLER, TestedSource, open_source
from xivo_dird_backends.json_ws.backend import JsonWsBackend
from xivo_dird_backends.json_ws.options import JsonWsOptions

OpenSource = Callable[[Mapping[str, Any]], AbstractContextManager[TestedSource]]

URL = "https://crm.example.org/api"


def create(folder: Path, options: dict[str, Any]) -> None:
    """Create a backend, as the daemon does before a client may store a source."""
    parsed = JsonWsOptions.model_validate({"name": "crm", "url": URL, **options})
    backend = JsonWsBackend.of_options(parsed)
    settings = backend.Settings()
    backend(parsed, Environment("source", CALLER.tenant_uuid, settings, folder)).close()


@pytest.fixture
def services() -> Iterator[JsonServices]:
    """Run the services."""
    with JsonServices() as services:
        yield services


@pytest.fixture(scope="module")
def shared_services() -> Iterator[JsonServices]:
    """Run services that no test changes."""
    with JsonServices() as services:
        yield services


@pytest.fixture
def opened(tmp_path: Path) -> OpenSource:
    """Return a function that opens a source, as the daemon does, at a tenant in Germany."""
    numbers = count()

    @contextmanager
    def open_json_source(options: Mapping[str, Any]) -> Iterator[TestedSource]:
        folder = tmp_path / f"state-{next(numbers)}"
        with open_source(JsonWsBackend, options, folder, dial_plan=DialPlan("DE")) as source:
            yield source

    return open_json_source
