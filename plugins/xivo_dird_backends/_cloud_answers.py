"""What the answers of clouds say: JSON, or an error with codes, of which the text may quote contacts."""

import re
from collections.abc import Iterator
from contextlib import suppress

from xivo_dird.backend import Entry, HttpResponse, SourceUnavailable
from xivo_dird_backends._json_fields import JsonObject, json_object, json_objects, json_text

_CODE = re.compile(r"[A-Za-z0-9_.]{1,64}")

_REQUEST_ID = re.compile(r"[0-9A-Fa-f-]{8,64}")


class CloudRefused(SourceUnavailable):
    """A cloud answered with an error status.

    Attributes:
        status: The status of the response.
        codes: The codes in its body.
    """

    def __init__(self, response: HttpResponse) -> None:
        """Create an error for a response."""
        self.status = response.status
        self.codes = frozenset(_codes(response))
        codes = f" ({', '.join(sorted(self.codes))})" if self.codes else ""
        super().__init__(f"{response.server} answered status {response.status}{codes}{_request_id(response)}")


def successful_json(response: HttpResponse) -> JsonObject:
    """Return the JSON object of a response.

    Raises:
        CloudRefused: Its status is not 2xx.
        SourceUnavailable: It is no JSON object.
    """
    if not 200 <= response.status < 300:
        raise CloudRefused(response)
    parsed = response.json()
    if not isinstance(parsed, dict):
        raise SourceUnavailable(f"{response.server} answered JSON that is no object")
    return parsed


def listed_objects(answer: JsonObject, key: str, server: str) -> list[JsonObject]:
    """Return the objects of a list in an answer, none if there is no such key.

    Raises:
        SourceUnavailable: It is something else, so nobody may be removed for not being in it.
    """
    value = answer.get(key, [])
    if not isinstance(value, list):
        raise SourceUnavailable(f"{server} answered {key!r} that is no list")
    return json_objects(value)


def next_page(answer: JsonObject, key: str, server: str) -> str:
    """Return the link or token of the next page, "" if this is the last one.

    Raises:
        SourceUnavailable: It is no text, so the list would end too early.
    """
    value = answer.get(key)
    if value is not None and not isinstance(value, str):
        raise SourceUnavailable(f"{server} answered {key!r} that is no text")
    return value or ""


def as_it_is(item: JsonObject) -> Entry:
    """Return an item of an answer without a change, to be stored."""
    return item


def _request_id(response: HttpResponse) -> str:
    """Return the id by which the support of Microsoft finds a request, as a part of a message."""
    text = response.headers.get("request-id", "")
    return f", request-id {text}" if _REQUEST_ID.fullmatch(text) else ""


def error_body(response: HttpResponse) -> JsonObject:
    """Return the JSON object of an error, an empty one without."""
    with suppress(SourceUnavailable):
        return json_object(response.json())
    return {}


def _codes(response: HttpResponse) -> Iterator[str]:
    """Yield the codes of an error: `code` and inner errors of Microsoft, `status` and reasons of Google."""
    error = json_object(error_body(response).get("error"))
    items = [error, *json_objects(error.get("errors")), *json_objects(error.get("details"))]
    while error := json_object(error.get("innerError") or error.get("innererror")):
        items.append(error)
    for item in items:
        for key in ("code", "status", "reason"):
            text = json_text(item.get(key))
            if _CODE.fullmatch(text):
                yield text
