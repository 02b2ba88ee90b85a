"""The encoding of text for SQLite's trigram tokenizer in which a token stands for nearly four bytes, not three.

With plain trigrams, every posting list grows with the directory: a lookup among a million entries intersects lists
of ten thousand. Here, each byte of the UTF-8 text becomes one character that holds the byte and the class (one of
8) of the next byte. A trigram of such characters is therefore a trigram of bytes plus a hint of the fourth byte:
the posting lists are several times shorter, for the same number of tokens.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate

BYTE_CLASSES = 8
GRAM_SIZE = 3
"""Characters per token."""

_CLASS_OF = bytes((byte ^ byte >> 3) % BYTE_CLASSES for byte in range(256))
_PADDING = b"\x1f" * GRAM_SIZE
_MAX_GRAMS = 24


def encode_texts(texts: Sequence[str]) -> list[str]:
    """Return index texts encoded for the tokenizer, each padded so that every byte begins a gram."""
    padded = [text.encode() + _PADDING for text in texts]
    encoded = _encode(b"".join(padded) + _PADDING)
    ends = accumulate(map(len, padded))
    return [encoded[end - len(text) : end - 1] for text, end in zip(padded, ends, strict=True)]


def all_grams(text: str) -> set[str]:
    """Return the grams that the tokenizer makes of an index text."""
    (encoded,) = encode_texts([text])
    return _grams_of(encoded)


def grams(term: str) -> set[str]:
    """Return grams that every text containing `term` has; empty if the term has fewer than four bytes.

    For a long term, only the first grams are returned: they are a filter, and the result is checked exactly.
    """
    return _grams_of(_encode(term.encode()[: _MAX_GRAMS + GRAM_SIZE]))


def gram_prefixes(term: str) -> Iterator[str]:
    """Yield prefixes: every gram that begins with `term`, of one to three bytes, begins with one of them."""
    term_bytes = term.encode()
    prefix = _encode(term_bytes)
    for byte_class in range(BYTE_CLASSES):
        yield prefix + chr(byte_class << 8 | term_bytes[-1])


def _encode(text_bytes: bytes) -> str:
    """Return one character for each byte and the class of the next byte, so none for the last byte.

    Decoding interleaved bytes as UTF-16 does this without a loop in Python. All characters are below U+0800.
    """
    interleaved = bytearray(2 * (len(text_bytes) - 1))
    interleaved[0::2] = text_bytes[:-1]
    interleaved[1::2] = text_bytes[1:].translate(_CLASS_OF)
    return interleaved.decode("utf-16-le")


def _grams_of(encoded: str) -> set[str]:
    return {encoded[start : start + GRAM_SIZE] for start in range(len(encoded) - GRAM_SIZE + 1)}
