"""Tokens that a source signs, as a grant and instead of the secret of a client (RFC 7523)."""

import time
from email.utils import formatdate
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1
from pydantic import ValidationError

from plugins.backends.json_ws import samples
from plugins.backends.json_ws.conftest import OpenSource, create
from servers.faulty_http import FaultyHttp, HttpAnswer
from servers.json_people import answer
from servers.json_services import JsonServices
from servers.jwt_endpoint import ISSUER, KEY_ID, curve_key, huge_rsa_key, pem_of, rsa_key
from xivo_dird.backend import InvalidSource, SourceUnavailable
from xivo_dird_backends.json_ws.assertions import Assertion
from xivo_dird_backends.json_ws.auth_options import JsonAuth, JsonJwt
from xivo_dird_backends.json_ws.options import JsonWsOptions

RS_PEM, ES_PEM = pem_of(rsa_key()), pem_of(curve_key())


def as_client(options: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the options of a client that signs a token instead of sending a secret."""
    signed = {"key": RS_PEM, "key_id": KEY_ID, **changes}
    auth = {**options["auth"], "grant_type": "client_credentials", "client_id": ISSUER, "jwt": signed}
    return {**options, "auth": auth}


def error_of(opened: OpenSource, options: dict[str, Any]) -> str:
    """Return the error of a source whose login is refused."""
    with opened(options) as source, pytest.raises(SourceUnavailable) as raised:
        source.search("stern")
    return str(raised.value)


@pytest.mark.parametrize(("algorithm", "key"), [("RS256", rsa_key()), ("ES256", curve_key())])
def test_a_signed_token_is_a_grant(
    services: JsonServices, opened: OpenSource, algorithm: str, key: Any
) -> None:
    services.salesforce.endpoint.public_key = key.public_key()
    with opened(samples.salesforce(services.url, algorithm=algorithm, key=pem_of(key))) as source:
        (found,) = source.search("stern")
    assert (found.fields["name"], found.fields["company"]) == ("Ada Stern", "Acme")
    (claims,) = services.salesforce.endpoint.tokens
    assert claims["exp"] - claims["iat"] == 180


def test_a_signed_token_replaces_the_secret_of_a_client(services: JsonServices, opened: OpenSource) -> None:
    options = as_client(samples.salesforce(services.url))
    services.salesforce.endpoint.audience = options["auth"]["url"]
    with opened(options) as source:
        assert source.search("stern")
    (claims,) = services.salesforce.endpoint.tokens
    assert (claims["iss"], claims["sub"]) == (ISSUER, ISSUER)


def test_each_login_signs_a_new_token_with_the_claims_of_the_source(
    services: JsonServices, opened: OpenSource
) -> None:
    claims = {**samples.salesforce("")["auth"]["jwt"]["claims"], "scope": "a b", "level": 3, "of": ["x"]}
    options = samples.salesforce(services.url, claims=claims, lifetime_seconds=60)
    with opened({**options, "refresh_seconds": 1}) as source:
        assert source.search("stern")
        services.sessions.clear()
        assert source.search("stern")
    (first, *_) = services.salesforce.endpoint.tokens
    assert (first["scope"], first["level"], first["of"]) == ("a b", 3, ["x"])
    assert first["exp"] - first["iat"] == 60


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"key": pem_of(rsa_key(3072))}, "invalid_grant: Signature verification failed"),
        ({"claims": {"iss": ISSUER, "sub": "x", "aud": "y"}}, "invalid_grant: Audience doesn't match"),
        (
            {"claims": {**samples.salesforce("")["auth"]["jwt"]["claims"], "sub": "otto"}},
            "invalid_grant: user hasn't approved this consumer",
        ),
        ({"key_id": None}, "invalid_grant: unknown key"),
        ({"lifetime_seconds": 3600}, "invalid_grant: the token lives too long"),
    ],
)
def test_a_refused_grant_is_explained(
    services: JsonServices, opened: OpenSource, changes: dict[str, Any], message: str
) -> None:
    error = error_of(opened, samples.salesforce(services.url, **changes))
    assert f"the login failed: auth.jwt: answered 400 Bad Request ({message}" in error
    assert not services.salesforce.endpoint.tokens


def test_a_refusal_that_quotes_a_secret_is_not_shown(opened: OpenSource) -> None:
    def respond(request: Any) -> HttpAnswer:
        token = request.body.decode().partition("assertion=")[2].partition("&")[0]
        quoted.append(token)
        return answer({"error": "invalid_grant", "error_description": f"{'x' * 90} {token[:-20]}"}, 400)

    quoted: list[str] = []
    with FaultyHttp(respond) as server:
        error = error_of(opened, samples.salesforce(server.url))
    assert error.endswith("(invalid_grant)")
    assert quoted
    assert quoted[0][:20] not in error


@pytest.mark.parametrize("quoted", ["n0t-for-the-log", "n0t-for-t…", "t-for-the-log%21", "N0T-FOR-THE"])
def test_a_refusal_that_quotes_a_part_of_a_secret_is_not_shown(opened: OpenSource, quoted: str) -> None:
    options = as_client(samples.salesforce(""))
    content = {"error": "invalid_client", "error_description": f"no client with the secret {quoted}"}
    with FaultyHttp(lambda _: answer(content, 401)) as server:
        login = {"url": server.url, "client_secret": "n0t-for-the-log!", "jwt": None}
        error = error_of(opened, {**options, "url": server.url, "auth": {**options["auth"], **login}})
    assert error.endswith("(invalid_client)")


@pytest.mark.parametrize("content", [[], {"error": {"code": 7}}, {"error": "a b"}, {"error": "<script>"}])
def test_an_answer_without_a_code_has_no_explanation(opened: OpenSource, content: Any) -> None:
    with FaultyHttp(lambda _: answer(content, 400)) as server:
        assert error_of(opened, samples.salesforce(server.url)).endswith("answered 400 Bad Request")


def test_a_long_refusal_is_cut(opened: OpenSource) -> None:
    content = {"error": "invalid_grant", "error_description": "no\n" * 1000}
    with FaultyHttp(lambda _: answer(content, 400)) as server:
        error = error_of(opened, samples.salesforce(server.url))
    assert len(error) < 400
    assert "\n" not in error


@pytest.mark.parametrize(("seconds", "shown"), [(3600, "behind"), (-3600, "ahead of"), (5, "")])
def test_a_wrong_clock_is_named_in_a_refusal(opened: OpenSource, seconds: int, shown: str) -> None:
    date = formatdate(time.time() + seconds, usegmt=True)
    with FaultyHttp(lambda _: answer({"error": "invalid_grant"}, 400, Date=date)) as server:
        error = error_of(opened, samples.salesforce(server.url))
    assert ("the clock of this machine is" in error) is bool(shown)
    assert f" s {shown} that of the server" in error or not shown


def test_the_zone_minus_zero_of_a_clock_is_utc(opened: OpenSource, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        with FaultyHttp(lambda _: answer({"error": "invalid_grant"}, 400, Date=formatdate())) as server:
            error = error_of(opened, samples.salesforce(server.url))
    finally:
        monkeypatch.undo()
        time.tzset()
    assert "the clock of this machine" not in error


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"key": "s3cret"}, "auth.jwt.key: needs the PEM text of a private key"),
        ({"key": pem_of(rsa_key(), b"s3cret")}, "auth.jwt.key: needs the PEM text of a private key"),
        ({"key": RS_PEM.replace("PRIVATE", "PUBLIC")}, "auth.jwt.key: needs the PEM text of a private key"),
        ({"key": pem_of(rsa_key(1024))}, "auth.jwt.key: RS256 needs an RSA key with at least 2048 bits"),
        ({"key": pem_of(huge_rsa_key())}, "auth.jwt.key: needs the PEM text of a private key"),
        ({"key": ES_PEM}, "auth.jwt.key: RS256 needs an RSA key"),
        ({"key": RS_PEM, "algorithm": "ES256"}, "auth.jwt.key: ES256 needs a key of the curve P-256"),
        (
            {"key": pem_of(curve_key(SECP384R1)), "algorithm": "ES256"},
            "auth.jwt.key: ES256 needs a key of the curve P-256",
        ),
        ({"claims": {"sub": "x"}}, "auth.jwt.claims: iss is needed"),
        ({"claims": {"iss": 7}}, "auth.jwt.claims: iss is needed"),
        ({"claims": {"iss": ""}}, "auth.jwt.claims: iss is needed"),
    ],
)
def test_a_key_that_can_not_sign_is_refused(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidSource) as raised:
        create(tmp_path, samples.salesforce("http://127.0.0.1", **changes))
    assert raised.value.message.startswith(message)
    assert "s3cret" not in raised.value.message


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"jwt": None}, "auth.jwt: it is needed for oauth2"),
        ({"client_secret": "s", "grant_type": "client_credentials"}, "auth.client_secret: auth.jwt is sent"),
        ({"grant_type": "client_credentials"}, "auth.client_id: it is needed"),
    ],
)
def test_options_of_a_grant_that_do_not_fit_are_refused(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    options = samples.salesforce("http://127.0.0.1")
    with pytest.raises(InvalidSource, match=message):
        create(tmp_path, {**options, "auth": {**options["auth"], **changes}})


@pytest.mark.parametrize(
    "changes",
    [
        {"claims": {"exp": 7}},
        {"claims": {"jti": "x"}},
        {"claims": {"aud": {"a": "b"}}},
        {"algorithm": "none"},
        {"algorithm": "HS256"},
        {"lifetime_seconds": 7200},
        {"key": ""},
    ],
)
def test_values_that_no_token_has_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        JsonJwt.model_validate({"key": RS_PEM, **changes})


def test_the_key_is_in_no_text_of_the_options() -> None:
    options = samples.salesforce("http://127.0.0.1", key="s3cret")
    parsed = JsonWsOptions.model_validate({"name": "crm", **options})
    assert "s3cret" not in repr(parsed) + parsed.model_dump_json()
    assert "s3cret" in str(parsed.stored())


def test_a_token_is_valid_from_the_time_of_the_clock() -> None:
    options = JsonJwt.model_validate({"key": ES_PEM, "algorithm": "ES256", "claims": {"iss": "x"}})
    auth = JsonAuth(type="oauth2", url="http://127.0.0.1", grant_type="jwt_bearer", jwt=options)
    tokens = {Assertion(auth, clock=lambda: 7.5).signed() for _ in range(2)}
    assert len(tokens) == 2
    claims = jwt.decode(tokens.pop(), options={"verify_signature": False})
    assert (claims["iat"], claims["exp"], claims["aud"]) == (7, 187, "http://127.0.0.1")
