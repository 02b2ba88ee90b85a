"""The names of lines: `number_display` of a display's column."""

import logging
from collections.abc import Mapping

from xivo_dird.directory.template import compile_template
from xivo_dird.phones.texts import one_line
from xivo_dird.placeholders import Placeholder, parse_template

logger = logging.getLogger(__name__)


class NumberDisplay:
    """A template of the name of a line, such as `{display_name} (Mobile)`, with all fields of the contact."""

    def __init__(self, template: str, column: str) -> None:
        """Compile a template; `column` names it in the log."""
        self._column = column
        self._fill = compile_template(template)
        self._fields = _fields_of(template)
        self._has_logged = False

    def __call__(self, fields: Mapping[str, object]) -> str | None:
        """Return the name of the line as `one_line` does, which may be empty.

        Returns:
            None if the contact lacks a field of the template, so it has no such line.
        """
        missing = [name for name in self._fields if name not in fields]
        if missing:
            self._log_missing(missing)
            return None
        return one_line(self._fill(fields))

    def _log_missing(self, names: list[str]) -> None:
        if not self._has_logged:
            self._has_logged = True
            logger.info(
                "number_display of the column %s: contacts without the field %s have no such line",
                self._column,
                ", ".join(names),
            )


def _fields_of(template: str) -> list[str]:
    try:
        parts = list(parse_template(template))
    except ValueError:
        return []
    return [part.name for part in parts if isinstance(part, Placeholder) and part.name is not None]
