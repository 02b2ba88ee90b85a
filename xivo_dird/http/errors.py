"""Error responses: a table of status codes and one function per body shape (contract section 1.4)."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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


TRUE_STATUS = "X-Directory-Status"
"""The header with the status of an error that is sent as a document, with the status 200."""

_STATUS_OF_ERROR = "xivo_dird.status_of_error"
"""Key of the WSGI environment with the same status, as a number."""


@dataclass(frozen=True)
class ErrorDocuments:
    """Documents in place of errors, for clients that show nothing but the document of a success.

    Attributes:
        statuses: The statuses that become documents. Clients need a 401 as it is, to send credentials.
        render: Returns the document for a status and the value of the header `Accept-Language`.
    """

    statuses: frozenset[int]
    render: Callable[[int, str], TextResponse]


def error_response(
    error: DirdError, family: ErrorFamily, documents: ErrorDocuments | None = None
) -> Response:
    """Return the error response that clients of this family of endpoints expect, or the document in its place."""
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
    if documents is not None and status in documents.statuses:
        _replace_with_document(response, documents)
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


def true_status(response: Response) -> int:
    """Return the status of the response to the current request; of an error in a document, that of the error."""
    status: int = request.environ.get(_STATUS_OF_ERROR, response.status_code)
    return status


def _replace_with_document(response: Response, documents: ErrorDocuments) -> None:
    document = documents.render(response.status_code, request.headers.get("Accept-Language", ""))
    request.environ[_STATUS_OF_ERROR] = response.status_code
    response.headers[TRUE_STATUS] = str(response.status_code)
    response.status_code = 200
    response.content_type = document.content_type
    response.set_data(document.content)


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
