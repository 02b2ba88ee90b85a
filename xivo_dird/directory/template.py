"""Templates of `format_columns`, compiled once per source (contract section 3.2)."""

from collections.abc import Callable, Mapping, Sequence

from xivo_dird.placeholders import Placeholder, parse_template

Template = Callable[[Mapping[str, object]], str | None]
Resolver = Callable[[Mapping[str, object]], str]

MAX_TEXT_CHARACTERS = 64 * 1024
"""Maximum number of characters that the placeholders of one template insert; with more, the column is null.

A template can repeat a column that repeats another one, and so on: without a limit, three of them fill the memory.
"""


class _UnresolvableError(Exception):
    """A placeholder can't be resolved, so the whole column is null."""


def compile_template(text: str) -> Template:
    """Return a function that fills in the fields of an entry.

    It returns the stripped text, or None if the text is empty or too long, or a placeholder can't be resolved.
    """
    try:
        parts = list(parse_template(text))
    except ValueError:
        return _null_template
    if all(isinstance(part, str) or part.text == part.name for part in parts):
        return _fill_pattern(
            "".join(part.replace("%", "%%") if isinstance(part, str) else "%s" for part in parts),
            [part.text for part in parts if isinstance(part, Placeholder)],
        )
    resolvers = [_literal(part) if isinstance(part, str) else _resolver(part) for part in parts]

    def fill(fields: Mapping[str, object]) -> str | None:
        texts: list[str] = []
        length = 0
        try:
            for resolve in resolvers:
                texts.append(text := resolve(fields))
                length += len(text)
                if length > MAX_TEXT_CHARACTERS:
                    return None
        except _UnresolvableError:
            return None
        return "".join(texts).strip() or None

    return fill


def template_names(text: str) -> set[str]:
    """Return the names of the fields that a template may insert."""
    try:
        placeholders = [part for part in parse_template(text) if isinstance(part, Placeholder)]
    except ValueError:
        return set()
    names = {part.name for part in placeholders if part.name is not None}
    return names.union(part.text for part in placeholders)


def find_template_error(text: str) -> str | None:
    """Return why a template is null for each entry without a column of an unusual name; None for a usual template."""
    try:
        parts = list(parse_template(text))
    except ValueError as error:
        return str(error)
    unresolvable = [part.text for part in parts if isinstance(part, Placeholder) and part.name is None]
    return f"{{{unresolvable[0]}}} is neither a field nor an element of one" if unresolvable else None


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
        texts: list[str] = []
        for name in names:  # faster than a comprehension
            value = fields.get(name)
            texts.append("" if value is None else str(value))
        return None if len("".join(texts)) > MAX_TEXT_CHARACTERS else (pattern % tuple(texts)).strip() or None

    return fill


def _null_template(_fields: Mapping[str, object]) -> str | None:
    return None


def _literal(text: str) -> Resolver:
    return lambda _fields: text


def _resolver(placeholder: Placeholder) -> Resolver:
    text, name, path, spec = placeholder

    def resolve(fields: Mapping[str, object]) -> str:
        if text in fields:
            value = fields[text]
            return "" if value is None else str(value)
        if name is None:
            raise _UnresolvableError(text)
        value = fields.get(name)
        for index in path:
            value = _get_element(value, index)
        return format("" if value is None else str(value), spec)

    return resolve


def _get_element(value: object, index: str) -> object:
    if isinstance(value, Mapping) and index in value:
        element: object = value[index]
        return element
    if isinstance(value, list | tuple | str) and index.isdecimal() and int(index) < len(value):
        return value[int(index)]
    raise _UnresolvableError(index)
