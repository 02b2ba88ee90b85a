"""JSON request bodies (contract section 1.5): parsed whatever the content type says."""

from dataclasses import dataclass

import orjson
from flask import request
from pydantic import BaseModel, RootModel

from xivo_dird.exceptions import InvalidArgument, InvalidData, NullBody
from xivo_dird.validation import NUL, NUL_REFUSED, checked


@dataclass(frozen=True, slots=True)
class BodyRule:
    """Annotates the body of a method."""


FALSY_IS_EMPTY = BodyRule()
"""Annotates a body for which `[]`, `""`, `0` and `false` behave as `{}`."""

NULL_IS_EMPTY = BodyRule()
"""Annotates a body for which `null` behaves as `{}`, too."""


@dataclass(frozen=True, slots=True)
class JsonBody:
    """What an operation takes. No `schema`: any JSON value but null is handed on as it is."""

    schema: type[BaseModel] | None = None
    falsy_is_empty: bool = False
    null_is_empty: bool = False


def read_body(declared: JsonBody) -> object:
    """Read the present request's body. Raises `InvalidArgument`, `NullBody` or `InvalidData`."""
    body = request.get_data(cache=False)
    value = _decoded(body)
    if b"\\u0000" in body:
        _refuse_nul(value)
    if value is None and not declared.null_is_empty:
        raise NullBody("The body is null")
    if value is None or (declared.falsy_is_empty and not value):
        value = {}
    if declared.schema is None:
        return value
    if not isinstance(value, dict) and not issubclass(declared.schema, RootModel):
        raise InvalidData("The body is invalid", {"_schema": ["Invalid input type."]})
    return checked(declared.schema, value)


def _decoded(body: bytes) -> object:
    try:
        value: object = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InvalidArgument(f"The body is no JSON: {error}") from error
    return value


def _refuse_nul(value: object) -> None:
    """Refuse what PostgreSQL can't store, so that every store answers the same."""
    left: list[tuple[str, object]] = [("_schema", value)]
    for field, part in left:
        if isinstance(part, str) and NUL in part:
            raise InvalidData("The body is invalid", {field: [NUL_REFUSED]})
        if isinstance(part, dict):
            left.extend((field, key) for key in part)
            left.extend((key if part is value else field, inner) for key, inner in part.items())
        elif isinstance(part, list):
            left.extend((field, inner) for inner in part)
