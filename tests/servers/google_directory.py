"""A stand-in for the directory of a Google Workspace domain, and for the tokens of its service account.

with GoogleDirectoryServer() as google:
    google.people.put(person("p1", "Ada Stern", [("work", "555 0101")]))
    ... settings: {"endpoint": google.url, "token_uri": google.token_uri}
    ... options: {"service_account_key": google.key_file(), "subject": SUBJECT}
"""

import base64
import json
import time
from collections.abc import Mapping
from functools import cache
from itertools import count
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from servers.google_people import GoogleBook, error
from servers.web_server import WebAnswer, WebRequest, WebServer

SUBJECT = "directory@example.org"
EMAIL = "dird@project.iam.gserviceaccount.com"
CLIENT_ID, KEY_ID = "103456789012345678901", "0123456789abcdef"
SCOPE = "https://www.googleapis.com/auth/directory.readonly"
AUDIENCE = "https://oauth2.googleapis.com/token"
GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
READ_MASK = "names,emailAddresses,phoneNumbers,organizations,metadata"
PROFILES, CONTACTS = "DIRECTORY_SOURCE_TYPE_DOMAIN_PROFILE", "DIRECTORY_SOURCE_TYPE_DOMAIN_CONTACT"


@cache
def private_key() -> rsa.RSAPrivateKey:
    """Return the key of the service account. It is short, since each load of a long one takes 40 ms."""
    return rsa.generate_private_key(65537, 1024)


def key_file(token_uri: str, **changes: object) -> str:
    """Return the content of the key file of the service account."""
    pem = private_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    key = {
        "type": "service_account",
        "project_id": "project",
        "private_key_id": KEY_ID,
        "private_key": pem,
        "client_email": EMAIL,
        "client_id": CLIENT_ID,
        "token_uri": token_uri,
    }
    return json.dumps({**key, **changes})


class GoogleDirectoryServer(WebServer):
    """The token endpoint and the People API in one; a repeated parameter is read as its last value."""

    def __init__(self, page_size: int = 1000) -> None:
        super().__init__(self._route)
        self.page_size = page_size
        self.people = GoogleBook()
        self.shared = GoogleBook()
        """The contacts that an administrator shares with the domain."""
        self.token_uri = f"{self.url}/token"
        self.token_answers: list[WebAnswer] = []
        """Answers to the next requests for tokens."""
        self.failures: list[WebAnswer] = []
        """Answers to the next requests for people."""
        self.repeats_pages = False
        self.valid_tokens: set[str] = set()
        self._numbers = count(1)

    def key_file(self, **changes: object) -> str:
        """Return the content of the key file of the service account."""
        return key_file(self.token_uri, **changes)

    def issued(self) -> int:
        """Return how many tokens were requested."""
        return len([request for request in self.requests if request.path == "/token"])

    def syncs(self) -> list[str | None]:
        """Return the sync token of each list that was begun, None for a list of everything."""
        lists = [request.query for request in list(self.requests) if "readMask" in request.query]
        return [query.get("syncToken") for query in lists if "pageToken" not in query]

    def _route(self, request: WebRequest) -> WebAnswer:
        if request.path == "/token":
            return self.token_answers.pop(0) if self.token_answers else self._token(request)
        if self.failures:
            return self.failures.pop(0)
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.valid_tokens:
            return error(401, "UNAUTHENTICATED")
        if request.path == "/v1/people:listDirectoryPeople":
            return self._listed(request)
        return error(404, "NOT_FOUND")

    def _token(self, request: WebRequest) -> WebAnswer:
        try:
            header, claims = _verified(request.form.get("assertion", ""))
        except (InvalidSignature, ValueError):
            return WebAnswer(400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."})
        is_right = (claims["iss"], claims["scope"], claims["aud"]) == (EMAIL, SCOPE, AUDIENCE)
        is_timely = claims["iat"] - 60 < time.time() < claims["exp"] <= claims["iat"] + 3600
        is_known = (header["alg"], header["kid"]) == ("RS256", KEY_ID)
        if not (is_right and is_timely and is_known) or request.form.get("grant_type") != GRANT_TYPE:
            return WebAnswer(401, {"error": "unauthorized_client"})
        if claims.get("sub") != SUBJECT:
            return WebAnswer(400, {"error": "invalid_grant", "error_description": "Invalid email or User ID"})
        token = f"access-{next(self._numbers)}"
        self.valid_tokens.add(token)
        return WebAnswer(200, {"token_type": "Bearer", "expires_in": 3599, "access_token": token})

    def _listed(self, request: WebRequest) -> WebAnswer:
        query = request.query
        if query.get("readMask") != READ_MASK or query.get("pageSize") != "1000":
            return error(400, "INVALID_ARGUMENT")
        token = query.get("syncToken")
        if token in self.people.expired_tokens:
            return error(400, "FAILED_PRECONDITION", "EXPIRED_SYNC_TOKEN")
        people = list(self.people.people.values())
        if token is not None:
            people = self.people.history[int(token.removeprefix("sync-")) :]
        elif query.get("sources") == CONTACTS:
            people += self.shared.people.values()
        start = int(query.get("pageToken", "0"))
        end = start + self.page_size
        answer: dict[str, object] = {"people": people[start:end]} if people[start:end] else {}
        if self.repeats_pages:
            answer["nextPageToken"] = "0"
        elif end < len(people):
            answer["nextPageToken"] = str(end)
        elif query.get("requestSyncToken") == "true":
            answer["nextSyncToken"] = self.people.sync_token
        return WebAnswer(200, answer)


def _verified(assertion: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return header and claims of a JWT.

    Raises:
        InvalidSignature: It is not signed with the key of the service account.
        ValueError: It is no JWT.
    """
    signed, _, signature = assertion.rpartition(".")
    key = private_key().public_key()
    key.verify(_decoded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    header, claims = (json.loads(_decoded(part)) for part in signed.split("."))
    return header, claims


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
