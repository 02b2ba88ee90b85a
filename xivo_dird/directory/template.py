"""Templates of `format_columns`, compiled once per source (contract section 3.2)."""

import re
from collections.abc import Callable, Mapping, Sequence
from string import Formatter

Template = Callable[[Mapping[str, object]], str | None]
Resolver = Callable[[Mapping[str, object]], str]

_Part = tuple[str, str | None, str | None, str | None]

_FIELD = re.compile(r"(?P<name>[^.\[\]]+)(?P<path>(?:\[[^\[\]]+\])*)")
_INDEX = re.compile(r"\[([^\[\]]+)\]")
_SPEC = re.compile(r"[<>^]?\d{0,3}(?:\.\d{1,3})?s?")  # a larger width could exhaust the memory


class _UnresolvableError(Exception):
    """A placeholder can't be resolved, so the whole column is null."""


def compile_template(text: str) -> Template:
    """Return a function that fills in the fields of an entry.

    It returns the stripped text, or None if the text is empty or a placeholder can't be resolved.
    """
    try:
        parsed = list(Formatter().parse(text))
        parts = [_resolver(*part) for part in parsed]
    except (ValueError, _UnresolvableError):
        return _null_template
    if all(_has_plain_field(field, spec) for _, field, spec, _ in parsed):
        return _fill_pattern("".join(map(_pattern, parsed)), [field for _, field, *_ in parsed if field])

    def fill(fields: Mapping[str, object]) -> str | None:
        try:
            return "".join([part(fields) for part in parts]).strip() or None
        except _UnresolvableError:
            return None

    return fill


def _fill_pattern(pattern: str, names: Sequence[str]) -> Template:
    """Return a template that fills fields into a `%` pattern.

    This is the fast path for nearly all templates: it runs for each column of each contact.
    """
    if pattern == "%s":
        (name,) = names

        def fill_one(fields: Mapping[str, object]) -> str | None:
            value = fields.get(name)
            return None if value is None else str(value).strip() or None

        return fill_one

    def fill(fields: Mapping[str, object]) -> str | None:
        values = [fields.get(name) for name in names]
        return (pattern % tuple(["" if value is None else value for value in values])).strip() or None

    return fill


def _null_template(_fields: Mapping[str, object]) -> str | None:
    return None


def _resolver(literal: str, field: str | None, spec: str | None, conversion: str | None) -> Resolver:
    if field is None:
        return lambda _fields: literal
    match = _FIELD.fullmatch(field)
    if match is None or match["name"].isdigit() or conversion or not _SPEC.fullmatch(spec or ""):
        raise _UnresolvableError(field)
    name = match["name"]
    path = tuple(_INDEX.findall(match["path"]))
    return _indexed_resolver(literal, name, path, spec or "")


def _has_plain_field(field: str | None, spec: str | None) -> bool:
    return field is None or not ("[" in field or spec)


def _pattern(part: _Part) -> str:
    literal, field, *_ = part
    return literal.replace("%", "%%") + ("" if field is None else "%s")


def _indexed_resolver(literal: str, name: str, path: tuple[str, ...], spec: str) -> Resolver:
    def resolve(fields: Mapping[str, object]) -> str:
        value = fields.get(name)
        for index in path:
            value = _get_element(value, index)
        return literal + format("" if value is None else str(value), spec)

    return resolve


def _get_element(value: object, index: str) -> object:
    if isinstance(value, Mapping) and index in value:
        element: object = value[index]
        return element
    if isinstance(value, list | tuple | str) and index.isdecimal() and int(index) < len(value):
        return value[int(index)]
    raise _UnresolvableError(index)
