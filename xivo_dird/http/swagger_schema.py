"""JSON Schema 2020-12, which OpenAPI 3.1 uses, converted to the schema object of Swagger 2.0.

Swagger 2.0 (https://swagger.io/specification/v2/#schema-object) has the keywords of JSON Schema draft 4 listed in
`KEYWORDS`, no alternatives and no null.
"""

from collections.abc import Mapping, Sequence

Schema = dict[str, object]

KEYWORDS = frozenset(
    (
        "format",
        "title",
        "description",
        "default",
        "multipleOf",
        "maximum",
        "exclusiveMaximum",
        "minimum",
        "exclusiveMinimum",
        "maxLength",
        "minLength",
        "pattern",
        "maxItems",
        "minItems",
        "uniqueItems",
        "maxProperties",
        "minProperties",
        "required",
        "enum",
        "type",
        "items",
        "allOf",
        "properties",
        "additionalProperties",
        "readOnly",
    )
)
"""The keywords that Swagger 2.0 understands, besides `$ref`."""

NULLABLE = "x-nullable"
"""The usual extension for values that may be null."""

_SIMPLE_TYPES = ("string", "number", "integer", "boolean")
_OLD_REFERENCE, _REFERENCE = "#/components/schemas/", "#/definitions/"


def converted_schema(schema: object) -> Schema:
    """Return the Swagger 2.0 schema that accepts all that `schema` accepts, and as little more as possible."""
    if not isinstance(schema, Mapping):  # true or false: every value, or none
        return {}
    reference = schema.get("$ref")
    if isinstance(reference, str):
        return {"$ref": reference.replace(_OLD_REFERENCE, _REFERENCE)}
    alternatives = _list(schema.get("anyOf", schema.get("oneOf")))
    if alternatives:
        return _from_alternatives(schema, alternatives)
    return _from_keywords(schema)


def inline_schema(schema: Schema) -> Schema:
    """Return the schema of a parameter that is no body: a simple type or a list, without references."""
    converted = converted_schema(schema)
    converted.pop("title", None)
    if converted.get("type") not in (*_SIMPLE_TYPES, "array"):
        return {"type": "string"}
    return converted


def _from_keywords(schema: Mapping[str, object]) -> Schema:
    converted = {key: _converted_value(key, value) for key, value in schema.items() if key in KEYWORDS}
    converted.update(_bounds(schema))
    types = _list(schema.get("type"))
    if types:
        converted["type"] = next(each for each in types if each != "null")
    if "null" in types:
        converted[NULLABLE] = True
    if "const" in schema:
        converted["enum"] = [schema["const"]]
    if converted.get("type") == "array":
        converted.setdefault("items", {})
    if converted.get("default", "") is None:
        del converted["default"]
    return converted


def _from_alternatives(schema: Mapping[str, object], alternatives: Sequence[object]) -> Schema:
    """Return a schema for alternatives.

    Of alternatives of one type the first is described, which is the one of the contract; alternatives of several types
    are any value.
    """
    others = {key: value for key, value in schema.items() if key not in {"anyOf", "oneOf"}}
    described = [converted_schema(each) for each in alternatives if _type(each) != "null"]
    types = {str(each.get("type")) for each in described}
    converted = described[0] if len(types) == 1 else {}
    if "$ref" in converted and (others or len(described) < len(alternatives)):
        converted = {"allOf": [converted]}
    converted = {**converted, **converted_schema(others)}
    if len(described) < len(alternatives):
        converted[NULLABLE] = True
    return converted


def _converted_value(key: str, value: object) -> object:
    if key == "properties" and isinstance(value, Mapping):
        return {name: converted_schema(child) for name, child in value.items()}
    if key == "allOf":
        return [converted_schema(child) for child in _list(value)]
    if key == "items" or (key == "additionalProperties" and isinstance(value, Mapping)):
        return converted_schema(value)
    return value


def _bounds(schema: Mapping[str, object]) -> Schema:
    """Return the exclusive bounds: in draft 4, they are flags beside the bounds."""
    bounds: Schema = {}
    for bound in ("minimum", "maximum"):
        exclusive = f"exclusive{bound.capitalize()}"
        value = schema.get(exclusive)
        if value is not None and not isinstance(value, bool):
            bounds |= {bound: value, exclusive: True}
    return bounds


def _type(schema: object) -> object:
    return schema.get("type") if isinstance(schema, Mapping) else None


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else []
