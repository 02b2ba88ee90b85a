"""The OpenAPI 3.1 description, made of the routes and of what each operation declares."""

import re
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import NamedTuple

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from xivo_dird.http.answers import JSON, NDJSON
from xivo_dird.http.json_body import JsonBody
from xivo_dird.http.operation import Operation

Schema = dict[str, object]

_COUNT: Schema = {"type": "integer", "minimum": 0}
_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
_REFERENCE = "#/components/schemas/{model}"
_ERRORS = {400: "Invalid", 401: "Unauthorized", 404: "Not found", 409: "Conflict", 503: "Unavailable"}


class Route(NamedTuple):
    """One operation: the rule of its path, its verb in lower case, and its declaration."""

    rule: str
    verb: str
    operation: Operation

    @property
    def path(self) -> str:
        """The path as OpenAPI writes it."""
        return _ARGUMENT.sub(r"{\1}", self.rule)


def document(added: Sequence[Route], server: str) -> Schema:
    """Describe every operation; `server` is the URL that clients see them at."""
    routes = sorted(added, key=lambda route: (route.rule, route.verb))
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
            "securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": "X-Auth-Token"}},
        },
    }


def _schemas(routes: list[Route]) -> tuple[dict[type, Schema], Schema]:
    """Make one schema per type of an answer or a body, and the components that they share."""
    kinds = dict.fromkeys(kind for route in routes for kind in _kinds(route.operation))
    inputs: list[tuple[type, JsonSchemaMode, TypeAdapter[object]]] = [
        (kind, mode, TypeAdapter(kind)) for kind, mode in kinds
    ]
    by_type, definitions = TypeAdapter.json_schemas(inputs, ref_template=_REFERENCE)
    return {kind: schema for (kind, _), schema in by_type.items()}, definitions.get("$defs", {})


def _kinds(declared: Operation) -> Iterator[tuple[type, JsonSchemaMode]]:
    for kind in (*declared.answers.json, *declared.answers.lines):
        yield kind, "serialization"
    if isinstance(declared.takes.body, JsonBody) and declared.takes.body.schema is not None:
        yield declared.takes.body.schema, "validation"


def _operation(route: Route, schemas: dict[type, Schema]) -> Schema:
    declared = route.operation
    described: Schema = {
        "summary": declared.summary,
        "operationId": f"{route.verb} {route.path}",
        "parameters": [*_path_parameters(route), *_query_parameters(declared), *_headers(declared)],
        "responses": _responses(declared, schemas),
    }
    if isinstance(declared.takes.body, JsonBody):
        schema = {} if declared.takes.body.schema is None else schemas[declared.takes.body.schema]
        described["requestBody"] = {"content": {JSON: {"schema": schema}}, "required": True}
    elif declared.takes.body is not None:
        described["requestBody"] = {"content": {"text/csv": {"schema": {"type": "string"}}}, "required": True}
    if declared.acl is not None:
        described["description"] = f"**Required ACL:** `{declared.acl}`"
        described["security"] = [{"token": []}]
    return described


def _path_parameters(route: Route) -> list[Schema]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _ARGUMENT.findall(route.rule)
    ]


def _headers(declared: Operation) -> list[Schema]:
    """Describe the headers, but for those that OpenAPI describes as media types."""
    return [
        {"name": name, "in": "header", "required": False, "schema": {"type": "string"}}
        for name in declared.takes.headers
        if name not in {"Accept", "Content-Type"}
    ]


def _query_parameters(declared: Operation) -> list[Schema]:
    if declared.takes.query is None:
        return []
    schema = declared.takes.query.model_json_schema()
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": part}
        for name, part in schema.get("properties", {}).items()
    ]


def _responses(declared: Operation, schemas: dict[type, Schema]) -> Schema:
    statuses = {*declared.errors, *((401, 503) if declared.acl else ())}
    failures = {str(status): {"description": _ERRORS[status]} for status in sorted(statuses)}
    success: Schema = {"description": "Success"}
    content = _content(declared, schemas)
    if content:
        success["content"] = content
    return {str(declared.status): success, **failures}


def _content(declared: Operation, schemas: dict[type, Schema]) -> Schema:
    """Describe the body of a success, by media type."""
    answers = declared.answers
    content: Schema = {}
    if answers.json:
        schema = _one_of(answers.json, schemas)
        content[JSON] = {"schema": _page(schema) if answers.page else schema}
    if answers.lines:
        content[NDJSON] = {"schema": _one_of(answers.lines, schemas)}
    for text in answers.texts:
        content[text.content_type.partition(";")[0]] = {"schema": {"type": "string"}}
    return content


def _one_of(kinds: tuple[type, ...], schemas: dict[type, Schema]) -> Schema:
    described = [schemas[kind] for kind in kinds]
    return described[0] if len(described) == 1 else {"anyOf": described}


def _page(item: Schema) -> Schema:
    """Describe a part of a list."""
    properties = {"total": _COUNT, "filtered": _COUNT, "items": {"type": "array", "items": item}}
    return {"type": "object", "properties": properties, "required": list(properties)}
