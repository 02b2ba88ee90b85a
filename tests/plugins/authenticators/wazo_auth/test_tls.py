"""The authenticator `wazo_auth` over HTTPS: verified by default, and as patient as over HTTP."""

import ssl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import trustme

from servers.auth_server import AuthServer, DropKeptConnections, Trickle
from waiting import TIMEOUT, promptly
from xivo_dird.authenticator import AuthServerUnreachable, InvalidConfiguration, TenantTree
from xivo_dird_authenticators.wazo_auth.authenticator import WazoAuthAuthenticator, WazoAuthSettings

TENANT = "11111111-1111-4111-8111-11111111111a"
READ = "dird.status.read"
TOKEN = "s3cret-token"


def connected(server: AuthServer, **settings: object) -> WazoAuthAuthenticator:
    options = WazoAuthSettings.model_validate({**server.settings(), "timeout": TIMEOUT, **settings})
    authenticator = WazoAuthAuthenticator(options, TenantTree({}))
    authenticator.start()
    return authenticator


def outage(asked: WazoAuthAuthenticator) -> str:
    with pytest.raises(AuthServerUnreachable) as caught:
        asked.authenticate(TOKEN, READ, None)
    return str(caught.value.details["original_error"])


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """A certificate authority that no system trusts."""
    return trustme.CA()


@pytest.fixture
def https_server(authority: trustme.CA) -> Iterator[AuthServer]:
    """A server behind TLS with a certificate of `authority`; it knows `TOKEN`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with AuthServer(tls=context) as server:
        server.add_token(TOKEN, tenant_uuid=TENANT)
        yield server


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> str:
    """The path of the bundle that makes `https_server` trusted."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return str(tmp_path / "ca.pem")


def test_https_is_verified_with_a_bundle(https_server: AuthServer, bundle: str) -> None:
    with closing(connected(https_server, verify_certificate=bundle)) as asked:
        assert asked.authenticate(TOKEN, READ, None).tenant_uuid == TENANT


def test_https_is_verified_by_default(https_server: AuthServer) -> None:
    with closing(connected(https_server)) as asked:
        assert "CERTIFICATE_VERIFY_FAILED" in outage(asked)
    assert https_server.requests == []


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_https_without_verification_works_when_asked_for(https_server: AuthServer) -> None:
    with closing(connected(https_server, verify_certificate=False)) as asked:
        assert asked.authenticate(TOKEN, READ, None).tenant_uuid == TENANT


def test_https_byte_by_byte_costs_at_most_the_timeout(https_server: AuthServer, bundle: str) -> None:
    https_server.trouble = Trickle(pause=0.1)
    with closing(connected(https_server, verify_certificate=bundle, timeout=0.3)) as asked, promptly():
        assert "no complete answer" in outage(asked)


def test_a_stale_kept_https_connection_is_not_noticed(https_server: AuthServer, bundle: str) -> None:
    https_server.trouble = DropKeptConnections()
    with closing(connected(https_server, verify_certificate=bundle)) as asked:
        for _ in range(3):
            asked.authenticate(TOKEN, READ, None)


def test_a_missing_or_empty_ca_bundle_is_named_at_start(server: AuthServer, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.touch()
    for bundle in (empty, tmp_path / "missing.pem"):
        with pytest.raises(InvalidConfiguration, match=r"auth\.verify_certificate") as caught:
            connected(server, https=True, verify_certificate=str(bundle))
        assert str(bundle) in str(caught.value)
