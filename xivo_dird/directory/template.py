"""The templates of `format_columns`, compiled once per source (contract section 3.2)."""

import re
from collections.abc import Callable, Mapping
from string import Formatter

Template = Callable[[Mapping[str, object]], str | None]
Resolver = Callable[[Mapping[str, object]], str]

_FIELD = re.compile(r"(?P<name>[^.\[\]]+)(?P<path>(?:\[[^\[\]]+\])*)")
_INDEX = re.compile(r"\[([^\[\]]+)\]")
_SPEC = re.compile(r"[<>^]?\d{0,3}(?:\.\d{1,3})?s?")  # wider would be a way to fill the memory


class _UnresolvableError(Exception):
    """A placeholder that can't be filled: the whole column is null."""


def compile_template(text: str) -> Template:
    """Compile `text` to a function: fields -> stripped text, None for an empty or unresolvable column."""
    try:
        parts = [_resolver(*part) for part in Formatter().parse(text)]
    except (ValueError, _UnresolvableError):
        return _always_null

    def fill(fields: Mapping[str, object]) -> str | None:
        try:
            return "".join([part(fields) for part in parts]).strip() or None
        except _UnresolvableError:
            return None

    return fill


def _always_null(_fields: Mapping[str, object]) -> str | None:
    return None


def _resolver(literal: str, field: str | None, spec: str | None, conversion: str | None) -> Resolver:
    if field is None:
        return lambda _fields: literal
    match = _FIELD.fullmatch(field)
    if match is None or match["name"].isdigit() or conversion or not _SPEC.fullmatch(spec or ""):
        raise _UnresolvableError(field)
    name = match["name"]
    path = tuple(_INDEX.findall(match["path"]))
    if not path and not spec:
        return _plain(literal, name)
    return _indexed(literal, name, path, spec or "")


def _plain(literal: str, name: str) -> Resolver:
    def resolve(fields: Mapping[str, object]) -> str:
        value = fields.get(name)
        return literal if value is None else f"{literal}{value}"

    return resolve


def _indexed(literal: str, name: str, path: tuple[str, ...], spec: str) -> Resolver:
    def resolve(fields: Mapping[str, object]) -> str:
        value = fields.get(name)
        for index in path:
            value = _element(value, index)
        return literal + format("" if value is None else str(value), spec)

    return resolve


def _element(value: object, index: str) -> object:
    if isinstance(value, Mapping) and index in value:
        element: object = value[index]
        return element
    if isinstance(value, list | tuple | str) and index.isdecimal() and int(index) < len(value):
        return value[int(index)]
    raise _UnresolvableError(index)
