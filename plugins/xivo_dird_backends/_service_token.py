"""The token of a service account, with which a source queries a server of the platform (contract section 1.2)."""

import json
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import NamedTuple

from typing_extensions import override

from xivo_dird.backend import Deadline, HttpClient, SourceUnavailable, basic_authorization
from xivo_dird_backends._json_fields import json_object, json_text
from xivo_dird_backends._renewed_token import RenewedToken
from xivo_dird_backends._renewed_value import IssuedValue

TOKEN_SECONDS = 21600


class SourceAccount(NamedTuple):
    """The name and the password of a service account."""

    username: str
    password: str

    def authorization(self) -> str:
        """Return the header `Authorization` (RFC 7617)."""
        return basic_authorization(f"{self.username}:{self.password}")

    def __repr__(self) -> str:
        """Return a text without the password."""
        return f"SourceAccount({self.username!r})"


class SourceToken(RenewedToken):
    """A token of the authentication server of the platform."""

    def __init__(
        self,
        client: HttpClient,
        url: str,
        account: Callable[[], SourceAccount],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create it without a token.

        Args:
            client: Sends requests to the authentication server.
            url: The URL of tokens.
            account: Returns the account; called for each new token.
            clock: Returns the time in seconds.
        """
        super().__init__(url, clock)
        self._client = client
        self._url = url
        self._account = account

    @override
    def request_token(self, deadline: Deadline) -> IssuedValue[str]:
        """Return a new token of the account.

        Raises:
            SourceUnavailable: The server refuses the account, or does not answer.
            InvalidSource: The account may not be read.
        """
        account = self._account()
        headers = {"Authorization": account.authorization(), "Content-Type": "application/json"}
        body = json.dumps({"expiration": TOKEN_SECONDS}).encode()
        response = self._client.request("POST", self._url, headers=headers, body=body, deadline=deadline)
        if response.status == HTTPStatus.UNAUTHORIZED:
            raise SourceUnavailable(
                f"{self._url} refuses the service account (401): check the user name and the password,"
                " or the key file, in `auth`"
            )
        data = json_object(json_object(response.require_success().json()).get("data"))
        return IssuedValue(json_text(data.get("token")), TOKEN_SECONDS)
