"""A directory shared by the tests of this folder, and a way to make backends for it that are closed afterwards."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from servers.slapd import Slapd
from waiting import TIMEOUT
from xivo_dird.backend import BackendSettings, Caller, Environment
from xivo_dird_backends.ldap.backend import LdapBackend
from xivo_dird_backends.ldap.options import LdapOptions

MakeBackend = Callable[..., LdapBackend]


@pytest.fixture(scope="package")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    """Run a directory of 200 people, which no test stops or changes."""
    with Slapd(tmp_path_factory.mktemp("slapd")) as server:
        yield server


@pytest.fixture
def caller() -> Caller:
    """Be somebody."""
    return Caller(token="token", tenant_uuid="tenant")


@pytest.fixture
def make_backend(tmp_path: Path) -> Iterator[MakeBackend]:
    """Make backends from options; sensible ones and a long timeout are filled in."""
    made: list[LdapBackend] = []

    def make(uri: str, **options: object) -> LdapBackend:
        complete = {
            "name": "directory",
            "ldap_uri": uri,
            "ldap_base_dn": Slapd.base_dn,
            "searched_columns": ["cn"],
            "first_matched_columns": ["telephoneNumber", "mobile"],
            "unique_column": "uid",
            "ldap_network_timeout": TIMEOUT,
            "ldap_timeout": TIMEOUT,
            **options,
        }
        environment = Environment("source", "tenant", BackendSettings(), tmp_path)
        backend = LdapBackend(LdapOptions.model_validate(complete), environment)
        made.append(backend)
        return backend

    yield make
    for backend in made:
        backend.close()
