"""The token of a service account, with which a source queries a server of the platform (contract section 1.2)."""

import json
import math
import time
from collections.abc import Callable
from http import HTTPStatus
from threading import Lock
from typing import NamedTuple

from xivo_dird.backend import Deadline, HttpClient, SourceUnavailable, basic_authorization
from xivo_dird_backends._json_fields import json_object, json_text

TOKEN_SECONDS = 21600
RENEWAL_SECONDS = 0.8 * TOKEN_SECONDS
RETRY_SECONDS = 32.0
"""Seconds for which a token is used after a renewal has failed, before the next attempt."""


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


class _Token(NamedTuple):
    text: str
    renewal_at: float
    end: float


class _FailedRenewal(NamedTuple):
    message: str
    at: float


class SourceToken:
    """Requests the token when it is needed; shared by threads, of which one requests it for all."""

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
        self._client = client
        self._url = url
        self._account = account
        self._clock = clock
        self._lock = Lock()
        self._token: _Token | None = None
        self._failure = _FailedRenewal("", -math.inf)

    def get(self, deadline: Deadline, refused: str | None = None) -> str:
        """Return a token: at 80 % of the life of the last one a new one, if the server gives one.

        Args:
            deadline: When to stop waiting.
            refused: A token that a server has refused, which is replaced unless that has been done.

        Raises:
            SourceUnavailable: There is none; the message has neither a token nor a password.
            InvalidSource: The account may not be read.
        """
        began_at = self._clock()
        text = self._current(refused)
        if text is not None:
            return text
        if not self._lock.acquire(timeout=deadline.remaining()):
            raise SourceUnavailable(f"{self._url}: no token within {deadline.timeout:g} s")
        try:
            return self._current(refused) or self._renew(refused, began_at, deadline)
        finally:
            self._lock.release()

    def _current(self, refused: str | None) -> str | None:
        """Return the token, None if it has to be renewed or was refused."""
        token = self._token
        if token is None or token.text == refused or self._clock() >= token.renewal_at:
            return None
        return token.text

    def _renew(self, refused: str | None, began_at: float, deadline: Deadline) -> str:
        """Request a token; share the failure of a request that another thread began meanwhile."""
        if self._failure.at >= began_at:
            raise SourceUnavailable(self._failure.message)
        try:
            text = self._request(deadline)
        except SourceUnavailable as error:
            now, token = self._clock(), self._token
            if token is not None and token.text != refused and now < token.end:
                self._token = token._replace(renewal_at=now + RETRY_SECONDS)
                return token.text
            self._failure = _FailedRenewal(error.message, now)
            raise
        now = self._clock()
        self._token = _Token(text, now + RENEWAL_SECONDS, now + TOKEN_SECONDS)
        return text

    def _request(self, deadline: Deadline) -> str:
        account = self._account()
        headers = {"Authorization": account.authorization(), "Content-Type": "application/json"}
        body = json.dumps({"expiration": TOKEN_SECONDS}).encode()
        response = self._client.request("POST", self._url, headers=headers, body=body, deadline=deadline)
        if response.status == HTTPStatus.UNAUTHORIZED:
            raise SourceUnavailable(
                f"{self._url} refuses the service account (401): check the user name and the password,"
                " or the key file, in `auth`"
            )
        text = json_text(json_object(json_object(response.require_success().json()).get("data")).get("token"))
        if not (text.isascii() and text.isprintable()) or not text.strip():
            raise SourceUnavailable(f"{self._url} answered no token that can be used")
        return text
