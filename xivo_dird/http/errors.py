"""Error responses: a table of status codes and one function per body shape (contract section 1.4)."""

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
    TooManyRequests,
    Unauthorized,
    UnauthorizedNetwork,
    Unavailable,
)
from xivo_dird.http.json_response import json_response
from xivo_dird.http.logged_path import logged_path
from xivo_dird.http.responses import TextResponse

logger = logging.getLogger(__name__)

ErrorBody = dict[str, object]

STATUS_CODES: Mapping[type[DirdError], int] = {
    InvalidArgument: 400,
    InvalidData: 400,
    Unauthorized: 401,
    UnauthorizedNetwork: 403,
    NotFound: 404,
    Conflict: 409,
    TooManyRequests: 429,
    Unavailable: 503,
}
"""Status code by error class; a subclass has the code of its nearest ancestor."""

COMMON_LAYER_ERRORS = (AuthServerUnreachable, NullBody, Unauthorized)
"""Errors raised before the endpoint is called; their timestamp in legacy bodies is a bare number."""

MODERN_ERRORS_IN_MIXED = (*COMMON_LAYER_ERRORS, InvalidQuery, InvalidImport)
"""Errors that the mixed family returns in the modern shape; its other errors are legacy."""


class ErrorFamily(Enum):
    """The shapes of error bodies that an endpoint returns."""

    LEGACY = "legacy"
    MIXED = "mixed"
    MODERN = "modern"
    EMPTY = "empty"
    """No body at all: the client takes any body for the result, whatever the status."""


def error_response(error: DirdError, family: ErrorFamily) -> Response:
    """Return the error response that clients of this family of endpoints expect."""
    status = status_code_of(error)
    if status == 500:
        logger.error("%s %s failed: %s", request.method, logged_path(), error, exc_info=error)
        return internal_error_response(family)
    if isinstance(error, StoreUnavailable):
        logger.warning("%s %s failed: %s", request.method, logged_path(), error)
    if family is ErrorFamily.EMPTY:
        names = ", ".join(error.details) if isinstance(error, InvalidArgument) else ""
        logger.debug("%s %s: %d %s %s", request.method, logged_path(), status, error.error_id, names)
        response = _empty_response(status)
    else:
        response = json_response(_body_builder(error, family)(error, status), status)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Unauthorized) and error.challenge is not None:
        response.headers["WWW-Authenticate"] = error.challenge
    return response


def internal_error_response(family: ErrorFamily) -> Response:
    """Return a 500 that does not reveal the cause."""
    if family is ErrorFamily.EMPTY:
        return _empty_response(500)
    return json_response({"message": "Internal Server Error"}, 500)


def _empty_response(status: int) -> Response:
    return Response(b"", status, content_type=TextResponse.content_type)


def status_code_of(error: DirdError) -> int:
    """Return the status code of an error, 500 if neither its class nor an ancestor has one."""
    return next((STATUS_CODES[kind] for kind in type(error).__mro__ if kind in STATUS_CODES), 500)


def _body_builder(error: DirdError, family: ErrorFamily) -> Callable[[DirdError, int], ErrorBody]:
    if isinstance(error, InvalidArgument):
        return _parsing_body
    if family is ErrorFamily.MODERN or (
        family is ErrorFamily.MIXED and isinstance(error, MODERN_ERRORS_IN_MIXED)
    ):
        return _modern_body
    return _legacy_common_body if isinstance(error, COMMON_LAYER_ERRORS) else _legacy_body


def _modern_body(error: DirdError, _status: int) -> ErrorBody:
    """Return a body of shape M."""
    body: ErrorBody = {
        "message": error.message,
        "error_id": error.error_id,
        "details": error.details,
        "timestamp": time.time(),
    }
    if error.resource is not None:
        body["resource"] = error.resource
    return body


def _legacy_body(error: DirdError, status: int) -> ErrorBody:
    """Return a body of shape L1, for errors raised by the endpoint."""
    return {"reason": error.reason, "timestamp": [time.time()], "status_code": status}


def _legacy_common_body(error: DirdError, status: int) -> ErrorBody:
    """Return a body of shape L2, for errors of the common layer; the timestamp is a bare number."""
    return {"reason": [error.message], "timestamp": time.time(), "status_code": status}


def _parsing_body(error: DirdError, _status: int) -> ErrorBody:
    """Return a body of shape P."""
    return {"message": error.details or error.message}
