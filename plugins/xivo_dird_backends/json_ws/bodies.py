"""JSON bodies of requests: trees whose texts are templates, so that no value can change their structure."""

from collections.abc import Iterator, Mapping

from xivo_dird.backend import InvalidSource
from xivo_dird_backends.json_ws.templates import TextTemplate, Values

MAX_BODY_LEVELS = 64

BodyTemplate = TextTemplate | Mapping[str, object] | list[object] | int | float | bool | None

_ABSENT = object()


def body_template(option: str, value: object, level: int = 0) -> BodyTemplate:
    """Return a body whose texts are templates.

    Args:
        option: The option of the body, for errors.
        value: The JSON value.
        level: The level of the value in the body.

    Raises:
        InvalidSource: A text is no template, or the body is nested too deep.
    """
    if level > MAX_BODY_LEVELS:
        raise InvalidSource(f"{option}: it is nested more than {MAX_BODY_LEVELS} levels deep")
    if isinstance(value, str):
        try:
            return TextTemplate(value)
        except ValueError as error:
            raise InvalidSource(f"{option}: {error}") from error
    if isinstance(value, Mapping):
        return {key: body_template(f"{option}.{key}", child, level + 1) for key, child in value.items()}
    if isinstance(value, list):
        return [body_template(option, child, level + 1) for child in value]
    return value if isinstance(value, int | float) else None


def templates_in(body: object) -> Iterator[TextTemplate]:
    """Yield the templates in a body."""
    if isinstance(body, TextTemplate):
        yield body
    elif isinstance(body, Mapping):
        for child in body.values():
            yield from templates_in(child)
    elif isinstance(body, list):
        for child in body:
            yield from templates_in(child)


def filled_body(body: object, values: Values) -> object:
    """Return the JSON value; keys and elements whose variables have no value are left out."""
    if isinstance(body, TextTemplate):
        filled = body.json(values)
        return _ABSENT if filled is None else filled
    if isinstance(body, Mapping):
        pairs = {key: filled_body(child, values) for key, child in body.items()}
        return {key: child for key, child in pairs.items() if child is not _ABSENT}
    if isinstance(body, list):
        children = [filled_body(child, values) for child in body]
        return [child for child in children if child is not _ABSENT]
    return body
