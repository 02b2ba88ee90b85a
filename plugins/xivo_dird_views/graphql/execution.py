"""Executes a query: parse it, check it, collect its numbers, look them up, and give every field its value."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    MiddlewareManager,
    execute_sync,
    parse,
    validate,
)

from xivo_dird_views.graphql.answer_size import QueryStopped
from xivo_dird_views.graphql.context import QueryContext
from xivo_dird_views.graphql.document_size import check_size
from xivo_dird_views.graphql.errors import formatted
from xivo_dird_views.graphql.limits import (
    MAX_COMMENTS,
    MAX_ERRORS,
    MAX_QUERY_CHARACTERS,
    MAX_TOKENS,
    QueryTooLarge,
)
from xivo_dird_views.graphql.request import GraphqlRequest
from xivo_dird_views.graphql.schema import authorized, new_schema, type_of_contact

CACHED_QUERIES, MAX_CACHED_CHARACTERS = 32, 4096
"""Number of queries that are kept after they were checked, and their maximum length: clients repeat their queries."""

_SCHEMA = new_schema()
_MIDDLEWARE = MiddlewareManager(authorized)


class QueryAnswer(NamedTuple):
    """The body of the response to a query, and its status."""

    body: Mapping[str, object]
    status: HTTPStatus


def execute(request: GraphqlRequest, context: QueryContext) -> QueryAnswer:
    """Return the answer to a query.

    Raises:
        DirdError: The query can't be answered now: too many requests compute, or the client has gone.
    """
    prepared = _prepared(request.query)
    if not isinstance(prepared, DocumentNode):
        return _refusal(prepared)
    try:
        result = _run(prepared, request, context)
        if context.has_questions:
            context.look_up()
            result = _run(prepared, request, context)
    except QueryTooLarge as error:
        return _refusal([GraphQLError(error.message)])
    errors = result.errors or []
    if any(error.path is None for error in errors):
        return _refusal(errors)
    body: dict[str, object] = {"data": result.data}
    if errors:
        body["errors"] = [*map(formatted, errors)]
    return QueryAnswer(body, HTTPStatus.OK)


def _prepared(query: str) -> DocumentNode | Sequence[GraphQLError]:
    """Return a query that can be executed, or its errors."""
    return (_cached_check if len(query) <= MAX_CACHED_CHARACTERS else _check)(query)


def _check(query: str) -> DocumentNode | Sequence[GraphQLError]:
    try:
        document = parse(
            query,
            max_lexical_tokens=MAX_TOKENS,
            max_comments=MAX_COMMENTS,
            max_source_length=MAX_QUERY_CHARACTERS,
        )
        check_size(document)
    except GraphQLError as error:
        return [error]
    return validate(_SCHEMA, document, max_errors=MAX_ERRORS) or document


_cached_check = lru_cache(CACHED_QUERIES)(_check)


def _run(document: DocumentNode, request: GraphqlRequest, context: QueryContext) -> ExecutionResult:
    try:
        return execute_sync(
            _SCHEMA,
            document,
            context_value=context,
            variable_values=dict(request.variables),
            operation_name=request.operation_name,
            type_resolver=type_of_contact,
            middleware=_MIDDLEWARE,
        )
    except QueryStopped as stop:
        raise stop.reason from stop


def _refusal(errors: Sequence[GraphQLError]) -> QueryAnswer:
    return QueryAnswer({"errors": [*map(formatted, errors)]}, HTTPStatus.BAD_REQUEST)
