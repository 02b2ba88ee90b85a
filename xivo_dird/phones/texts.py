"""Texts for phones and PBXs: only characters that XML 1.0 permits, on one line."""

import re

_ILLEGAL = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 excludes (production 2, `Char`), and those that it discourages."""

_DIRECTION_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Explicit directional formatting: with it, a name could show another number than the one that is dialled."""

_BLANKS = re.compile(r"\s+")


def one_line(value: object) -> str:
    """Return a value as text that a phone can show: without control characters, its blanks collapsed."""
    text = "" if value is None else str(value)
    if text.isprintable() and "  " not in text:  # nearly all texts
        return text.strip()
    text = _DIRECTION_CONTROLS.sub("", _BLANKS.sub(" ", text))
    return _ILLEGAL.sub("", text).strip()


def cut(text: str, max_characters: int) -> str:
    """Return the beginning of a text."""
    return text if len(text) <= max_characters else text[: max_characters - 1].rstrip() + "…"
