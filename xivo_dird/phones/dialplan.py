"""Names of callers that are safe in the dialplan of a PBX, in a SIP header and in a command, whatever a source has."""

import re

from anyascii import anyascii

from xivo_dird.bounds import DEFAULT_CALLER_NAME_CHARACTERS
from xivo_dird.text.folding import compose

REMOVED = '"<>,;\\' + "${}[]():|^" + "`*?%#"
"""Characters that a name must not have.

The first group ends a display name in a SIP header, or begins what follows it (RFC 3261 section 25.1); these characters
also quote and separate arguments in dialplans. The second is that of variables, expressions and arguments in Asterisk
and FreeSWITCH: behind an unbalanced bracket, `ExecIf` and `IF` split at a colon. The third, with many of the others, is
that of shells (POSIX XCU 2.2 and 2.3), for `System`, `SHELL` and AGI; a percent sign also escapes in URLs and `printf`.
"""

REPLACED = {"'": "\N{RIGHT SINGLE QUOTATION MARK}", "&": "+"}
"""What stands for characters that many names have (`O'Neil`, `R&D`).

An apostrophe ends a quotation in shells, SQL and FreeSWITCH, an ampersand a command, and in `Dial` a device.
"""

_MAX_CHARACTERS_READ = 4096
_JOINERS = "\u200c\u200d"
"""Invisible characters that belong to words of Persian and Indian languages, and to emoji."""

_VARIATION_SELECTORS = "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
"""Invisible characters that choose the form of the character before them."""

_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Letters, marks and a symbol of Unicode that look like nothing: a name of them would hide the number."""

_BLANKS = re.compile(r"\s+")
_SAFE = str.maketrans({**REPLACED, **dict.fromkeys(f"{REMOVED}{_FILLERS}", "")})
_SAFE_ASCII = str.maketrans({**REPLACED, **dict.fromkeys(f"{REMOVED}'", "")})


def dialplan_name(
    name: str, max_characters: int = DEFAULT_CALLER_NAME_CHARACTERS, *, is_ascii: bool = False
) -> str:
    """Return a name on one line, without `REMOVED`, control characters and invisible ones, its blanks collapsed.

    Args:
        name: The name as a source has it.
        max_characters: The maximum number of characters; the rest is cut off.
        is_ascii: Whether the name is transliterated to ASCII.
    """
    text = _BLANKS.sub(" ", compose(name[:_MAX_CHARACTERS_READ])).translate(_SAFE)
    if is_ascii:
        text = "".join(map(_transliterated, text)).translate(_SAFE_ASCII)
    visible = "".join(character for character in text if character.isprintable() or character in _JOINERS)
    line = compose(" ".join(visible.split())).lstrip(f" {_JOINERS}{_VARIATION_SELECTORS}")
    return line[:max_characters].rstrip(f" {_JOINERS}")


def _transliterated(character: str) -> str:
    """Return a character in ASCII, empty for an emoji, which would be a word between colons."""
    text = anyascii(character)
    return "" if ":" in text else text
