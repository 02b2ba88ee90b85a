"""The access token of the application, from a stand-in for the login server of Microsoft."""

import pytest
import trustme
from cryptography.x509 import load_pem_x509_certificate

from servers.entra import DIRECTORY, token_error, user
from servers.graph import error
from servers.web_server import WebAnswer
from waiting import wait_until
from xivo_dird.exceptions import InvalidSource, SourceUnavailable

ADA = user("u1", "Ada", "Stern")
REQUESTS = 5
"""More requests for a token than a test causes: the source tries again in the background."""


@pytest.fixture(scope="module")
def certificate():
    """Return a key with its certificate, and the certificate alone."""
    issued = trustme.CA(key_type=trustme.KeyType.RSA).issue_cert("dird", key_type=trustme.KeyType.RSA)
    return issued.private_key_and_cert_chain_pem.bytes().decode(), issued.cert_chain_pems[0].bytes()


def test_one_token_serves_many_refreshes(open_entra, entra):
    entra.users.put(ADA)
    with open_entra(refresh_seconds=1) as source:
        assert source.search("ada")
        wait_until(lambda: len(entra.calls()) >= 2)
    assert entra.issued() == 1


def test_a_refused_token_is_renewed_once(open_entra, entra):
    entra.users.put(ADA)
    with open_entra(refresh_seconds=1) as source:
        assert source.search("ada")
        entra.valid_tokens.clear()
        entra.users.put(user("u2", "Bob"))
        wait_until(lambda: source.search("bob"))
    assert entra.issued() == 2


def test_a_permission_that_is_granted_later_takes_effect_with_a_new_token(open_entra, entra):
    entra.users.put(ADA)
    entra.users.refusal = error(403, "Authorization_RequestDenied")
    with open_entra(refresh_seconds=1) as source:
        with pytest.raises(SourceUnavailable, match="admin consent"):
            source.search("")
        entra.valid_tokens.clear()
        entra.users.refusal = None
        wait_until(lambda: is_found(source, "ada"))
    tokens = [request.headers.get("authorization") for request in entra.requests]
    assert tokens.count("Bearer access-1") == 1


def is_found(source, term):
    try:
        return bool(source.search(term))
    except SourceUnavailable:
        return False


def test_a_server_that_refuses_every_token_is_asked_twice(open_entra, entra):
    foreign = WebAnswer(200, {"token_type": "Bearer", "expires_in": 3599, "access_token": "foreign"})
    entra.token_answers += [foreign, foreign]
    with open_entra() as source, pytest.raises(SourceUnavailable, match="InvalidAuthenticationToken"):
        source.search("")
    assert entra.issued() == 2


def test_a_certificate_stands_in_for_the_secret(open_entra, entra, certificate):
    """The server verifies the signature of the assertion, its issuer and its audience."""
    key_and_certificate, alone = certificate
    entra.certificate = load_pem_x509_certificate(alone)
    entra.users.put(ADA)
    with open_entra(client_secret=None, client_certificate=key_and_certificate) as source:
        assert source.search("ada")
    assert "client_secret" not in next(
        request.form for request in entra.requests if request.path.endswith("/token")
    )


@pytest.mark.parametrize("text", ["x", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])
def test_a_certificate_that_can_t_be_used_is_refused_without_its_text(open_entra, text):
    with (
        open_entra(client_secret=None, client_certificate=text) as source,
        pytest.raises(InvalidSource, match="client_certificate") as raised,
    ):
        source.search("")
    assert "AAAA" not in str(raised.value)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (token_error(7000215, "invalid_client"), r"AADSTS7000215: client_secret is wrong.*the value"),
        (token_error(7000222, "invalid_client"), r"AADSTS7000222: .*expired"),
        (token_error(700016, "unauthorized_client"), r"AADSTS700016: .*client_id"),
        (token_error(90002, "invalid_tenant"), r"AADSTS90002: .*directory_id"),
        (token_error(65001, "invalid_grant"), r"AADSTS65001: .*admin consent"),
        (token_error(99999, "x"), r"AADSTS99999: look the code up.*trace id 22222222-2222"),
        (WebAnswer(400, {"error": "invalid_client", "error_description": "AADSTS7000222: x"}), "7000222"),
        (WebAnswer(400, {"error_codes": ["x", None], "error_description": 5}), "status 400"),
        (WebAnswer(400, b"<html>"), "status 400"),
    ],
)
def test_a_refused_application_is_explained(open_entra, entra, answer, text):
    entra.token_answers += [answer] * REQUESTS
    with open_entra() as source, pytest.raises(SourceUnavailable, match=text):
        source.search("")


def test_an_unknown_directory_is_explained(open_entra, entra):
    with (
        open_entra(directory_id="nobody.example") as source,
        pytest.raises(SourceUnavailable, match="AADSTS90002"),
    ):
        source.search("")
    assert entra.issued() == 0


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"access_token": ""},
        {"access_token": "a\nb", "expires_in": 3599},
        {"access_token": 5, "expires_in": 3599},
        {"access_token": "é", "expires_in": 3599},
        {"access_token": "a", "expires_in": "soon"},
        {"access_token": "a", "expires_in": [1]},
        {"access_token": "a", "expires_in": 10**400},
        {"error": "x", "access_token": None},
        {"id_token": "a.b.c", "access_token": "a", "expires_in": 3599, "client_info": "%%%"},
        {"id_token": 5, "access_token": "a", "expires_in": None},
        b'{"access_token": "a", "expires_in": 1e999}',
        b'{"access_token": "a", "expires_in": NaN}',
        b'{"access_token": "a", "expires_in": 9' + b"0" * 400 + b"}",
        b'{"access_token": "a", "access_token": null, "expires_in": 3599}',
        b"[" * 100_000,
    ],
)
def test_an_answer_without_a_usable_token_is_an_error(open_entra, entra, answer):
    entra.token_answers += [WebAnswer(200, answer)] * REQUESTS
    with open_entra() as source, pytest.raises(SourceUnavailable, match=entra.url):
        source.search("")


@pytest.mark.parametrize(
    "endpoint", ["https://evil.example/token", "http://127.0.0.1:1/x/token", "x", 5, None]
)
def test_a_secret_is_sent_to_the_login_server_only(open_entra, entra, endpoint):
    entra.token_endpoint = endpoint
    with open_entra() as source, pytest.raises(SourceUnavailable):
        source.search("")
    assert {request.path for request in entra.requests} == {
        f"/{DIRECTORY}/v2.0/.well-known/openid-configuration"
    }
