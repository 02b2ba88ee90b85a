"""JSON responses."""

import json

import orjson
from flask import Response
from pydantic import BaseModel

_OPTIONS = orjson.OPT_NON_STR_KEYS


def json_response(data: object, status: int = 200) -> Response:
    """Return a response with `data` as UTF-8 JSON.

    Dicts, lists, dataclasses and models are encoded as JSON; anything else as its text.
    """
    return Response(encode_json(data), status, mimetype="application/json")


def encode_json(data: object) -> bytes:
    """Return `data` as JSON; text that is not valid Unicode (lone surrogates from a source) is escaped."""
    try:
        return orjson.dumps(data, default=_default, option=_OPTIONS)
    except TypeError:
        return json.dumps(_to_builtins(data)).encode("ascii")


def _default(data: object) -> object:
    return data.model_dump() if isinstance(data, BaseModel) else str(data)


def _to_builtins(data: object) -> object:
    """Convert `data` to the types that the encoder of the standard library accepts."""
    if isinstance(data, dict):
        return {str(key): _to_builtins(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_to_builtins(value) for value in data]
    if isinstance(data, str | int | float | None):
        return data
    fields = getattr(data, "__dataclass_fields__", None)
    if fields is None:
        return _to_builtins(_default(data))
    return {name: _to_builtins(getattr(data, name)) for name in fields}
