"""The number of a caller, as SIP, phones and PBXs name it: an address with a display name, or a word for no number."""

import re
from urllib.parse import unquote

from xivo_dird.numbers.characters import plain_text

WITHHELD = frozenset(
    {
        *("anonymous", "unavailable"),
        *("o", "p"),
        *("asterisk", "<unknown>", "null", "(null)"),
        *("blocked", "private", "restricted", "unknown", "withheld", "out of area", "no caller id"),
        *("private number", "restricted number", "unknown number", "number withheld", "withheld number"),
        *("anonymous caller", "private caller", "unknown caller", "caller id blocked"),
    }
)
"""Texts in place of a number that is withheld or unknown, in lower case.

By line: the user names of the anonymous and of the unavailable identity (RFC 3323 section 4.1.1; 3GPP TS 23.003, 13.6
and 13.7); the letters for out of area and private on analogue lines (Telcordia GR-31-CORE); what Asterisk
sends or prints without a caller ID; what trunks, gateways and phones send or show.
"""

_PLUS_AS_BLANK = re.compile(r"((?:sips?|tel):) (?=\d)", re.IGNORECASE)
_BLANKS = re.compile(r"[\s_-]+")
_USER = re.compile(r"(?:(?:sips?|tel):)?([^@;]*)", re.IGNORECASE)


def caller_number(text: str) -> str | None:
    """Return the number of a caller, None if it is withheld, unknown or missing.

    Of an address in angle brackets (RFC 3261 section 20.10) only the address counts: callers choose the name before it.
    A blank behind a scheme is a `+` of a query string that was not encoded.

    Args:
        text: A number, a word, a tel or sip URI, or a URI in angle brackets, with or without a display name.
    """
    if text.isascii() and text.removeprefix("+").isdecimal():  # nearly all numbers
        return text
    if _is_withheld(text):
        return None
    number = _PLUS_AS_BLANK.sub(r"\1+", _address(text))
    return None if _is_withheld(number) else number


def _address(text: str) -> str:
    """Return what the last angle brackets of a text enclose, or the text."""
    _name, bracket, behind = text.rpartition("<")
    address, end, _parameters = behind.partition(">")
    return address if bracket and end else text


def _is_withheld(text: str) -> bool:
    words = _BLANKS.sub(" ", plain_text(unquote(text))).strip(" \"'").lower()
    user = _USER.match(words)
    return words in WITHHELD or (user is not None and user[1].strip() in {"", *WITHHELD})
