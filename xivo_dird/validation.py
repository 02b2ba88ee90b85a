"""Validate request bodies, and report their errors as contract section 1.6 requires."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError, PydanticKnownError

from xivo_dird.bounds import CEILINGS
from xivo_dird.exceptions import InvalidData

NUL = "\0"
NUL_REFUSED = f"Text can't hold the character {NUL!r}."
"""The error for text that PostgreSQL can't even compare; it is refused with every database."""


def _check_storable(text: str) -> str:
    if NUL in text:
        raise PydanticCustomError("nul", "{message}", {"message": NUL_REFUSED})
    return text


Storable = Annotated[str, AfterValidator(_check_storable)]
"""Text that every database can store."""


def _check_plain_digits(value: object) -> object:
    if isinstance(value, str) and not _DIGITS.fullmatch(value):
        raise PydanticKnownError("int_parsing")
    return value


_DIGITS = re.compile(r"-?[0-9]+")
PLAIN_DIGITS = BeforeValidator(_check_plain_digits)
"""Annotates an integer in a query: an optional minus sign and digits, without spaces, `_` or `.`."""


_UUID_SPELLING = re.compile(
    r"(?:urn:uuid:)?(?:\{HEX\}|HEX)".replace("HEX", "[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}"),
    re.ASCII | re.IGNORECASE,
)


def canonical_uuid(text: str) -> str:
    """Return a UUID in lower case with hyphens, as ids are stored; any other text unchanged.

    The other spellings are those that clients could always use: upper case, without hyphens, in braces, as a URN.
    """
    return str(UUID(text.lower())) if _UUID_SPELLING.fullmatch(text) else text


def reject_nul(field: str, text: str) -> None:
    """Check that every database can store a text.

    Raises:
        InvalidData: The text contains a NUL character.
    """
    if NUL in text:
        raise InvalidData(f"{field}: {NUL_REFUSED}", {field: [NUL_REFUSED]})


ModelT = TypeVar("ModelT", bound=BaseModel)
Node = Mapping[str, object]
Location = tuple[int | str, ...]

_TYPES = {
    "string": "string",
    "int": "integer",
    "bool": "boolean",
    "tuple": "list",
    "list": "list",
    "iterable": "list",
    "dict": "dict",
    "mapping": "dict",
    "model": "dict",
    "uuid": "uuid",
}
_LENGTHS = {"string_too_short", "string_too_long", "too_short", "too_long"}
_RANGES = {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}


def validate_body(schema: type[ModelT], body: object) -> ModelT:
    """Return `body` as an instance of `schema`.

    Raises:
        InvalidData: The body is invalid; its details have all errors.
    """
    try:
        return schema.model_validate(body)
    except ValidationError as error:
        raise InvalidData("The body is invalid", error_details(error, schema)) from error


def error_details(error: ValidationError, schema: type[BaseModel]) -> dict[str, object]:
    """Return all errors by field, as nested maps; list positions are keys, as text."""
    details: dict[str, object] = {}
    for problem in error.errors(include_url=False):
        location, description = _describe(problem, schema)
        _insert(details, _without_map_keys(location, schema), description)
    return details


def _without_map_keys(location: Location, schema: type[BaseModel]) -> Location:
    """Remove the map key from a location in a map that `schema` lists in `unnamed_keys` (contract section 2.6)."""
    if not location or location[0] not in getattr(schema, "unnamed_keys", ()):
        return location
    return (location[0], *location[2:])


def _describe(problem: ErrorDetails, schema: type[BaseModel]) -> tuple[Location, object]:
    """Return the location and the description of one error of pydantic."""
    kind, message, location = problem["type"], problem["msg"], problem["loc"]
    if kind in {"tuple_type", "too_short", "too_long"}:  # JSON has lists only
        message = message.replace("Tuple", "List").replace("tuple", "list")
    if kind == "missing":
        return location, _presence_error("required", message)
    if problem["input"] is None and location and kind != "extra_forbidden":
        return location, _presence_error("not_null", message)
    constraint = _constraint(problem, schema)
    if constraint is not None:
        return location or ("_schema",), [{**constraint, "message": message}]
    expected = _TYPES.get(kind.partition("_")[0])
    if expected is not None and kind.partition("_")[2].startswith(("type", "parsing", "from_float")):
        return _type_error(location, expected, message)
    if location and kind != "value_error":
        return location, [message]
    return (*location, "_schema"), [message]


