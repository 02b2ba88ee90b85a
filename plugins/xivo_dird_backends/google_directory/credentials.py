"""The access token of a service account that acts for a user (domain-wide delegation), by google-auth."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from typing_extensions import override

from xivo_dird.backend import Deadline, HttpClient, InvalidSource, SourceUnavailable
from xivo_dird_backends._cloud_answers import CloudRefused, error_body, successful_json
from xivo_dird_backends._json_fields import json_text
from xivo_dird_backends._private_key import read_private_key
from xivo_dird_backends._renewed_token import RenewedToken
from xivo_dird_backends._renewed_value import IssuedValue, believable_life
from xivo_dird_backends.google_directory.options import ServiceAccountKey

SCOPE = "https://www.googleapis.com/auth/directory.readonly"

MEANINGS = {
    "invalid_grant": ": check that `subject` is a user of the domain, that the key was not deleted, and the clock of"
    " this machine",
    "invalid_client": ": the service account or its key was deleted; create a new key",
}
"""What codes of the token endpoint mean."""

_CODE = re.compile(r"[a-z_]{1,64}")


@dataclass(frozen=True, slots=True)
class DoorResponse:
    """A response in the form that google-auth reads."""

    status: int
    headers: Mapping[str, str]
    data: bytes


class GoogleToken(RenewedToken):
    """The access token for the directory."""

    def __init__(self, client: HttpClient, key: ServiceAccountKey, subject: str, token_uri: str) -> None:
        """Check where the key is used; nothing is requested yet.

        Raises:
            InvalidSource: Its tokens come from another server.
        """
        super().__init__(token_uri)
        if key.token_uri != token_uri:
            raise InvalidSource(
                "service_account_key: its token_uri is not that of backends.google_directory.token_uri"
            )
        self._client = client
        self._key = key
        self._subject = subject
        self._token_uri = token_uri

    @override
    def request_token(self, deadline: Deadline) -> IssuedValue[str]:
        """Return a new token.

        Raises:
            SourceUnavailable: Google refuses the account, or does not answer.
        """
        from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415 - only for sources of this kind
        from google.oauth2.service_account import Credentials  # noqa: PLC0415

        def send(
            url: str,
            method: str = "GET",
            body: bytes | None = None,
            headers: Mapping[str, str] | None = None,
            timeout: float | None = None,  # noqa: ARG001 - the deadline is shorter
        ) -> DoorResponse:
            return self._send(method, url, headers or {}, body, deadline)

        key = self._key
        info = {
            "client_email": key.client_email,
            "private_key": key.private_key.get_secret_value(),
            "private_key_id": key.private_key_id,
            "token_uri": self._token_uri,
        }
        try:
            read_private_key(info["private_key"])
            credentials = Credentials.from_service_account_info(info, scopes=[SCOPE], subject=self._subject)
        except (GoogleAuthError, ValueError, TypeError):
            raise SourceUnavailable("service_account_key: its private_key can't be used") from None
        try:
            credentials.refresh(send)
        except (GoogleAuthError, ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            reason = f"answered nothing that google-auth can use ({type(error).__name__})"
            raise SourceUnavailable(f"{self._token_uri} {reason}") from None  # the cause quotes the answer
        return IssuedValue(json_text(credentials.token), _seconds_until(credentials.expiry))

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, deadline: Deadline
    ) -> DoorResponse:
        """Send a request through the door of the source; an error ends the attempt, so that nothing is repeated."""
        response = self._client.request(method, url, headers=headers, body=body, deadline=deadline)
        try:
            successful_json(response)
        except CloudRefused as error:
            code = json_text(error_body(response).get("error"))
            raise SourceUnavailable(f"{error}{self._meaning(code)}") from error
        return DoorResponse(response.status, response.headers, response.body)

    def _meaning(self, code: str) -> str:
        """Return what an error of the server means, and what to do."""
        if code == "unauthorized_client":
            return (
                " (unauthorized_client): the service account has no domain-wide delegation; enter the client id"
                f" {self._key.client_id} with the scope {SCOPE} in the admin console, and wait some minutes"
            )
        meaning = MEANINGS.get(code, "")
        return f" ({code}){meaning}" if _CODE.fullmatch(code) else ""


def _seconds_until(expiry: datetime | None) -> float:
    """Return the seconds until a time of UTC without a zone."""
    seconds = None if expiry is None else (expiry.replace(tzinfo=UTC) - datetime.now(UTC)).total_seconds()
    return believable_life(seconds)
