"""The Swagger 2.0 description (contract section 2.14), converted from the OpenAPI 3.1 document of the same routes.

Swagger 2.0 describes fewer things. Of several media types of a response, the schema of the first is kept.
"""

from collections.abc import Mapping, Sequence

from xivo_dird.http.responses import JSON
from xivo_dird.http.swagger_schema import Schema, converted_schema, inline_schema

PARAMETER_KEYS = ("name", "in", "required", "description")


def build_swagger(document: Mapping[str, object], proxy_prefix: str) -> Schema:
    """Return the Swagger 2.0 document for an OpenAPI 3.1 document.

    Args:
        document: The OpenAPI document.
        proxy_prefix: The path prefix of a reverse proxy; empty without one. A reverse proxy serves HTTPS.
    """
    components = _section(document, "components")
    server, *_ = _sections(document, "servers")
    return {
        "swagger": "2.0",
        "info": document["info"],
        "basePath": server["url"],
        **({"schemes": ["https"]} if proxy_prefix else {}),
        "paths": {
            path: {verb: _operation(_section(item, verb)) for verb in item}
            for path, item in _items(document, "paths")
        },
        "definitions": {name: converted_schema(schema) for name, schema in _items(components, "schemas")},
        "securityDefinitions": {
            name: _security_definition(scheme) for name, scheme in _items(components, "securitySchemes")
        },
    }


def _security_definition(scheme: Schema) -> Schema:
    """Convert a security scheme: HTTP Basic has a type of its own."""
    return {"type": scheme["scheme"]} if scheme["type"] == "http" else scheme


def _operation(operation: Schema) -> Schema:
    """Convert an operation: a body becomes a parameter, and media types become properties of the operation."""
    body = _section(operation, "requestBody")
    responses = dict(_items(operation, "responses"))
    produced = list(
        dict.fromkeys(media for response in responses.values() for media, _ in _content(response))
    )
    parameters = [_parameter(parameter) for parameter in _sections(operation, "parameters")]
    converted: Schema = {
        **{key: operation[key] for key in ("summary", "description", "operationId") if key in operation},
        "produces": produced or [JSON],
        "parameters": parameters,
        "responses": {status: _response(response) for status, response in responses.items()},
    }
    for _, schema in _content(body)[:1]:
        converted["consumes"] = [media_type for media_type, _ in _content(body)]
        parameters.append(
            {"name": "body", "in": "body", "required": True, "schema": converted_schema(schema)}
        )
    if "security" in operation:
        converted["security"] = operation["security"]
    return converted


def _parameter(parameter: Schema) -> Schema:
    """Convert a parameter: its schema is part of the parameter itself."""
    described = {key: parameter[key] for key in PARAMETER_KEYS if key in parameter}
    return {**inline_schema(_section(parameter, "schema")), **described}


def _response(response: Schema) -> Schema:
    converted: Schema = {"description": response["description"]}
    headers = {
        name: {**inline_schema(_section(header, "schema")), "description": header["description"]}
        for name, header in _items(response, "headers")
    }
    if headers:
        converted["headers"] = headers
    for _, schema in _content(response)[:1]:
        converted["schema"] = converted_schema(schema)
    return converted


def _content(described: Schema) -> Sequence[tuple[str, Schema]]:
    """Return the media types of a body or a response, and the schema of each."""
    return [(media_type, _section(media, "schema")) for media_type, media in _items(described, "content")]


def _section(parent: Mapping[str, object], key: str) -> Schema:
    section = parent.get(key)
    return section if isinstance(section, dict) else {}


def _sections(parent: Mapping[str, object], key: str) -> Sequence[Schema]:
    sections = parent.get(key)
    return [each for each in sections if isinstance(each, dict)] if isinstance(sections, list) else []


def _items(parent: Mapping[str, object], key: str) -> Sequence[tuple[str, Schema]]:
    section = _section(parent, key)
    return [(name, _section(section, name)) for name in section]
