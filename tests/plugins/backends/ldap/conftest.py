"""Fixtures: a directory server shared by the tests of this folder, and backends that use it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from servers.slapd import Slapd
from waiting import TIMEOUT
from xivo_dird.backend import Caller, DialPlan, Environment, Outgoing
from xivo_dird_backends.ldap.backend import LdapBackend
from xivo_dird_backends.ldap.options import LdapOptions

MakeBackend = Callable[..., LdapBackend]


@pytest.fixture(scope="package")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    """Yield a running server with 200 people, which tests must not stop or change."""
    with Slapd(tmp_path_factory.mktemp("slapd")) as server:
        yield server


@pytest.fixture
def caller() -> Caller:
    """Return any caller."""
    return Caller(token="token", tenant_uuid="tenant")


@pytest.fixture
def make_backend(open_backend: MakeBackend) -> MakeBackend:
    """Return a function that creates a backend on a server as `Slapd`; by default the timeouts are long."""

    def make(
        uri: str, *, country: str | None = None, outgoing: Outgoing | None = None, **options: object
    ) -> LdapBackend:
        columns = {"searched_columns": ["cn"], "first_matched_columns": ["telephoneNumber", "mobile"]}
        base = {"ldap_uri": uri, "ldap_base_dn": Slapd.base_dn, "unique_column": "uid"}
        return open_backend(country=country, outgoing=outgoing, **{**base, **columns, **options})

    return make


@pytest.fixture
def open_backend(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeBackend]:
    """Yield a function that creates a backend from all its options; by default the timeouts are long."""
    backends: list[LdapBackend] = []
    settings = LdapBackend.Settings(certificate_folders=(tmp_path_factory.getbasetemp(),))

    def make(
        *, country: str | None = None, outgoing: Outgoing | None = None, **options: object
    ) -> LdapBackend:
        timeouts = {"ldap_network_timeout": TIMEOUT, "ldap_timeout": TIMEOUT}
        complete = {"name": "directory", **timeouts, **options}
        environment = Environment(
            "source",
            "tenant",
            settings,
            tmp_path,
            dial_plan=lambda: DialPlan(country),
            outgoing=outgoing or Outgoing(trusts_options=True),
        )
        backend = LdapBackend(LdapOptions.model_validate(complete), environment)
        backends.append(backend)
        return backend

    yield make
    for backend in backends:
        backend.close()
