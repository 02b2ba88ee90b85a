"""What is wrong with a body, told as contract section 1.6 has it."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError, PydanticKnownError

from xivo_dird.exceptions import InvalidData

NUL = "\0"
NUL_REFUSED = f"Text can't hold the character {NUL!r}."
"""PostgreSQL can't even compare it; every store answers the same."""


def _storable(text: str) -> str:
    if NUL in text:
        raise PydanticCustomError("nul", "{message}", {"message": NUL_REFUSED})
    return text


Storable = Annotated[str, AfterValidator(_storable)]
"""Text that any store takes."""


def _boolean_as_text(given: object) -> object:
    return str(given) if isinstance(given, bool) else given


NO_BOOLEAN = BeforeValidator(_boolean_as_text)
"""Annotates a number in a body: numeric text is one, `true` is not, though Python counts it as 1."""


def _plain_digits(given: object) -> object:
    if isinstance(given, str) and not _DIGITS.fullmatch(given):
        raise PydanticKnownError("int_parsing")
    return given


_DIGITS = re.compile(r"-?[0-9]+")
PLAIN_DIGITS = BeforeValidator(_plain_digits)
"""Annotates an integer in a query: neither blanks nor `1_000` nor `1.0`."""


def refuse_nul(field: str, text: str) -> None:
    """Refuse text that not every store takes. Raises `InvalidData`."""
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


def checked(schema: type[ModelT], body: object) -> ModelT:
    """Read `body` by `schema`. Raises `InvalidData` with the details of every problem."""
    try:
        return schema.model_validate(body)
    except ValidationError as error:
        raise InvalidData("The body is invalid", details(error, schema)) from error


def details(error: ValidationError, schema: type[BaseModel]) -> dict[str, object]:
    """Tell every problem under the name of its field; list positions are string keys."""
    told: dict[str, object] = {}
    for problem in error.errors(include_url=False):
        where, what = _told(problem, schema)
        _put(told, _without_keys(where, schema), what)
    return told


def _without_keys(where: Location, schema: type[BaseModel]) -> Location:
    """Leave out the key in a map that `schema` names in `unnamed_keys` (contract section 2.6)."""
    if where[0] not in getattr(schema, "unnamed_keys", ()):
        return where
    return (where[0], *where[2:])


def _told(problem: ErrorDetails, schema: type[BaseModel]) -> tuple[Location, object]:
    kind, message, where = problem["type"], problem["msg"], problem["loc"]
    if kind == "missing":
        return where, _presence("required", message)
    if problem["input"] is None and where and kind != "extra_forbidden":
        return where, _presence("not_null", message)
    told = _value_problem(problem, schema)
    if told is not None:
        return where, [{**told, "message": message}]
    expected = _TYPES.get(kind.partition("_")[0])
    if expected is not None and kind.partition("_")[2].startswith(("type", "parsing", "from_float")):
        return _placed(where, expected, message)
    return (where, [message]) if where and kind != "value_error" else ((*where, "_schema"), [message])


def _value_problem(problem: ErrorDetails, schema: type[BaseModel]) -> dict[str, object] | None:
    """Tell which constraint a value breaks; None if it is no constraint on a value."""
    kind, context = problem["type"], problem.get("ctx", {})
    if "constraint_id" in context:
        return {name: context[name] for name in ("constraint_id", "constraint")}
    node = _node(schema, problem["loc"])
    if kind in _LENGTHS:
        bounds = {"min": _bound(node, "minLength", "minItems"), "max": _bound(node, "maxLength", "maxItems")}
        return {"constraint_id": "length", "constraint": bounds}
    if kind in _RANGES:
        return {"constraint_id": "range", "constraint": _range(node)}
    if kind in {"literal_error", "enum"}:
        return {"constraint_id": "enum", "constraint": {"choices": _choices(node)}}
    return None


def _placed(where: Location, expected: str, message: str) -> tuple[Location, object]:
    """A wrong type is the field's problem; that of the whole body is the schema's."""
    if not where:
        return ("_schema",), [message]
    return where, {"constraint_id": "type", "constraint": expected, "message": message}


def _presence(constraint: str, message: str) -> Node:
    return {"constraint_id": constraint, "constraint": constraint, "message": message}


def _range(node: Node) -> Node:
    bounds = {
        "min": _bound(node, "minimum", "exclusiveMinimum"),
        "max": _bound(node, "maximum", "exclusiveMaximum"),
    }
    return {name: bound for name, bound in bounds.items() if bound is not None}


def _choices(node: Node) -> object:
    return [node["const"]] if "const" in node else node.get("enum", [])


def _bound(node: Node, *names: str) -> object:
    return next((node[name] for name in names if name in node), None)


def _put(told: dict[str, object], where: Location, what: object) -> None:
    for part in where[:-1]:
        inner = told.setdefault(str(part), {})
        if not isinstance(inner, dict):
            return  # the field as a whole is wrong already
        told = inner
    told.setdefault(str(where[-1]), what)


def _node(schema: type[BaseModel], where: Location) -> Node:
    """Find the JSON schema of the field at `where`; empty if it has none."""
    root = _json_schema(schema)
    node: Node = root
    for part in where:
        node = next((found for found in _below(root, node, part)), {})
    return next((option for option in _options(root, node) if option.get("type") != "null"), {})


def _below(root: Node, node: Node, part: int | str) -> Iterator[Node]:
    for option in _options(root, node):
        properties = option.get("properties")
        inner = properties.get(part) if isinstance(properties, Mapping) else None
        for candidate in (inner, option.get("items"), option.get("additionalProperties")):
            if isinstance(candidate, Mapping):
                yield candidate


def _options(root: Node, node: Node) -> Iterator[Node]:
    """List what a node may be: itself, or each branch of its union, references followed."""
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
