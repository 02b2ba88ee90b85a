"""The OpenAPI 3.1 description, made of the routes and of what each operation declares."""

import re
from collections.abc import Iterator
from importlib.metadata import version
from typing import NamedTuple

import yaml
from flask import Flask
from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode
from werkzeug.routing import Rule

from xivo_dird.http.csv_body import CsvBody
from xivo_dird.http.json_body import Body
from xivo_dird.http.json_lines import NDJSON
from xivo_dird.http.operation import OPERATIONS, Operation

Schema = dict[str, object]

_COUNT: Schema = {"type": "integer", "minimum": 0}
_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
_REFERENCE = "#/components/schemas/{model}"
_ERRORS = {400: "Invalid", 401: "Unauthorized", 404: "Not found", 409: "Conflict", 503: "Unavailable"}


class _Route(NamedTuple):
    path: str
    method: str
    arguments: list[str]
    operation: Operation


def document(flask: Flask, prefix: str, server: str) -> Schema:
    """Describe every declared route of `flask` below `prefix`; `server` is the URL that clients see it at."""
    routes = list(_routes(flask, prefix))
    schemas, components = _schemas(routes)
    paths: dict[str, Schema] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method] = _operation(route, schemas)
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


def render(description: Schema) -> str:
    """Write a description as YAML."""
    return yaml.safe_dump(description, sort_keys=False, allow_unicode=True)


def _routes(flask: Flask, prefix: str) -> Iterator[_Route]:
    for rule in sorted(flask.url_map.iter_rules(), key=str):
        view = getattr(flask.view_functions[rule.endpoint], "view_class", None)
        for method in sorted(rule.methods or ()):
            implementation = getattr(view, method.lower(), None)
            declared = OPERATIONS.get(implementation) if implementation else None
            if declared is not None:
                yield _Route(_path(rule, prefix), method.lower(), _ARGUMENT.findall(rule.rule), declared)


def _path(rule: Rule, prefix: str) -> str:
    return _ARGUMENT.sub(r"{\1}", rule.rule.removeprefix(prefix))


def _schemas(routes: list[_Route]) -> tuple[dict[type, Schema], Schema]:
    """Make one schema per type of an answer or a body, and the components that they share."""
    kinds = dict.fromkeys(kind for route in routes for kind in _kinds(route.operation))
    inputs: list[tuple[type, JsonSchemaMode, TypeAdapter[object]]] = [
        (kind, mode, TypeAdapter(kind)) for kind, mode in kinds
    ]
    by_type, definitions = TypeAdapter.json_schemas(inputs, ref_template=_REFERENCE)
    return {kind: schema for (kind, _), schema in by_type.items()}, definitions.get("$defs", {})


def _kinds(declared: Operation) -> Iterator[tuple[type, JsonSchemaMode]]:
    for kind in (*_answers(declared), *declared.lines):
        yield kind, "serialization"
    if isinstance(declared.body, Body) and declared.body.schema is not None:
        yield declared.body.schema, "validation"


def _operation(route: _Route, schemas: dict[type, Schema]) -> Schema:
    declared = route.operation
    described: Schema = {
        "summary": declared.summary,
        "operationId": f"{route.method} {route.path}",
        "parameters": [*_path_parameters(route), *_query_parameters(declared)],
        "responses": _responses(declared, schemas),
    }
    if isinstance(declared.body, CsvBody):
        described["requestBody"] = {"content": {"text/csv": {"schema": {"type": "string"}}}, "required": True}
    elif declared.body is not None:
        schema = {} if declared.body.schema is None else schemas[declared.body.schema]
        described["requestBody"] = {"content": {"application/json": {"schema": schema}}, "required": True}
    if declared.acl is not None:
        described["description"] = f"**Required ACL:** `{declared.acl}`"
        described["security"] = [{"token": []}]
    return described


def _path_parameters(route: _Route) -> list[Schema]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in route.arguments
    ]


def _query_parameters(declared: Operation) -> list[Schema]:
    if declared.query is None:
        return []
    schema = declared.query.model_json_schema()
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": part}
        for name, part in schema.get("properties", {}).items()
    ]


def _responses(declared: Operation, schemas: dict[type, Schema]) -> Schema:
    success: Schema = {"description": "Success"}
    if declared.answer is not None:
        schema = _one_of(_answers(declared), schemas)
        content = {declared.content_type: {"schema": _page(schema) if declared.page else schema}}
        if declared.lines:
            content[NDJSON] = {"schema": _one_of(declared.lines, schemas)}
        success["content"] = content
    statuses = {*declared.errors, *((401, 503) if declared.acl else ())}
    failures = {str(status): {"description": _ERRORS[status]} for status in sorted(statuses)}
    return {str(declared.success): success, **failures}


def _answers(declared: Operation) -> tuple[type, ...]:
    answer = declared.answer
    return answer if isinstance(answer, tuple) else (answer,) if answer is not None else ()


def _one_of(kinds: tuple[type, ...], schemas: dict[type, Schema]) -> Schema:
    described = [schemas[kind] for kind in kinds]
    return described[0] if len(described) == 1 else {"anyOf": described}


def _page(item: Schema) -> Schema:
    """Describe a part of a list."""
    properties = {"total": _COUNT, "filtered": _COUNT, "items": {"type": "array", "items": item}}
    return {"type": "object", "properties": properties, "required": list(properties)}
