"""Parses the templates of `format_columns` (contract section 3.2).

`{...}` is a replacement field of Python's string formatting, and the operators `.`, `[`, `:` and `!` are read as there.
But spreadsheets and address books have columns such as `Tel. privat` and `Phone: work`, so a column with the whole text
as its name comes first, and a text that is no valid replacement field can only be a name.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(r"\{\{|\}\}|\{(?P<field>[^{}]*)\}|(?P<brace>[{}])|(?P<literal>[^{}]+)")
_FIELD = re.compile(
    r"""(?P<name>[^.\[\]:!]*)
    (?P<path>(?:\[[^\[\]]+\])*)
    (?P<attributes>(?:\.[^\W\d]\w*(?:\[[^\[\]]+\])*)*)
    (?:!(?P<conversion>[rsa]))?
    (?::(?P<spec>(?:.?[<>=^])?[-+ ]?z?\#?0?\d*[,_]?(?:\.\d+)?[bcdeEfFgGnosxX%]?))?""",
    re.VERBOSE,
)
_INDEX = re.compile(r"\[([^\[\]]+)\]")
_SUPPORTED_SPEC = re.compile(r"[<>^]?\d{0,3}(?:\.\d{1,3})?s?")  # a larger width could exhaust the memory


class Placeholder(NamedTuple):
    """A replacement field.

    Attributes:
        text: What is between the braces; a column with this name is inserted.
        name: Without such a column: the field that is inserted. None: there is none, so the whole result is null.
        path: The keys and indexes of an element of the field.
        spec: How the element is formatted.
    """

    text: str
    name: str | None
    path: tuple[str, ...] = ()
    spec: str = ""


def parse_template(template: str) -> Iterator[str | Placeholder]:
    """Yield the literal texts and the placeholders of a template.

    Raises:
        ValueError: There is a brace that is neither doubled nor one of a pair.
    """
    for token in _TOKEN.finditer(template):
        if token["brace"]:
            raise ValueError(f"a single {token['brace']!r}: double it if it is text")
        if token["field"] is not None:
            yield _placeholder(token["field"])
        else:
            yield token["literal"] or token[0][0]


def _placeholder(text: str) -> Placeholder:
    match = _FIELD.fullmatch(text)
    if match is None:
        return Placeholder(text, None if "[" in text or "]" in text else text)
    name, spec = match["name"], match["spec"] or ""
    is_supported = not (match["attributes"] or match["conversion"]) and _SUPPORTED_SPEC.fullmatch(spec)
    if not name or name.isdigit() or not is_supported:
        return Placeholder(text, None)
    return Placeholder(text, name, tuple(_INDEX.findall(match["path"])), spec)
