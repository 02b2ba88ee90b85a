"""Paths in JSON answers: JMESPath expressions, without the parts of the language that take unbounded time."""

from collections.abc import Iterator, Mapping
from typing import Annotated

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult
from pydantic import AfterValidator, StringConstraints

from xivo_dird.backend import printable_excerpt

MAX_PATH_CHARACTERS = 512
MAX_PATH_NODES = 60
"""Maximum number of nodes of the tree of a path; each of them may go through a whole answer."""

MAX_SHOWN_KEYS = 12

COSTLY_NODES = frozenset({"multi_select_dict", "multi_select_list"})
"""They copy what they are applied to, so that `[@,@]|[@,@]|…` takes exponential time."""

FUNCTIONS = frozenset(
    {"contains", "ends_with", "keys", "length", "not_null", "starts_with", "to_number", "type", "values"}
)
"""Functions whose results are not larger than their arguments."""


class JsonPath:
    """A path, which finds something in a parsed JSON text or nothing; shared by threads."""

    def __init__(self, text: str) -> None:
        """Parse a path.

        Raises:
            ValueError: It is no JMESPath expression, or has a part that is not allowed.
        """
        self.text = text
        try:
            self._expression = jmespath.compile(text)
        except (
            JMESPathError,
            ValueError,
            RecursionError,
            Warning,
        ) as error:  # a warning: `text` without quotes
            raise ValueError(f"{printable_excerpt(text)!r} is no JMESPath expression") from error
        nodes = list(_nodes(self._expression.parsed))
        if len(nodes) > MAX_PATH_NODES:
            raise ValueError("a path with so many parts is not supported")
        for node in nodes:
            _check_node(node)

    def find(self, value: object) -> object:
        """Return what is there, None if nothing is."""
        try:
            found: object = self._expression.search(value)
        except (
            JMESPathError,
            TypeError,
            ValueError,  # a slice with the step 0
            RecursionError,
        ):  # values of other types than the expression expects
            return None
        return found

    def elements_in(self, value: object) -> list[object]:
        """Return the list of which the path takes a part of each element, such as `rows` of `rows[*].person`."""
        tree = self._expression.parsed
        if tree["type"] != "projection":
            return []
        try:
            found: object = ParsedResult(self.text, tree["children"][0]).search(value)
        except (JMESPathError, TypeError, ValueError, RecursionError):
            return []
        return found if isinstance(found, list) else []


def _validate_path(text: str) -> str:
    JsonPath(text)
    return text


PathText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAX_PATH_CHARACTERS),
    AfterValidator(_validate_path),
]
"""The type of an option that is a path."""


def describe_json(value: object) -> str:
    """Return what a JSON value is, with the keys of an object, without any of its values."""
    if isinstance(value, Mapping):
        keys = [printable_excerpt(str(key))[:64] for key in list(value)[:MAX_SHOWN_KEYS]]
        more = ", …" if len(value) > MAX_SHOWN_KEYS else ""
        return f"an object with the keys {', '.join(keys)}{more}" if keys else "an empty object"
    kinds = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "a number")


def _nodes(node: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    yield node
    children = node.get("children")
    for child in children if isinstance(children, list) else ():
        if isinstance(child, Mapping):
            yield from _nodes(child)


def _check_node(node: Mapping[str, object]) -> None:
    if node["type"] in COSTLY_NODES:
        raise ValueError("lists and maps of several expressions are not supported in a path")
    if node["type"] == "function_expression" and node["value"] not in FUNCTIONS:
        known = ", ".join(sorted(FUNCTIONS))
        raise ValueError(
            f"the function {printable_excerpt(str(node['value']))} is not supported: {known} are"
        )


def is_true(value: object) -> bool:
    """Return False for what JMESPath regards as false: nothing, false, and empty texts, lists and maps."""
    return not (value is None or value is False or value in ("", [], {}))
