"""Our errors as HTTP answers: one table for the status, one function per body shape (contract section 1.4)."""

import logging
import time
from collections.abc import Callable, Mapping
from enum import Enum

from flask import Response, request

from xivo_dird.exceptions import (
    AuthServerUnreachable,
    Conflict,
    DirdError,
    InvalidArgument,
    InvalidData,
    InvalidImport,
    InvalidQuery,
    NotFound,
    NullBody,
    StoreUnavailable,
    Unauthorized,
    Unavailable,
)
from xivo_dird.http.json_response import json_response

logger = logging.getLogger(__name__)

Body = dict[str, object]

STATUS: Mapping[type[DirdError], int] = {
    InvalidArgument: 400,
    InvalidData: 400,
    Unauthorized: 401,
    NotFound: 404,
    Conflict: 409,
    Unavailable: 503,
}


COMMON_LAYER = (AuthServerUnreachable, NullBody, Unauthorized)
"""Raised before the endpoint itself; in legacy answers their timestamp is a bare number."""

MODERN_IN_MIXED = (*COMMON_LAYER, InvalidQuery, InvalidImport)
"""What the mixed family tells in the modern shape; the rest of its errors are legacy ones."""


class ErrorFamily(Enum):
    """Which body shapes an endpoint answers errors in."""

    LEGACY = "legacy"
    MIXED = "mixed"
    MODERN = "modern"


def error_response(error: DirdError, family: ErrorFamily) -> Response:
    """Turn an error into the answer that clients of this family of endpoints expect."""
    status = status_of(error)
    if status == 500:
        logger.error("%s %s failed: %s", request.method, request.path, error, exc_info=error)
        return unexpected_error()
    if isinstance(error, StoreUnavailable):
        logger.warning("%s %s failed: %s", request.method, request.path, error)
    return json_response(_shape(error, family)(error, status), status)


def unexpected_error() -> Response:
    """Answer that something went wrong here, without telling what."""
    return json_response({"message": "Internal Server Error"}, 500)


def status_of(error: DirdError) -> int:
    """Find the status of an error by its class, or the nearest ancestor's."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def _shape(error: DirdError, family: ErrorFamily) -> Callable[[DirdError, int], Body]:
    if isinstance(error, InvalidArgument):
        return _parsing
    if family is ErrorFamily.MODERN or (family is ErrorFamily.MIXED and isinstance(error, MODERN_IN_MIXED)):
        return _modern
    return _legacy_common if isinstance(error, COMMON_LAYER) else _legacy


def _modern(error: DirdError, _status: int) -> Body:
    """Shape M."""
    body: Body = {
        "message": error.message,
        "error_id": error.error_id,
        "details": error.details,
        "timestamp": time.time(),
    }
    if error.resource is not None:
        body["resource"] = error.resource
    return body


def _legacy(error: DirdError, status: int) -> Body:
    """Shape L1: raised by the endpoint."""
    return {"reason": error.reason, "timestamp": [time.time()], "status_code": status}


def _legacy_common(error: DirdError, status: int) -> Body:
    """Shape L2: raised by the common layer, the timestamp is a bare number."""
    return {"reason": [error.message], "timestamp": time.time(), "status_code": status}


def _parsing(error: DirdError, _status: int) -> Body:
    """Shape P."""
    return {"message": error.details or error.message}