def _constraint(problem: ErrorDetails, schema: type[BaseModel]) -> dict[str, object] | None:
    """Return the constraint that a value violates, or None if the error is not about a constraint."""
    kind, context = problem["type"], problem.get("ctx", {})
    if "constraint_id" in context:
        return {name: context[name] for name in ("constraint_id", "constraint")}
    node = _find_node(schema, problem["loc"])
    if kind in _LENGTHS:  # the contract has no maximum of items: it is named only where it is exceeded
        longest = ("maxLength",) if kind == "too_short" else ("maxLength", "maxItems")
        bounds = {"min": _bound(node, "minLength", "minItems"), "max": _bound(node, *longest)}
        return {"constraint_id": "length", "constraint": bounds}
    if kind in _RANGES:
        return {"constraint_id": "range", "constraint": _range(kind, node)}
    if kind in {"literal_error", "enum"}:
        return {"constraint_id": "enum", "constraint": {"choices": _choices(node)}}
    return None


def _type_error(location: Location, expected: str, message: str) -> tuple[Location, object]:
    """Describe a wrong type: of a field under its name, of the whole body under `_schema`."""
    if not location:
        return ("_schema",), [message]
    return location, {"constraint_id": "type", "constraint": expected, "message": message}


def _presence_error(constraint: str, message: str) -> Node:
    return {"constraint_id": constraint, "constraint": constraint, "message": message}


def _range(kind: str, node: Node) -> Node:
    bounds = {
        "min": _bound(node, "minimum", "exclusiveMinimum"),
        "max": _bound(node, "maximum", "exclusiveMaximum"),
    }
    if bounds["max"] in CEILINGS and kind.startswith("greater"):
        del bounds["max"]
    return {name: bound for name, bound in bounds.items() if bound is not None}


def _choices(node: Node) -> object:
    return [node["const"]] if "const" in node else node.get("enum", [])


def _bound(node: Node, *names: str) -> object:
    return next((node[name] for name in names if name in node), None)


def _insert(details: dict[str, object], location: Location, description: object) -> None:
    for part in location[:-1]:
        inner = details.setdefault(str(part), {})
        if not isinstance(inner, dict):
            return  # there is already an error of the field as a whole
        details = inner
    details.setdefault(str(location[-1]), description)


def _find_node(schema: type[BaseModel], location: Location) -> Node:
    """Return the JSON schema of the field at `location`, or an empty map if it has none."""
    root = _json_schema(schema)
    node: Node = root
    for part in location:
        node = next(_child_nodes(root, node, part), {})
    return next((branch for branch in _branches(root, node) if branch.get("type") != "null"), {})


def _child_nodes(root: Node, node: Node, part: int | str) -> Iterator[Node]:
    for branch in _branches(root, node):
        properties = branch.get("properties")
        child = properties.get(part) if isinstance(properties, Mapping) else None
        for candidate in (child, branch.get("items"), branch.get("additionalProperties")):
            if isinstance(candidate, Mapping):
                yield candidate


def _branches(root: Node, node: Node) -> Iterator[Node]:
    """Yield the node itself, or each branch if it is a union, with references resolved."""
    branches = node.get("anyOf")
    for branch in branches if isinstance(branches, list) else [node]:
        reference, definitions = branch.get("$ref"), root.get("$defs")
        if isinstance(reference, str) and isinstance(definitions, Mapping):
            yield definitions[reference.rpartition("/")[2]]
        else:
            yield branch


@cache
def _json_schema(schema: type[BaseModel]) -> Node:
    return schema.model_json_schema()
