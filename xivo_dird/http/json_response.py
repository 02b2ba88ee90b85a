"""JSON responses."""

import json
from collections.abc import Mapping

import orjson
from flask import Response
from pydantic import BaseModel

from xivo_dird.threads.deadline import ITEMS_PER_CHECK, NO_DEADLINE, until

_OPTIONS = orjson.OPT_NON_STR_KEYS


def json_response(data: object, status: int = 200) -> Response:
    """Return a response with `data` as UTF-8 JSON.

    Dicts, lists, dataclasses and models are encoded as JSON; anything else as its text.

    Raises:
        TooBusy: See `encode_json`.
        RequestAbandoned: See `encode_json`.
    """
    return Response(encode_json(data), status, mimetype="application/json")


def encode_json(data: object) -> bytes:
    """Return `data` as JSON; text that is not valid Unicode (lone surrogates from a source) is escaped.

    If `data` or one of its fields is a long list, that is encoded in parts, between which other requests go on.

    Raises:
        TooBusy: There is a long list, and too many requests compute for long.
        RequestAbandoned: There is a long list, and the client has gone.
    """
    try:
        return orjson.dumps(_with_encoded_lists(data), default=_default, option=_OPTIONS)
    except TypeError:
        return json.dumps(_to_builtins(data)).encode("ascii")


def _with_encoded_lists(data: object) -> object:
    """Return `data` with each long list in it, or `data` itself if it is one, replaced by its JSON."""
    if isinstance(data, list):
        return _encoded_list(data) if len(data) > ITEMS_PER_CHECK else data
    fields = _fields(data) or {}
    long_lists = {
        name: _encoded_list(value)
        for name, value in fields.items()
        if isinstance(value, list) and len(value) > ITEMS_PER_CHECK
    }
    return {**fields, **long_lists} if long_lists else data


def _encoded_list(items: list[object]) -> orjson.Fragment:
    parts = (items[start : start + ITEMS_PER_CHECK] for start in range(0, len(items), ITEMS_PER_CHECK))
    encoded = [encode_json(part)[1:-1] for part in until(NO_DEADLINE, parts, 1)]
    return orjson.Fragment(b"[%b]" % b",".join(encoded))


def _fields(data: object) -> Mapping[object, object] | None:
    """Return the fields of a dict or a dataclass; None if `data` is something else."""
    if isinstance(data, dict):
        return data
    names = getattr(data, "__dataclass_fields__", None)
    return None if names is None else {name: getattr(data, name) for name in names}


def _default(data: object) -> object:
    return data.model_dump() if isinstance(data, BaseModel) else str(data)


def _to_builtins(data: object) -> object:
    """Convert `data` to the types that the encoder of the standard library accepts."""
    if isinstance(data, list | tuple):
        return [_to_builtins(value) for value in data]
    if isinstance(data, str | int | float | None):
        return data
    fields = _fields(data)
    if fields is None:
        return _to_builtins(_default(data))
    return {str(name): _to_builtins(value) for name, value in fields.items()}
