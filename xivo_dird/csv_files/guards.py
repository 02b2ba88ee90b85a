"""Formula guards: what programs put around a text so that a spreadsheet does not calculate it.

A spreadsheet reads a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return as a formula. Two guards are
usual: an apostrophe before such a text (OWASP, "CSV Injection"; typed in Excel and LibreOffice it marks a text), and
the formula `="..."`, whose value is the text, with quotation marks in it doubled. Both lose no character, so they can
be undone. An apostrophe before anything else belongs to the text: `'t Hooft`.
"""

import re

_APOSTROPHE = re.compile(r"'+(?=[=+\-@\t\r])")
_FORMULA = re.compile(r'="((?:[^"]|"")*)"')


def undo_guard(text: str) -> str:
    """Return a text without its guard: `'+49 30` -> `+49 30`, `="007"` -> `007`; another text is returned unchanged."""
    if text.startswith("'"):
        return text[1:] if _APOSTROPHE.match(text) else text
    match = _FORMULA.fullmatch(text)
    return text if match is None else match[1].replace('""', '"')


def protect_guard(text: str) -> str:
    """Return the text that `undo_guard` turns into `text`: only a text that looks guarded gets an apostrophe."""
    return text if undo_guard(text) == text else f"'{text}"
