"""What a client sends: a query with its variables, in one of several media types (contract section 2.15)."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from xivo_dird.exceptions import DirdError
from xivo_dird.view import RawBody
from xivo_dird_views.graphql.limits import MAX_VARIABLE_VALUES

JSON, GRAPHQL = "application/json", "application/graphql"
FORM_SCHEMA = {
    "type": "object",
    "required": ["query"],
    "properties": {name: {"type": "string"} for name in ("query", "variables", "operationName")},
}


class UnusableRequest(DirdError):
    """A request without a query that could be executed; the message names what is wrong."""


class MissingQuery(UnusableRequest):
    """A request without a query."""

    def __init__(self, hint: str = "") -> None:
        """Create the error; `hint` says how to send a query."""
        super().__init__(f"Must provide query string. {hint}".rstrip())


class GraphqlBody(RawBody):
    """The body of a POST. The media type matters: one that is not listed here has no query."""

    media_types = {  # noqa: RUF012 - as declared by the base class
        JSON: {
            "type": "object",
            "required": ["query"],
            "properties": {
                "query": {"type": "string"},
                "variables": {"type": ["object", "null"]},
                "operationName": {"type": ["string", "null"]},
            },
        },
        GRAPHQL: {"type": "string"},
        "application/x-www-form-urlencoded": FORM_SCHEMA,
        "multipart/form-data": FORM_SCHEMA,
    }


@dataclass(frozen=True, slots=True)
class GraphqlRequest:
    """A query.

    Attributes:
        query: The document, not empty.
        variables: The values of its variables.
        operation_name: The operation to execute, if there are several.
    """

    query: str
    variables: Mapping[str, object]
    operation_name: str | None


def read_fields(fields: Mapping[str, object]) -> GraphqlRequest:
    """Return the request with these fields: `query`, `variables`, `operationName`; others are ignored.

    Raises:
        UnusableRequest: There is no query, or a field has the wrong type.
    """
    query, name = fields.get("query"), fields.get("operationName")
    if query is None or query == "":
        raise MissingQuery
    if not isinstance(query, str):
        raise UnusableRequest("query: it must be a text")
    if not isinstance(name, str | None):
        raise UnusableRequest("operationName: it must be a text")
    return GraphqlRequest(query, _variables(fields.get("variables")), name or None)


def read_body(body: GraphqlBody, arguments: Mapping[str, object]) -> GraphqlRequest:
    """Return the request in the body of a POST.

    Args:
        body: The body.
        arguments: The fields in the query string, which may have the variables of a body that is only a query.

    Raises:
        UnusableRequest: The body has no query, is no JSON, or is a batch.
    """
    if body.media_type not in GraphqlBody.media_types:
        raise MissingQuery(
            f"The Content-Type of the body must be one of {', '.join(GraphqlBody.media_types)}."
        )
    if body.media_type == GRAPHQL:
        return read_fields({**arguments, "query": _decoded(body.content)})
    if body.media_type == JSON:
        fields = _parsed("The body", body.content)
        if isinstance(fields, list):
            raise UnusableRequest("Batches are not supported: send one request for each query.")
        if not isinstance(fields, dict):
            raise UnusableRequest("The body must be a JSON object.")
        return read_fields(fields)
    if "query" not in body.form:
        raise MissingQuery(f"The form has no field 'query'; a JSON body needs the Content-Type {JSON}.")
    return read_fields(body.form)


def _variables(value: object) -> Mapping[str, object]:
    if isinstance(value, str) and value:
        value = _parsed("variables", value)
    if value is None or value == "":
        return {}
    if not isinstance(value, dict):
        raise UnusableRequest("variables: they must be a JSON object")
    if _has_more_values(value, MAX_VARIABLE_VALUES):
        raise UnusableRequest(f"variables: they have more than {MAX_VARIABLE_VALUES} values")
    return value


def _has_more_values(value: object, count: int) -> bool:
    """Return whether a JSON value has more than so many values in it; it is not read further than that."""
    pending = [value]
    for found in pending:
        children = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
        if len(pending) + len(children) > count:
            return True
        pending.extend(children)
    return False


def _parsed(what: str, text: str | bytes) -> object:
    try:
        value: object = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise UnusableRequest(f"{what}: no JSON: {error}") from error
    return value


def _decoded(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise UnusableRequest("The body is not in UTF-8.") from error
