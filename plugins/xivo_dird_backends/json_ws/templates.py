"""Templates of requests: texts with variables in braces, such as `{term}`, `{number.e164}` or `{term:soql}`."""

import re
from collections.abc import Callable, Iterator, Mapping
from hashlib import md5
from string import Formatter
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, StringConstraints

from xivo_dird.backend import printable_excerpt

MAX_TEMPLATE_CHARACTERS = 8192

_SOQL = re.compile(r"""[\\'"]""")
_SOSL = re.compile(r"""[?&|!{}\[\]()^~*:\\"'+-]""")
_LUCENE = re.compile(r"""[+\-&|!(){}\[\]^"~*?:\\/]""")
_LIKE = re.compile(r"[\\%_]")

ESCAPES: Mapping[str, Callable[[str], str]] = {
    "sql": lambda text: text.replace("'", "''"),
    "sql_like": lambda text: _LIKE.sub(r"\\\g<0>", text),
    "soql": lambda text: _SOQL.sub(r"\\\g<0>", text),
    "sosl": lambda text: _SOSL.sub(r"\\\g<0>", text),
    "lucene": lambda text: _LUCENE.sub(r"\\\g<0>", text.replace("<", " ").replace(">", " ")),
    "md5": lambda text: md5(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest(),
}
"""How a value is written in a query language that is a part of a request, by the name after the colon."""

REFERENCE_KINDS = frozenset({"env", "file"})
"""References are resolved in secrets only: anything else in the options can be read."""

Values = Mapping[str, object]
"""The values of variables; None: the variable has none now, as a cursor on the first page."""


class _Variable(NamedTuple):
    """The names whose values are joined, and the names of the escapes that are applied to the result."""

    names: tuple[str, ...]
    escapes: tuple[str, ...]

    def text(self, values: Values) -> str | None:
        parts = [values.get(name) for name in self.names]
        if any(part is None for part in parts):
            return None
        text = "".join(map(str, parts))
        for escape in self.escapes:
            text = ESCAPES[escape](text)
        return text


class UnknownEscape(ValueError):
    """A template has an escape that does not exist; the message quotes it."""


class TextTemplate:
    """A text with variables."""

    def __init__(self, text: str) -> None:
        """Parse a template.

        Raises:
            UnknownEscape: It has an unknown escape.
            ValueError: It has a single brace.
        """
        self._parts = tuple(_parts(text))
        variables = [part for part in self._parts if isinstance(part, _Variable)]
        self.names = frozenset(name for variable in variables for name in variable.names)
        is_single = len(self._parts) == len(variables) == 1
        self._single = variables[0] if is_single else None

    def text(self, values: Values, encode: Callable[[str], str] = str) -> str | None:
        """Return the text; None if a variable has no value. `encode` is applied to each value."""
        texts = [part if isinstance(part, str) else part.text(values) for part in self._parts]
        filled: list[str] = []
        for part, text in zip(self._parts, texts, strict=True):
            if text is None:
                return None
            filled.append(text if isinstance(part, str) else encode(text))
        return "".join(filled)

    def json(self, values: Values) -> object:
        """Return the text; the value itself, such as a number, if the template is one variable without escapes."""
        single = self._single
        if single is not None and len(single.names) == 1 and not single.escapes:
            return values.get(single.names[0])
        return self.text(values)


def _parts(text: str) -> Iterator[str | _Variable]:
    try:
        parsed = list(Formatter().parse(text))
    except ValueError:
        raise ValueError("a single brace: double it if it is text") from None
    for literal, field, spec, conversion in parsed:
        if literal:
            yield literal
        if field is None:
            continue
        if literal.endswith("$") and field in REFERENCE_KINDS:
            raise ValueError(
                f"${{{field}:…}} is a reference to a secret: put it into the option secrets, as key, and write"
                " {secret.key} here"
            )
        escapes = tuple(spec.split(",")) if spec else ()
        unknown = [escape for escape in escapes if escape not in ESCAPES]
        if unknown or conversion:
            name = printable_excerpt(unknown[0] if unknown else f"!{conversion}")
            raise UnknownEscape(f"unknown escape {name!r}: {', '.join(ESCAPES)} are known")
        yield _Variable(tuple(field.split("+")), escapes)


def _validate_template(text: str) -> str:
    TextTemplate(text)
    return text


TemplateText = Annotated[
    str, StringConstraints(max_length=MAX_TEMPLATE_CHARACTERS), AfterValidator(_validate_template)
]
"""The type of an option that is a template."""
