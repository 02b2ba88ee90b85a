"""Templates of documents for phones. The only file that imports Jinja2."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import get_args

from jinja2 import Environment, StrictUndefined, Template, meta
from markupsafe import Markup

from xivo_dird.phones.links import Step
from xivo_dird.phones.texts import one_line

ERROR_BLOCK = "error"
"""The block with the document in place of an error; it is no step, since no link leads to it."""

XML_PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n'

_SAFE = (Markup, int)
"""Types of values that stay as they are."""


class PhoneTemplate:
    """The documents of one vendor: one block per step, in a file whose values are all escaped.

    Attributes:
        steps: The names of the blocks that links lead to.
        has_error: Whether there is a block for errors.
        values: The names of the values that any block uses.
    """

    def __init__(self, path: Path, prolog: str = XML_PROLOG) -> None:
        """Compile a template.

        Args:
            path: The file.
            prolog: What each document begins with.

        Raises:
            OSError: The file can't be read.
            TemplateSyntaxError: The file is no template.
            ValueError: A block has another name than that of a step or `ERROR_BLOCK`.
        """
        text = path.read_text(encoding="utf-8")
        self._template: Template = _environment().from_string(text)
        self._globals = dict(self._template.globals)  # a chain of mappings, slow to combine with values
        self._prolog = prolog
        self.values = frozenset(meta.find_undeclared_variables(_environment().parse(text)))
        blocks = frozenset(self._template.blocks)
        self.steps = blocks - {ERROR_BLOCK}
        self.has_error = ERROR_BLOCK in blocks
        unknown = sorted(self.steps - set(get_args(Step)))
        if unknown:
            raise ValueError(f"{path.name} has unknown blocks: {', '.join(unknown)}")

    def render(self, step: str, values: Mapping[str, object]) -> str:
        """Return the document of a step, or of `ERROR_BLOCK`.

        Every value is reduced to one line of legal characters, and escaped for text and attributes.

        Raises:
            UndefinedError: The template uses a value that `values` lacks.
        """
        context = self._template.new_context({**self._globals, **values}, shared=True)
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
