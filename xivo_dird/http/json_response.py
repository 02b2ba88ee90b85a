"""JSON answers."""

import json

import orjson
from flask import Response
from pydantic import BaseModel

_OPTIONS = orjson.OPT_NON_STR_KEYS


def json_response(data: object, status: int = 200) -> Response:
    """Answer `data` (dicts, lists, dataclasses, models; anything else as its text) as UTF-8 JSON."""
    return Response(encoded(data), status, mimetype="application/json")


def encoded(data: object) -> bytes:
    """Encode `data`; text that is no Unicode (lone surrogates from a source) is escaped."""
    try:
        return orjson.dumps(data, default=_simpler, option=_OPTIONS)
    except TypeError:
        return json.dumps(_plain(data)).encode("ascii")


def _simpler(data: object) -> object:
    return data.model_dump() if isinstance(data, BaseModel) else str(data)


def _plain(data: object) -> object:
    """Reduce `data` to what the standard library's encoder takes."""
    if isinstance(data, dict):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    if isinstance(data, str | int | float | None):
        return data
    fields = getattr(data, "__dataclass_fields__", None)
    if fields is None:
        return _plain(_simpler(data))
    return {name: _plain(getattr(data, name)) for name in fields}
