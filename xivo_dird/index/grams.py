"""How text is spelled for SQLite's trigram tokenizer so that a token stands for nearly four bytes, not three.

With plain trigrams, every list of occurrences grows with the directory and a lookup at a million entries
intersects lists of ten thousands. Here each byte of the UTF-8 text becomes one character that carries the byte and
the class (one of 8) of the byte after it. A trigram of such characters is therefore a trigram of bytes plus a
hint of the fourth: the lists are several times shorter, for the same number of tokens.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate

CLASSES = 8
SIZE = 3
"""Characters per token."""

_CLASS_OF = bytes((byte ^ byte >> 3) % CLASSES for byte in range(256))
_PADDING = b"\x1f" * SIZE
_MAX_GRAMS = 24


def spell(texts: Sequence[str]) -> list[str]:
    """Spell index texts, each padded so that every byte of it begins a gram."""
    padded = [text.encode() + _PADDING for text in texts]
    spelled = _spell(b"".join(padded) + _PADDING)
    ends = accumulate(map(len, padded))
    return [spelled[end - len(text) : end - 1] for text, end in zip(padded, ends, strict=True)]


def grams(term: str) -> set[str]:
    """List grams that each text with `term` in it has; none if the term has less than four bytes.

    A long term is judged by its first grams: they are a filter, the answer is checked exactly.
    """
    spelled = _spell(term.encode()[: _MAX_GRAMS + SIZE])
    return {spelled[start : start + SIZE] for start in range(len(spelled) - SIZE + 1)}


def prefixes(term: str) -> Iterator[str]:
    """List the ways a gram may begin where a `term` of one to three bytes stands."""
    encoded = term.encode()
    known = _spell(encoded)
    for following in range(CLASSES):
        yield known + chr(following << 8 | encoded[-1])


def _spell(encoded: bytes) -> str:
    """Make one character of each byte and the class of its follower; the last byte only counts as follower.

    Interleaved bytes read as UTF-16 do this without a loop in Python. All characters are below U+0800.
    """
    interleaved = bytearray(2 * (len(encoded) - 1))
    interleaved[0::2] = encoded[:-1]
    interleaved[1::2] = encoded[1:].translate(_CLASS_OF)
    return interleaved.decode("utf-16-le")
