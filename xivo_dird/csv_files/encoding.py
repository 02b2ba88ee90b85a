"""Finds the encoding of a CSV file, which does not name it.

In this order: a byte order mark (it also wins over a configured encoding, as in the WHATWG Encoding Standard); NUL
bytes in turn with others (UTF-16, as in RFC 4627); UTF-8 if half of the bytes beyond ASCII are in valid sequences, of
which other encodings have a few by accident; else a guess: charset-normalizer finds the encodings in which the text can
be read, `names_in_encodings` decides between them, and Windows-1252 is the default.
"""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO

from charset_normalizer import from_bytes

from xivo_dird.csv_files.names_in_encodings import LATIN_CODE_PAGES, OTHER_ENCODINGS, choose_by_names

_CHUNK_BYTES = 1024**2
_MAX_SAMPLE_BYTES = 64 * 1024
_MAX_SAMPLE_BYTES_OF_CHUNK = 8 * 1024

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"\x84\x31\x95\x33": "gb18030",
}
"""Encodings by their mark; the longer mark of two that begin alike comes first."""

_UTF_16_BY_NULS: dict[tuple[bool, ...], str] = {
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
}
"""Encodings by which of the first four bytes are NUL, for files without a byte order mark."""

_SUPERSETS = {"big5": "big5hkscs"}
_UNDECODED = re.compile("[\udc80-\udcff]+")
_LINES_BEYOND_ASCII = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_APOSTROPHE_GUARD = re.compile(rb"'[=+\-@\t\r]")


@dataclass(frozen=True, slots=True)
class TextSurvey:
    """What the bytes of a text show before it is read.

    Attributes:
        encoding: The name of a Python codec.
        is_guess: True if the bytes do not prove the encoding.
        may_have_guards: False if no cell can have a formula guard (see `guards`).
    """

    encoding: str
    is_guess: bool
    may_have_guards: bool


def check_encoding(name: str) -> None:
    """Check that an encoding is known and is one of text.

    Raises:
        LookupError: It is not known, or not one of text, such as base64.
        ValueError: It can't be a name, or can't be used, such as `undefined`.
    """
    io.TextIOWrapper(io.BytesIO(b"a"), name, "replace").read()


def encoding_by_mark(first_bytes: bytes) -> str | None:
    """Return the encoding that a byte order mark at the start of a text names."""
    found = (encoding for mark, encoding in _BYTE_ORDER_MARKS.items() if first_bytes.startswith(mark))
    return next(found, None)


def survey_text(file: IO[bytes], encoding: str | None = None) -> TextSurvey:
    """Read a file from its current position to its end, in bounded memory, and find its encoding.

    Args:
        file: The bytes.
        encoding: The configured encoding, used unless there is a byte order mark.
    """
    chunks = _chunks(file)
    first = next(chunks, b"")
    known = encoding_by_mark(first) or encoding or _UTF_16_BY_NULS.get(tuple(byte == 0 for byte in first[:4]))
    has_guards = known is not None and codecs.lookup(known).name.startswith(("utf-16", "utf-32"))
    counts = _Utf8Counts()
    for chunk in chain((first,), chunks):
        has_guards = has_guards or _may_have_guards(chunk)
        if known is None and not chunk.isascii():
            counts.add(chunk)
    if known is not None or counts.is_utf_8:
        return TextSurvey(known or "utf-8", False, has_guards)
    return TextSurvey(guess_encoding(bytes(counts.sample)), True, has_guards)


def guess_encoding(sample: bytes) -> str:
    """Return the probable encoding of a text that is not UTF-8, as the name of a Python codec."""
    matches = from_bytes(sample, cp_isolation=[*LATIN_CODE_PAGES, *OTHER_ENCODINGS])
    readable = [name for match in matches for name in match.could_be_from_charset]
    latin = [code_page for code_page in LATIN_CODE_PAGES if code_page in readable]
    found = choose_by_names(sample, [*latin, *(name for name in readable if name in OTHER_ENCODINGS)])
    return _SUPERSETS.get(found, found).replace("cp125", "windows-125")


class _Utf8Counts:
    """Counts valid sequences of UTF-8 and the bytes that are in none, and samples the lines with the latter."""

    def __init__(self) -> None:
        self.valid = 0
        self.invalid = 0
        self.sample = bytearray()

    @property
    def is_utf_8(self) -> bool:
        """Return True if the text is UTF-8, perhaps with a few lines from elsewhere.

        In a text of another encoding, far fewer than half of the bytes are valid sequences by accident.
        """
        return self.invalid <= self.valid

    def add(self, chunk: bytes) -> None:
        """Count the bytes of whole lines."""
        try:
            text = chunk.decode()
        except UnicodeDecodeError:
            text = chunk.decode(errors="surrogateescape")
            self.invalid += sum(len(undecoded) for undecoded in _UNDECODED.findall(text))
            self._add_to_sample(chunk)
        self.valid += len(chunk) - len(text)  # the bytes after the first one of each sequence

    def _add_to_sample(self, chunk: bytes) -> None:
        start = len(self.sample)
        end = min(start + _MAX_SAMPLE_BYTES_OF_CHUNK, _MAX_SAMPLE_BYTES)
        for match in _LINES_BEYOND_ASCII.finditer(chunk):
            if len(self.sample) >= end:
                return
            self.sample += match[0][:_MAX_SAMPLE_BYTES_OF_CHUNK] + b"\n"


def _may_have_guards(chunk: bytes) -> bool:
    """Return False if no cell has a formula guard, whose quotation marks may be doubled."""
    return b'="' in chunk or (b"'" in chunk and _APOSTROPHE_GUARD.search(chunk) is not None)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the bytes in chunks that end with a line, if lines are not extremely long."""
    while chunk := file.read(_CHUNK_BYTES):
        yield chunk + file.readline(_CHUNK_BYTES)
