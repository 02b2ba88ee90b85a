"""The type and the default of an option in words, from its JSON schema."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]
Headings = Mapping[str, str]
"""The heading under which each model is described, by the name of its definition."""

UNLIMITED = 2**31 - 1
"""A maximum from here on is not mentioned."""

MAX_SHOWN_ELEMENTS = 2


def slug(heading: str) -> str:
    """Return the anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def joined(parts: Sequence[str], last: str = "and") -> str:
    """Return the parts as one list of words."""
    return f" {last} ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def models_of(node: Schema) -> Iterator[tuple[str, str]]:
    """Yield the definitions that a value may have, each with what of the value it describes."""
    for branch in _branches(node):
        if "$ref" in branch:
            yield "", _definition(branch)
        for prefix, inner in (("an element of ", "items"), ("a value of ", "additionalProperties")):
            if isinstance(branch.get(inner), Mapping):
                yield from ((prefix, name) for _, name in models_of(branch[inner]))


def type_in_words(node: Schema, headings: Headings) -> str:
    """Return what a value is, such as `number, 1 to 60`."""
    words = [word for branch in _branches(node) for word in _alternatives(branch, headings)]
    return joined(list(dict.fromkeys(words)), "or")


def default_in_words(node: Schema) -> str:
    """Return the default as YAML has it; a model has the defaults of its options."""
    default = node.get("default")
    if isinstance(default, Mapping) and default:
        return "as in its table"
    if isinstance(default, list) and default:
        shown = [f"`{each}`" for each in default[:MAX_SHOWN_ELEMENTS]]
        more = len(default) - len(shown)
        return ", ".join(shown) + (f" and {more} more" if more else "")
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, int | float):
        return f"{default:g}" if isinstance(default, float) else str(default)
    return f"`{default}`" if default else "none"


def _branches(node: Schema) -> list[Schema]:
    """Return the alternatives of a value, except null."""
    return [each for each in node.get("anyOf", [node]) if each.get("type") != "null"]


def _definition(node: Schema) -> str:
    return str(node["$ref"]).rpartition("/")[2]


def _alternatives(node: Schema, headings: Headings) -> list[str]:
    """Return the values of a type with few of them, else the type."""
    values = ["true", "false"] if node.get("type") == "boolean" else node.get("enum", [])
    return [f"`{each}`" for each in values] or [_words(node, headings, 1)]


def _words(node: Schema, headings: Headings, count: int) -> str:
    """Return what one value is, or several values are."""
    if "$ref" in node:
        heading = headings.get(_definition(node))
        return f"[{_plural('map', count)}](#{slug(heading)})" if heading else "any value"
    kind = node.get("type")
    if kind == "array":
        return f"{_plural('list', count)} of {_inner(node.get('items', {}), headings)}"
    if kind == "object":
        return f"{_plural('map', count)} of {_inner(_values(node), headings)}"
    if kind in {"integer", "number"}:
        return f"{_plural(kind, count)}{_range(node) if count == 1 else ''}"
    return _plural({"path": "path", "uuid": "UUID"}.get(node.get("format", ""), "text"), count)


def _inner(node: Schema, headings: Headings) -> str:
    return joined(list(dict.fromkeys(_words(each, headings, 2) for each in _branches(node))), "or")


def _values(node: Schema) -> Schema:
    """Return the schema of the values of a map."""
    values = node.get("additionalProperties", next(iter(node.get("patternProperties", {}).values()), {}))
    return values if isinstance(values, Mapping) else {}


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"


def _range(node: Schema) -> str:
    low, high, above = (node.get(key) for key in ("minimum", "maximum", "exclusiveMinimum"))
    high = None if high is None or high >= UNLIMITED else f"{high:,.0f}"
    if above is not None:
        return f" above {above:g}" + (f", at most {high}" if high else "")
    if low is not None:
        return f", {low:g} to {high}" if high else f", at least {low:g}"
    return f", at most {high}" if high else ""
