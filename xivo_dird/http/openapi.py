"""The OpenAPI 3.1 description, generated from the routes and their declared operations."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import NamedTuple

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from xivo_dird.config.access import QUERY_TOKEN, Combination
from xivo_dird.contacts.csv_reader import CsvUpload
from xivo_dird.contacts.upload import ContactUpload
from xivo_dird.http.errors import TRUE_STATUS
from xivo_dird.http.json_body import JsonBody
from xivo_dird.http.operation import Operation
from xivo_dird.http.path_arguments import PathRule, fill_path
from xivo_dird.http.raw_body import RawBody
from xivo_dird.http.responses import JSON, NDJSON

Schema = dict[str, object]

_COUNT_SCHEMA: Schema = {"type": "integer", "minimum": 0}
_SECURITY_SCHEMES: dict[str, Schema] = {
    "token": {"type": "apiKey", "in": "header", "name": "X-Auth-Token"},
    "basic": {"type": "http", "scheme": "basic"},
    "query_token": {"type": "apiKey", "in": "query", "name": QUERY_TOKEN},
}
_REFERENCE_TEMPLATE = "#/components/schemas/{model}"
_ERROR_DESCRIPTIONS = {
    400: "Invalid",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    409: "Conflict",
    429: "Too many requests",
    503: "Unavailable",
}


class Route(NamedTuple):
    """One operation.

    Attributes:
        rule: The URL rule of its path.
        verb: Its HTTP verb in lower case.
        operation: Its declaration.
        alternatives: The methods of access that the configuration allows; None: a token.
        error_documents: The statuses of errors that are sent as documents.
        text: The declaration for clients that prefer plain text, if there is another one for them.
    """

    rule: str
    verb: str
    operation: Operation
    alternatives: tuple[Combination, ...] | None = None
    error_documents: frozenset[int] = frozenset()
    text: Operation | None = None

    @property
    def path(self) -> str:
        """Return the path in OpenAPI syntax."""
        return fill_path(self.rule, "{{{}}}".format)


def build_document(routes: Sequence[Route], server: str) -> Schema:
    """Return the OpenAPI document of all routes; `server` is the base URL of their paths."""
    routes = sorted(routes, key=lambda route: (route.rule, route.verb))
    schemas, components = _schemas(routes)
    paths: dict[str, Schema] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.verb] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "xivo-dird", "version": version("xivo-dird")},
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": _security_schemes(routes),
        },
    }


def _security_schemes(routes: Sequence[Route]) -> Schema:
    """Return the schemes that the operations use; that of tokens is always there."""
    used = {"token", *(name for route in routes for alternative in _security(route) for name in alternative)}
    return {name: scheme for name, scheme in _SECURITY_SCHEMES.items() if name in used}


def _security(route: Route) -> list[dict[str, list[str]]]:
    """Return the alternatives of an operation; an empty one needs no credentials, only a known network."""
    alternatives = (("token",),) if route.alternatives is None else route.alternatives
    credentials = (tuple(method for method in methods if method != "network") for methods in alternatives)
    return [{method: [] for method in methods} for methods in dict.fromkeys(credentials)]


def _schemas(routes: Sequence[Route]) -> tuple[dict[type, Schema], Schema]:
    """Return the schema of each type of a request or response body, and the components that they share."""
    types = dict.fromkeys(body_type for route in routes for body_type in _body_types(route.operation))
    inputs: list[tuple[type, JsonSchemaMode, TypeAdapter[object]]] = [
        (body_type, mode, TypeAdapter(body_type)) for body_type, mode in types
    ]
    by_type, definitions = TypeAdapter.json_schemas(inputs, ref_template=_REFERENCE_TEMPLATE)
    return {body_type: schema for (body_type, _), schema in by_type.items()}, definitions.get("$defs", {})


def _body_types(operation: Operation) -> Iterator[tuple[type, JsonSchemaMode]]:
    for body_type in (*operation.responses.json, *operation.responses.ndjson):
        yield body_type, "serialization"
    if isinstance(operation.signature.body, JsonBody) and operation.signature.body.schema is not None:
        yield operation.signature.body.schema, "validation"


def _operation(route: Route, schemas: dict[type, Schema]) -> Schema:
    operation = route.operation
    operation_schema: Schema = {
        "summary": operation.summary,
        "operationId": f"{route.verb} {route.path}",
        "parameters": [
            *_path_parameters(route),
            *_query_parameters(route),
            *_header_parameters(operation),
        ],
        "responses": _responses(route, schemas),
    }
    if isinstance(operation.signature.body, JsonBody):
        schema = {} if operation.signature.body.schema is None else schemas[operation.signature.body.schema]
        operation_schema["requestBody"] = {"content": {JSON: {"schema": schema}}, "required": True}
    elif operation.signature.body is not None:
        content = {
            kind: {"schema": schema} for kind, schema in _media_types(operation.signature.body).items()
        }
        operation_schema["requestBody"] = {"content": content, "required": True}
    if operation.acl is not None:
        operation_schema["description"] = f"**Required ACL:** `{operation.acl}`"
        operation_schema["security"] = _security(route)
    elif operation.signature.has_token:  # which data needs one depends on the request
        operation_schema["security"] = [{"token": []}, {}]
    return operation_schema


def _media_types(body: type[ContactUpload | RawBody]) -> Mapping[str, Mapping[str, object]]:
    """Return the media types of an uploaded file or of a raw body, each with its JSON Schema."""
    if issubclass(body, RawBody):
        return body.media_types
    kinds = ["text/csv"] if body is CsvUpload else ["text/csv", "text/vcard"]
    return {kind: {"type": "string"} for kind in kinds}


def _path_parameters(route: Route) -> list[Schema]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in PathRule.parse(route.rule).names
    ]


def _header_parameters(operation: Operation) -> list[Schema]:
    """Return the header parameters, except those that OpenAPI describes as media types."""
    return [
        {"name": name, "in": "header", "required": False, "schema": {"type": "string"}}
        for name in operation.signature.headers
        if name not in {"Accept", "Content-Type"}
    ]


def _query_parameters(route: Route) -> list[Schema]:
    """Return the query parameters of both operations; those that they share are described once."""
    parameters: dict[str, Schema] = {}
    for operation in (route.operation, route.text):
        if operation is not None and operation.signature.query is not None:
            schema = operation.signature.query.model_json_schema()
            for name, part in schema.get("properties", {}).items():
                is_required = name in schema.get("required", [])
                parameter = {"name": name, "in": "query", "required": is_required, "schema": part}
                parameters.setdefault(name, parameter)
    return list(parameters.values())


def _responses(route: Route, schemas: dict[type, Schema]) -> Schema:
    operation = route.operation
    statuses = {*operation.errors, *((401, 429, 503) if operation.acl else ())}
    if route.alternatives is not None:
        statuses |= {400, 403, 404}
    failures = {
        str(status): {"description": _ERROR_DESCRIPTIONS[status]}
        for status in sorted(statuses - route.error_documents)
    }
    success: Schema = {"description": "Success"}
    if documented := sorted(statuses & route.error_documents):
        success = {"description": "Success, or an error as a document", "headers": _true_status(documented)}
    content = _content(operation, schemas) | (_content(route.text, schemas) if route.text else {})
    if content:
        success["content"] = content
    return {str(operation.status): success, **failures}


def _true_status(statuses: Sequence[int]) -> Schema:
    """Return the header of a response that may be an error."""
    schema = {"type": "integer", "enum": statuses}
    return {TRUE_STATUS: {"description": "The status of the error; absent without one", "schema": schema}}


def _content(operation: Operation, schemas: dict[type, Schema]) -> Schema:
    """Return the schemas of a successful response by media type."""
    responses = operation.responses
    content: Schema = {}
    if responses.json:
        schema = _any_of(responses.json, schemas)
        content[JSON] = {"schema": _page_schema(schema) if responses.is_page else schema}
    if responses.ndjson:
        content[NDJSON] = {"schema": _any_of(responses.ndjson, schemas)}
    for text in responses.texts:
        content[text.content_type.partition(";")[0]] = {"schema": {"type": "string"}}
    return content


def _any_of(types: tuple[type, ...], schemas: dict[type, Schema]) -> Schema:
    alternatives = [schemas[body_type] for body_type in types]
    return alternatives[0] if len(alternatives) == 1 else {"anyOf": alternatives}


def _page_schema(item: Schema) -> Schema:
    """Return the schema of a page of a list."""
    properties = {
        "total": _COUNT_SCHEMA,
        "filtered": _COUNT_SCHEMA,
        "items": {"type": "array", "items": item},
    }
    return {"type": "object", "properties": properties, "required": list(properties)}
