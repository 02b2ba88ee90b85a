"""Schemas of OpenAPI 3.1, converted to those of Swagger 2.0."""

import pytest

from xivo_dird.http.swagger_schema import Schema, converted_schema, inline_schema

REFERENCE: Schema = {"$ref": "#/components/schemas/Source"}
CONVERTED: Schema = {"$ref": "#/definitions/Source"}
NULL: Schema = {"type": "null"}
TEXT: Schema = {"type": "string"}

SCHEMAS: dict[str, tuple[object, Schema]] = {
    "a reference": (REFERENCE, CONVERTED),
    "a text or null": (
        {"anyOf": [{"type": "string", "maxLength": 9}, NULL], "default": None, "title": "Name"},
        {"type": "string", "maxLength": 9, "title": "Name", "x-nullable": True},
    ),
    "a reference or null": ({"anyOf": [REFERENCE, NULL]}, {"allOf": [CONVERTED], "x-nullable": True}),
    "a reference with a default": (
        {"anyOf": [REFERENCE], "default": {"a": 1}},
        {"allOf": [CONVERTED], "default": {"a": 1}},
    ),
    "alternatives of several types": (
        {"anyOf": [{"type": "boolean"}, TEXT], "default": True},
        {"default": True},
    ),
    "alternatives of one type": (
        {"oneOf": [{"type": "object", "title": "A"}, {"type": "object", "title": "B"}]},
        {"type": "object", "title": "A"},
    ),
    "two references": ({"anyOf": [REFERENCE, {"$ref": "#/components/schemas/Other"}]}, CONVERTED),
    "a list of types": ({"type": ["string", "null"]}, {"type": "string", "x-nullable": True}),
    "a constant": ({"const": "replace", "type": "string"}, {"type": "string", "enum": ["replace"]}),
    "an exclusive minimum": (
        {"type": "number", "exclusiveMinimum": 0},
        {"type": "number", "minimum": 0, "exclusiveMinimum": True},
    ),
    "an exclusive maximum": (
        {"type": "integer", "exclusiveMaximum": 9, "minimum": 1},
        {"type": "integer", "maximum": 9, "exclusiveMaximum": True, "minimum": 1},
    ),
    "a list of anything": ({"type": "array"}, {"type": "array", "items": {}}),
    "a tuple": (
        {"type": "array", "prefixItems": [TEXT], "minItems": 1},
        {"type": "array", "minItems": 1, "items": {}},
    ),
    "a map": (
        {"type": "object", "additionalProperties": REFERENCE},
        {"type": "object", "additionalProperties": CONVERTED},
    ),
    "an object without other keys": (
        {"type": "object", "additionalProperties": False, "properties": {"a": REFERENCE}},
        {"type": "object", "additionalProperties": False, "properties": {"a": CONVERTED}},
    ),
    "a property named as a keyword": (
        {"type": "object", "properties": {"const": TEXT, "anyOf": TEXT}},
        {"type": "object", "properties": {"const": TEXT, "anyOf": TEXT}},
    ),
    "unknown keywords": (
        {"type": "string", "contentEncoding": "base64", "examples": ["a"], "$comment": "c"},
        TEXT,
    ),
    "every value": (True, {}),
    "an empty schema": ({}, {}),
}


@pytest.mark.parametrize(("schema", "expected"), SCHEMAS.values(), ids=SCHEMAS)
def test_a_schema_is_converted(schema: object, expected: Schema) -> None:
    assert converted_schema(schema) == expected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "integer", "minimum": 0, "title": "Limit"}, {"type": "integer", "minimum": 0}),
        (
            {"anyOf": [{"type": "integer"}, {"const": "now", "type": "string"}], "default": 0},
            {"type": "string"},
        ),
        (REFERENCE, {"type": "string"}),
        ({}, {"type": "string"}),
        ({"type": "array", "items": TEXT}, {"type": "array", "items": TEXT}),
    ],
)
def test_a_parameter_has_a_type_of_its_own(schema: Schema, expected: Schema) -> None:
    assert inline_schema(schema) == expected
