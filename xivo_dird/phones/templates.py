"""Templates of documents for phones. The only file that imports Jinja2."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import get_args

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from xivo_dird.phones.links import Step
from xivo_dird.phones.texts import one_line

XML_PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n'

_SAFE = (Markup, int)
"""Types of values that stay as they are."""


class PhoneTemplate:
    """The documents of one vendor: one block per step, in a file whose values are all escaped."""

    def __init__(self, path: Path, prolog: str = XML_PROLOG) -> None:
        """Compile a template.

        Args:
            path: The file.
            prolog: What each document begins with.

        Raises:
            OSError: The file can't be read.
            TemplateSyntaxError: The file is no template.
            ValueError: A block is named after no step.
        """
        self._template: Template = _environment().from_string(path.read_text(encoding="utf-8"))
        self._prolog = prolog
        self.steps = frozenset(self._template.blocks)
        unknown = sorted(self.steps - set(get_args(Step)))
        if unknown:
            raise ValueError(f"{path.name} has unknown blocks: {', '.join(unknown)}")

    def render(self, step: str, values: Mapping[str, object]) -> str:
        """Return the document of a step.

        Every value is reduced to one line of legal characters, and escaped for text and attributes.

        Raises:
            UndefinedError: The template uses a value that `values` lacks.
        """
        context = self._template.new_context(dict(values))
        return self._prolog + "".join(self._template.blocks[step](context)).strip() + "\n"


@cache
def _environment() -> Environment:
    return Environment(
        autoescape=True,
        finalize=_finalized,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _finalized(value: object) -> object:
    """Return a value as `one_line` does; markup of the template itself stays as it is."""
    return value if isinstance(value, _SAFE) else one_line(value)
