"""Errors as GraphQL clients read them (contract section 2.15)."""

import logging
import time
from collections.abc import Mapping

from graphql import GraphQLError

from xivo_dird.exceptions import DirdError, Unauthorized

logger = logging.getLogger(__name__)


def formatted(error: GraphQLError) -> Mapping[str, object]:
    """Return an error with its message, and its locations, path and extensions, as far as it has them.

    An unexpected error is logged, and its cause is not shown; one without a path is about a value in the query, such as
    an integer that has more digits than Python reads.
    """
    shown: dict[str, object] = dict(error.formatted)
    cause = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    if isinstance(cause, DirdError):
        shown.update(message=cause.message, extensions=_extensions(cause))
    elif cause is not None and error.path is None:
        shown.update(message="A value in the query can't be read.")
    elif cause is not None:
        logger.error("The field %s of a query failed", _names(error), exc_info=cause)
        shown.update(message="Internal Server Error")
    return shown


def _extensions(error: DirdError) -> Mapping[str, object]:
    details = error.details
    if isinstance(error, Unauthorized):
        details = {name: details[name] for name in ("invalid_token",) if name in details}
    extensions = {"error_id": error.error_id, "details": details, "timestamp": time.time()}
    return extensions if error.resource is None else {**extensions, "resource": error.resource}


def _names(error: GraphQLError) -> str:
    """Return the names of the fields of a path, which the schema has, without the aliases of the client."""
    nodes = error.nodes or []
    return ", ".join(str(getattr(getattr(node, "name", None), "value", "?")) for node in nodes)
