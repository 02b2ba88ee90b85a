"""Fixtures: Microsoft Entra ID on a loopback port with TLS, and sources of it."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import trustme

from plugins.backends.faulty_source import tls_of
from servers.entra import ACCOUNT, EntraServer
from servers.ports import HOST
from xivo_dird.testing import TestedSource, open_source
from xivo_dird_backends.entra.backend import EntraBackend

OpenEntra = Callable[..., AbstractContextManager[TestedSource]]

COLUMNS = {
    "searched_columns": ["displayName", "numbers", "department"],
    "first_matched_columns": ["businessPhones", "mobilePhone"],
}


class WatchfulEntra(EntraBackend):
    """Looks often whether a refresh is due."""

    check_interval = 0.02


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Return the authority that the sources trust."""
    return trustme.CA()


@pytest.fixture(scope="session")
def tls(authority: trustme.CA) -> ssl.SSLContext:
    """Return the TLS context of the server."""
    return tls_of(authority, HOST)


@pytest.fixture
def entra(tls: ssl.SSLContext) -> Iterator[EntraServer]:
    """Yield an Entra with an empty directory."""
    with EntraServer(tls) as server:
        yield server


@pytest.fixture
def settings(authority: trustme.CA, tmp_path: Path) -> dict[str, object]:
    """Return the settings with which the server is trusted."""
    certificate = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(certificate))
    return {"certificate_folders": [tmp_path], "verify_certificate": str(certificate)}


@pytest.fixture
def open_entra(tmp_path: Path, entra: EntraServer, settings: dict[str, object]) -> OpenEntra:
    """Return a function that opens an entra source, with further options."""

    def open_entra(**options: object) -> AbstractContextManager[TestedSource]:
        complete = {**ACCOUNT, **COLUMNS, "graph_url": entra.url, "login_url": entra.url, **options}
        return open_source(WatchfulEntra, complete, tmp_path, settings)

    return open_entra
