"""Tests of the authenticator `wazo_auth` over HTTPS: verification and timeouts."""

import ssl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import trustme

from servers.auth_server import AuthServer, DropReusedConnections, Trickle
from waiting import TIMEOUT, assert_prompt
from xivo_dird.authenticator import AuthServerUnreachable, InvalidConfiguration, TenantTree
from xivo_dird_authenticators.wazo_auth.authenticator import WazoAuthAuthenticator, WazoAuthSettings

TENANT = "11111111-1111-4111-8111-11111111111a"
READ = "dird.status.read"
TOKEN = "s3cret-token"


def connect_to(server: AuthServer, **settings: object) -> WazoAuthAuthenticator:
    merged = WazoAuthSettings.model_validate({**server.settings(), "timeout": TIMEOUT, **settings})
    authenticator = WazoAuthAuthenticator(merged, TenantTree({}))
    authenticator.start()
    return authenticator


def outage(authenticator: WazoAuthAuthenticator) -> str:
    with pytest.raises(AuthServerUnreachable) as caught:
        authenticator.authenticate(TOKEN, READ, None)
    return str(caught.value.details["original_error"])


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Return a certificate authority that no system trusts."""
    return trustme.CA()


@pytest.fixture
def https_server(authority: trustme.CA) -> Iterator[AuthServer]:
    """Yield an HTTPS server that has a certificate of `authority` and the token `TOKEN`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with AuthServer(tls=context) as server:
        server.add_token(TOKEN, tenant_uuid=TENANT)
        yield server


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> str:
    """Return the path of a CA bundle that `https_server` can be verified with."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return str(tmp_path / "ca.pem")


def test_the_server_is_verified_with_a_bundle(https_server: AuthServer, bundle: str) -> None:
    with closing(connect_to(https_server, verify_certificate=bundle)) as authenticator:
        assert authenticator.authenticate(TOKEN, READ, None).tenant_uuid == TENANT


def test_the_server_is_verified_by_default(https_server: AuthServer) -> None:
    with closing(connect_to(https_server)) as authenticator:
        assert "certificate is not accepted" in outage(authenticator)
    assert https_server.requests == []


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_verification_can_be_disabled(https_server: AuthServer) -> None:
    with closing(connect_to(https_server, verify_certificate=False)) as authenticator:
        assert authenticator.authenticate(TOKEN, READ, None).tenant_uuid == TENANT


def test_a_response_sent_byte_by_byte_causes_a_timeout(https_server: AuthServer, bundle: str) -> None:
    https_server.fault = Trickle(pause=0.1)
    with (
        closing(connect_to(https_server, verify_certificate=bundle, timeout=0.3)) as authenticator,
        assert_prompt(),
    ):
        assert "no complete answer" in outage(authenticator)


def test_a_closed_pooled_connection_is_replaced(https_server: AuthServer, bundle: str) -> None:
    https_server.fault = DropReusedConnections()
    with closing(connect_to(https_server, verify_certificate=bundle)) as authenticator:
        for _ in range(3):
            authenticator.authenticate(TOKEN, READ, None)


def test_an_unusable_ca_bundle_is_named_at_start(server: AuthServer, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.touch()
    for bundle in (empty, tmp_path / "missing.pem"):
        with pytest.raises(InvalidConfiguration, match=r"auth\.verify_certificate") as caught:
            connect_to(server, https=True, verify_certificate=str(bundle))
        assert str(bundle) in str(caught.value)
