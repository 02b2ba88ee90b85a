"""JSON request bodies (contract section 1.5), parsed whatever their content type is."""

from dataclasses import dataclass

import orjson
from flask import current_app, request
from pydantic import BaseModel, RootModel
from werkzeug.exceptions import RequestEntityTooLarge

from xivo_dird.exceptions import InvalidArgument, InvalidData, NullBody
from xivo_dird.http.raw_body import RawBody, check_announced_raw_body
from xivo_dird.validation import NUL, NUL_REFUSED, validate_body

MAX_JSON_BODY = "MAX_JSON_BODY"
"""The key of the Flask configuration with the maximum size of a JSON body, in bytes."""


@dataclass(frozen=True, slots=True)
class BodyRule:
    """An annotation of the `body` parameter of a method."""


FALSY_IS_EMPTY = BodyRule()
"""Annotates a body for which `[]`, `""`, `0` and `false` are equivalent to `{}`."""

NULL_IS_EMPTY = BodyRule()
"""Annotates a body for which `null` is equivalent to `{}`, too."""


@dataclass(frozen=True, slots=True)
class JsonBody:
    """The JSON body that an operation accepts. Without a `schema`: any JSON value but null, unchanged."""

    schema: type[BaseModel] | None = None
    falsy_is_empty: bool = False
    null_is_empty: bool = False


def read_body(expected: JsonBody) -> object:
    """Return the validated body of the current request.

    Raises:
        RequestEntityTooLarge: The body is larger than `rest_api.max_json_body`.
        InvalidArgument: The body is not JSON.
        NullBody: The body is null, and `null_is_empty` is not set.
        InvalidData: The body does not match the schema.
    """
    request.max_content_length = current_app.config[MAX_JSON_BODY]
    body = request.get_data(cache=False)
    value = _decode(body)
    if b"\\u0000" in body:
        _check_no_nul(value)
    if value is None and not expected.null_is_empty:
        raise NullBody("The body is null")
    if value is None or (expected.falsy_is_empty and not value):
        value = {}
    if expected.schema is None:
        return value
    if not isinstance(value, dict) and not issubclass(expected.schema, RootModel):
        raise InvalidData("The body is invalid", {"_schema": ["Invalid input type."]})
    return validate_body(expected.schema, value)


def check_announced_length(expected: object) -> None:
    """Check the length of the body that a client is going to send.

    Raises:
        RequestEntityTooLarge: It would be too large, and is no uploaded file.
    """
    if isinstance(expected, JsonBody) and (request.content_length or 0) > current_app.config[MAX_JSON_BODY]:
        raise RequestEntityTooLarge
    if isinstance(expected, type) and issubclass(expected, RawBody):
        check_announced_raw_body()


def _decode(body: bytes) -> object:
    try:
        value: object = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InvalidArgument(f"The body is no JSON: {error}") from error
    return value


def _check_no_nul(value: object) -> None:
    """Raise `InvalidData` for a NUL: PostgreSQL can't store it, and every database must behave the same."""
    pending: list[tuple[str, object]] = [("_schema", value)]
    for field, node in pending:
        if isinstance(node, str) and NUL in node:
            raise InvalidData("The body is invalid", {field: [NUL_REFUSED]})
        if isinstance(node, dict):
            pending.extend((field, key) for key in node)
            pending.extend((key if node is value else field, child) for key, child in node.items())
        elif isinstance(node, list):
            pending.extend((field, child) for child in node)
