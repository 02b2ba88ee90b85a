"""Distinguished names as text (RFC 4514), also with the semicolons and quotes of older clients (RFC 1779)."""

import re
from functools import lru_cache

MAX_NAME_CHARACTERS = 2048

Rdn = tuple[tuple[str, str], ...]
"""A relative name: the pairs of attribute, in lower case, and value."""

Name = tuple[Rdn, ...]
"""A distinguished name, from the entry up to the root; empty for the root."""

_PAIR = re.compile(
    r"""\s*+(?P<attribute>[A-Za-z][A-Za-z0-9-]*+|[0-9]++(?:\.[0-9]++)*+)\s*+=\s*+
    (?:"(?P<quoted>(?:[^"\\]|\\.)*+)"
    |(?P<value>(?:[^\\,;+"\s]|\\(?:[0-9a-fA-F]{2}|[^0-9a-fA-F])|\s++(?=[^,;+]))*+))\s*+
    (?P<separator>[,;+]|\Z)""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_ESCAPED = re.compile(rb"\\(?:([0-9a-fA-F]{2})|(.))", re.DOTALL)
_SPECIAL = re.compile(r'^[ #]|[,+"\\<>;=\x00-\x1f\x7f]| $')


@lru_cache(maxsize=128)
def parse_name(text: str) -> Name:
    """Return a distinguished name.

    Raises:
        ValueError: The text is none.
    """
    if len(text) > MAX_NAME_CHARACTERS:
        raise ValueError(f"a name of more than {MAX_NAME_CHARACTERS} characters")
    if not text.strip():
        return ()
    rdns: list[list[tuple[str, str]]] = [[]]
    position, separator = 0, ","
    while separator:
        matched = _PAIR.match(text, position)
        if matched is None:
            raise ValueError("not a distinguished name, such as dc=example,dc=org")
        quoted = matched["quoted"]
        value = _unescape(matched["value"] if quoted is None else quoted)
        rdns[-1].append((matched["attribute"].lower(), value))
        separator, position = matched["separator"], matched.end()
        if separator and separator != "+":
            rdns.append([])
    return tuple(tuple(sorted(rdn)) for rdn in rdns)


def rdn(attribute: str, value: str) -> str:
    """Return a relative name with one pair as text."""
    return f"{attribute}={_SPECIAL.sub(_escape, value)}"


def check_name(text: str) -> str:
    """Return a text that is a distinguished name below the root; raise `ValueError` if it is none."""
    if not parse_name(text):
        raise ValueError("an empty name; write one such as dc=example,dc=org")
    return text


def comparable(name: Name) -> Name:
    """Return a name in the form in which names are compared: without case and repeated blanks."""
    return tuple(tuple((key, " ".join(value.split()).casefold()) for key, value in pairs) for pairs in name)


def _escape(special: re.Match[str]) -> str:
    character = special[0]
    return f"\\{ord(character):02x}" if character < " " or character == "\x7f" else f"\\{character}"


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    encoded = _ESCAPED.sub(_unescaped, text.encode())
    return encoded.decode(errors="replace")


def _unescaped(escaped: re.Match[bytes]) -> bytes:
    return bytes.fromhex(escaped[1].decode()) if escaped[1] else escaped[2]
