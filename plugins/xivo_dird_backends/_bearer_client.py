"""Requests with an access token to a cloud, which answers JSON."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from xivo_dird.backend import HttpClient, HttpResponse
from xivo_dird_backends._cloud_answers import successful_json
from xivo_dird_backends._json_fields import JsonObject

AccessToken = Callable[[str | None], str]
"""Returns an access token; a new one, if there can be one, in place of one that was refused."""

QueryParameters = Mapping[str, str | tuple[str, ...]]
"""Parameters of a query; a tuple is a parameter that is repeated."""


class BearerClient:
    """Sends GET requests with an access token (RFC 6750); one that is refused is replaced once.

    A permission that is granted later is only in new tokens: after a 403, the next request begins with a new one.
    """

    def __init__(self, client: HttpClient, access_token: AccessToken) -> None:
        """Create it without a request."""
        self._client = client
        self._access_token = access_token
        self._unprivileged: str | None = None
        self.throttle = client.throttle

    @classmethod
    def of_user(cls, client: HttpClient, access_token: str) -> "BearerClient":
        """Return a client with the access token of a user, which can't be replaced."""
        return cls(client, lambda _refused: access_token)

    def json(
        self, url: str, query: QueryParameters | None = None, headers: Mapping[str, str] | None = None
    ) -> JsonObject:
        """Return the JSON object that a server answers.

        Raises:
            CloudRefused: Its status is not 2xx.
            SourceUnavailable: There is no access token, or no JSON object.
        """
        parameters = [
            (name, text)
            for name, value in (query or {}).items()
            for text in (value if isinstance(value, tuple) else (value,))
        ]
        token = self._access_token(self._unprivileged)
        response = self._get(url, parameters, headers or {}, token)
        if response.status == HTTPStatus.UNAUTHORIZED:
            renewed = self._access_token(token)
            if renewed != token:
                response = self._get(url, parameters, headers or {}, renewed)
        self._unprivileged = token if response.status == HTTPStatus.FORBIDDEN else None
        return successful_json(response)

    def _get(
        self, url: str, query: list[tuple[str, str]], headers: Mapping[str, str], token: str
    ) -> HttpResponse:
        return self._client.get(url, query=query, headers={**headers, "Authorization": f"Bearer {token}"})
