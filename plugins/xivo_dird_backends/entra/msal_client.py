"""The HTTP client of msal, which sends everything through the outgoing door of the source."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from xivo_dird.backend import Deadline, HttpClient, HttpResponse, SourceUnavailable
from xivo_dird_backends._cloud_answers import CloudRefused, error_body, successful_json
from xivo_dird_backends._json_fields import JsonObject, json_text

FORM = {"Content-Type": "application/x-www-form-urlencoded"}

MEANINGS = {
    7000215: "client_secret is wrong; often the id of the secret was copied: copy the value of a new one",
    7000222: "the client secret has expired: create a new one and put its value into client_secret",
    700016: "the directory has no such application: check client_id and directory_id",
    700027: "the certificate is not one of the application: upload it, or correct client_certificate",
    90002: "there is no such directory (tenant): check directory_id",
    65001: "the application has no admin consent: grant it under API permissions",
}
"""What the codes of Entra mean for the administrator."""

_AADSTS = re.compile(r"AADSTS([0-9]{4,8})\b")
_TRACE_ID = re.compile(r"[0-9A-Fa-f-]{8,64}")


@dataclass(frozen=True, slots=True)
class MsalResponse:
    """A response in the form that msal reads: a JSON object with a status below 400."""

    status_code: int
    text: str
    headers: Mapping[str, str]

    def raise_for_status(self) -> None:
        """Return: errors have been raised before."""


class MsalHttpClient:
    """Sends the requests of one attempt to get a token, until a deadline."""

    def __init__(self, client: HttpClient, deadline: Deadline) -> None:
        """Store the client of the login server."""
        self._client = client
        self._deadline = deadline

    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> MsalResponse:
        """Return the answer to a GET request.

        Raises:
            SourceUnavailable: It is an error, or no JSON object; the message says what to do.
        """
        return _checked(self._client.get(url, query=params or {}, headers=headers, deadline=self._deadline))

    def post(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> MsalResponse:
        """Return the answer to a POST request with a form.

        Raises:
            SourceUnavailable: It is an error, or no JSON object; the message says what to do.
        """
        response = self._client.request(
            "POST",
            url,
            query=params or {},
            headers={**(headers or {}), **FORM},
            body=urlencode(data or {}).encode(),
            deadline=self._deadline,
        )
        return _checked(response)

    def close(self) -> None:
        """Return: the source closes its client."""


def _checked(response: HttpResponse) -> MsalResponse:
    try:
        successful_json(response)
    except CloudRefused as error:
        body = error_body(response)
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR or not body:
            raise
        raise SourceUnavailable(_refusal(response, body)) from error
    return MsalResponse(response.status, response.body.decode("utf-8", "replace"), response.headers)


def _refusal(response: HttpResponse, body: JsonObject) -> str:
    """Return why Entra gives no token; nothing of its text but codes and ids."""
    numbers = body.get("error_codes")
    codes = [code for code in numbers if isinstance(code, int)] if isinstance(numbers, list) else []
    codes = codes or [int(code) for code in _AADSTS.findall(json_text(body.get("error_description")))]
    meaning = next(
        (MEANINGS[code] for code in codes if code in MEANINGS),
        "look the code up at login.microsoftonline.com/error",
    )
    named = f"AADSTS{codes[0]}" if codes else f"status {response.status}"
    trace = json_text(body.get("trace_id"))
    suffix = f" (trace id {trace})" if _TRACE_ID.fullmatch(trace) else ""
    return f"{response.server} refuses the application, {named}: {meaning}{suffix}"
