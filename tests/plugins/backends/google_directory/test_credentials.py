"""The access token of a service account, from a stand-in that verifies signature and claims."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from servers.google_directory import CLIENT_ID, SCOPE, key_file
from servers.google_people import person
from servers.web_server import WebAnswer
from waiting import wait_until
from xivo_dird.exceptions import InvalidSource, SourceUnavailable

ADA = person("p1", "Ada Stern")
REQUESTS = 5
"""More requests for a token than a test causes: the source tries again in the background."""


def test_a_refused_token_is_renewed_once(open_directory, google):
    google.people.put(ADA)
    with open_directory(refresh_seconds=1) as source:
        assert source.search("ada")
        google.valid_tokens.clear()
        google.people.put(person("p2", "Bob"))
        wait_until(lambda: source.search("bob"))
    assert google.issued() == 2


def test_a_server_that_refuses_every_token_is_asked_twice(open_directory, google):
    foreign = WebAnswer(200, {"token_type": "Bearer", "expires_in": 3599, "access_token": "foreign"})
    google.token_answers += [foreign, foreign, foreign]
    with open_directory() as source, pytest.raises(SourceUnavailable, match="UNAUTHENTICATED"):
        source.search("")
    assert google.issued() == 2


@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        (
            WebAnswer(401, {"error": "unauthorized_client"}),
            f"client id {CLIENT_ID} with the scope {SCOPE} in",
        ),
        (WebAnswer(400, {"error": "invalid_grant"}), "invalid_grant.*`subject` is a user"),
        (WebAnswer(401, {"error": "invalid_client"}), "invalid_client.*new key"),
        (WebAnswer(400, {"error": "other_code", "error_description": "Ada"}), r"400 \(other_code\)$"),
        (WebAnswer(400, {"error": "Text for people"}), "400$"),
        (WebAnswer(400, {"error": 5}), "400$"),
        (WebAnswer(400, b"<html>"), "400$"),
        (WebAnswer(500, {"error": "internal_failure"}), r"500"),
    ],
)
def test_a_refused_account_is_explained_after_one_request(open_directory, google, answer, advice):
    google.token_answers.append(answer)
    with open_directory() as source, pytest.raises(SourceUnavailable, match=advice):
        source.search("")
    assert google.issued() == 1


def test_an_unknown_subject_is_explained(open_directory, google):
    with (
        open_directory(subject="nobody@example.org") as source,
        pytest.raises(SourceUnavailable, match="invalid_grant"),
    ):
        source.search("")


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"access_token": "", "expires_in": 3599},
        {"access_token": "a\nb", "expires_in": 3599},
        {"access_token": 5, "expires_in": 3599},
        {"access_token": ["a"], "expires_in": "soon"},
        {"access_token": "a", "expires_in": [1]},
        {"access_token": "a", "expires_in": 10**30},
        b'{"access_token": "a", "expires_in": 1e999}',
        b'{"access_token": "a", "expires_in": NaN}',
        b'{"access_token": "a", "access_token": null, "expires_in": 3599}',
        b"[" * 100_000,
    ],
)
def test_an_answer_without_a_usable_token_is_an_error(open_directory, google, answer):
    google.token_answers += [WebAnswer(200, answer)] * REQUESTS
    with open_directory() as source, pytest.raises(SourceUnavailable, match=google.url):
        source.search("")


def test_a_token_without_an_end_is_used(open_directory, google):
    google.valid_tokens.add("endless")
    google.token_answers.append(WebAnswer(200, {"access_token": "endless"}))
    google.people.put(ADA)
    with open_directory() as source:
        assert source.search("ada")


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("no JSON, a-secret", "service_account_key: is not the JSON key file"),
        ("[]", "service_account_key"),
        (json.dumps({"type": "authorized_user", "private_key": "a-secret"}), "look at client_email.*type"),
        (key_file("https://evil.example/token"), "token_uri"),
        (key_file("http://169.254.169.254/token"), "token_uri"),
    ],
)
def test_a_key_that_can_t_be_used_is_refused_without_its_text(open_directory, google, key, text):
    with (
        open_directory(service_account_key=key) as source,
        pytest.raises(InvalidSource, match=text) as raised,
    ):
        source.search("")
    assert "a-secret" not in str(raised.value)
    assert google.requests == []


@pytest.mark.parametrize(
    "pem", ["a-secret", "-----BEGIN PRIVATE KEY-----\na-secret\n-----END PRIVATE KEY-----\n"]
)
def test_a_private_key_that_can_t_be_used_is_an_error_without_its_text(open_directory, google, pem):
    with (
        open_directory(service_account_key=google.key_file(private_key=pem)) as source,
        pytest.raises(SourceUnavailable, match="private_key can't be used") as raised,
    ):
        source.search("")
    assert "a-secret" not in str(raised.value)


def test_another_key_is_refused_by_google(open_directory, google):
    with (
        open_directory(service_account_key=google.key_file(private_key_id="ffff")) as source,
        pytest.raises(SourceUnavailable, match="unauthorized_client"),
    ):
        source.search("")


def test_an_assertion_with_another_signature_is_refused_by_google(open_directory, google):
    other = generate_private_key(65537, 1024)
    pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with (
        open_directory(service_account_key=google.key_file(private_key=pem)) as source,
        pytest.raises(SourceUnavailable, match="invalid_grant"),
    ):
        source.search("")
