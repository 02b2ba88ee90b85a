"""Parses a content line of a vCard: group, name, parameters, and a value in any encoding and escaping."""

import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from xivo_dird.vcards.lines import ContentLine, is_ascii_superset

DEFAULT_CODE_PAGE = "cp1252"
"""The encoding of bytes that are not in the one that was configured or named."""

_HEAD = re.compile(rb'((?:[^":]|"[^"]*")*):')
_PARAMETER = re.compile(r'(?:[^";]|"[^"]*"|")+')
_TYPE_WORD = re.compile(r'[^",]+')
_TOKEN = re.compile(r"\\.|[^\\;]+|\\|;", re.DOTALL)
_ESCAPE = re.compile(r"\\([\\,;:nN])")
_CARET = re.compile(r"\^([n^'])")
_CARET_TEXTS = {"n": "\n", "^": "^", "'": '"'}
_BASE64 = frozenset(("BASE64", "B"))
_ENCODINGS = frozenset(("QUOTED-PRINTABLE", "BASE64", "B", "7BIT", "8BIT"))
_MAX_CACHED_BYTES = 256

MAX_PARAMETERS = 200
"""Maximum number of the parameters of a line, and of its types, that are read: each takes fifty times its size."""

MAX_PARTS = 1000
"""Maximum number of the parts of a value; the last one has what remains."""

_ANDROID_LABEL = re.compile(
    r"X-CUSTOM\(CHARSET=([^,;)]{0,64}),ENCODING=QUOTED-PRINTABLE,([^)]*)\)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a card.

    Attributes:
        line: The number of its line.
        group: The prefix that joins properties (`item1` in `item1.TEL`), in upper case; "" without one.
        name: The name in upper case.
        types: The words of TYPE in lower case, with bare parameters.
        parameters: The other parameters, names in upper case.
        parts: The value, split at semicolons.
    """

    line: int
    group: str
    name: str
    types: frozenset[str]
    parameters: Mapping[str, str]
    parts: Sequence[str]

    @property
    def text(self) -> str:
        """Return the whole value."""
        return ";".join(self.parts)


def parse_property(line: ContentLine, encoding: str | None = None) -> Property | None:
    """Return the property of a content line; None if the line is none.

    Args:
        line: The line.
        encoding: The encoding of what is neither UTF-8 nor names its own.
    """
    match = _HEAD.match(line.data)
    head, value = (match[1], line.data[match.end() :]) if match else _partition(line.data)
    if head is None:
        return None
    parse = _cached_head if len(head) <= _MAX_CACHED_BYTES else _parse_head
    group, name, types, parameters = parse(head, encoding)
    charset = parameters.get("CHARSET") or None
    written_as = parameters.get("ENCODING", "").upper()
    if written_as == "QUOTED-PRINTABLE":
        encoded = _split(value.decode("latin-1"))
        texts = [decode(binascii.a2b_qp(part.encode("latin-1")), charset, encoding) for part in encoded]
    else:
        data = _decode_base64(value) if written_as in _BASE64 else value
        texts = _split(decode(data, charset, encoding))
    return Property(line.number, group, name, types, parameters, [_unescape(text) for text in texts])


def decode(data: bytes, charset: str | None, encoding: str | None) -> str:
    """Return bytes as text: in their charset, else UTF-8, else the configured encoding, else Windows-1252."""
    if charset is not None and is_ascii_superset(charset):
        try:
            return (
                data.decode(charset).encode("utf-8", "replace").decode()
            )  # some charsets have lone surrogates
        except ValueError:
            pass
    try:
        return data.decode()
    except UnicodeDecodeError:
        fallback = encoding if encoding is not None and is_ascii_superset(encoding) else DEFAULT_CODE_PAGE
        return data.decode(fallback, "replace").encode("utf-8", "replace").decode()


def _decode_base64(value: bytes) -> bytes:
    """Return the bytes of a Base64 value with any blanks and padding; another value as it is."""
    digits = b"".join(value.split()).rstrip(b"=")
    try:
        return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4), strict_mode=True)
    except ValueError:
        return value


def _partition(data: bytes) -> tuple[bytes | None, bytes]:
    """Return the head and the value of a line with an open quotation mark; a head of None if it has no colon."""
    head, colon, value = data.partition(b":")
    return (head if colon else None), value


def _parse_head(head: bytes, encoding: str | None) -> tuple[str, str, frozenset[str], Mapping[str, str]]:
    """Return the group, the name, the types and the other parameters."""
    text = decode(head, None, encoding)
    parameters: dict[str, str] = {}
    android = _ANDROID_LABEL.search(text)
    if android is not None:
        text = text.replace(android[0], "")
        label = binascii.a2b_qp(android[2].encode("utf-8", "replace"))
        parameters["LABEL"] = decode(label, android[1], encoding)
    full_name, _, rest = text.partition(";")
    group, _, name = full_name.strip().rpartition(".")
    types: set[str] = set()
    for parameter in islice(_PARAMETER.finditer(rest), MAX_PARAMETERS):
        _add_parameter(parameter[0].strip(), types, parameters)
    return group.upper(), name.upper(), frozenset(types), parameters


_cached_head = lru_cache(maxsize=1024)(_parse_head)
"""Few heads are different."""


def _add_parameter(parameter: str, types: set[str], parameters: dict[str, str]) -> None:
    name, equals, value = parameter.partition("=")
    name = name.strip().upper()
    if not equals and name in _ENCODINGS:
        parameters["ENCODING"] = name
    elif not equals and name.startswith("X-") and name not in {"X-IRMC-N", "X-COMPANY-MAIN"}:
        parameters["LABEL"] = parameter.strip()[2:]
    elif not equals or name == "TYPE":
        words = _TYPE_WORD.finditer(value if equals else parameter)
        types.update(word[0].strip().lower() for word in islice(words, MAX_PARAMETERS - len(types)))
    else:
        parameters[name] = _CARET.sub(lambda match: _CARET_TEXTS[match[1]], value.strip().strip('"'))


def _split(text: str) -> list[str]:
    """Return the parts of a value between semicolons that are not escaped."""
    if "\\" not in text:
        return text.split(";", MAX_PARTS - 1)
    pieces: list[list[str]] = [[]]
    for piece in _TOKEN.findall(text):
        if piece == ";" and len(pieces) < MAX_PARTS:
            pieces.append([])
        else:
            pieces[-1].append(piece)
    return ["".join(part) for part in pieces]


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], text)
