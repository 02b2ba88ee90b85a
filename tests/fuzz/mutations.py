"""Deterministic mutations of requests: the same random numbers make the same bytes, on every machine."""

import re
from collections.abc import Callable, Sequence
from random import Random

from fuzz.replacements import (
    BYTES_THAT_ARE_NO_TEXT,
    CHUNK_SIZES,
    ESCAPES,
    EXTREME_NUMBERS,
    FIELD_VALUES,
    FIELDS,
    JSON_VALUES,
    LENGTHS,
    LINE_ENDS,
    METHODS,
    RUBBISH,
    TARGETS,
    VERSIONS,
)

MAX_BYTES = 300_000
"""Mutations do not make a request longer than this."""

MAX_REPEATS = 200

Mutation = Callable[[bytes, Random], bytes]

_NUMBER = re.compile(rb"[0-9]+")
_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}|\\u[0-9a-f]{4}")
_FIELD_VALUE = re.compile(rb"(?<=: )[^\r\n]+(?=\r\n)")
_WORD = re.compile(rb"[A-Za-z_]{2,}")
_LENGTH = re.compile(rb"(?i)\r\ncontent-length:[^\r\n]*")
_CHUNK_SIZE = re.compile(rb"(?<=\n)[0-9a-f]+;part=1")

_JSON_VALUE = re.compile(rb'"[^"\\]*"|\[[^\[\]]*\]|\{[^{}]*\}|true|false|null|-?[0-9]+')

_WHOLE = re.compile(rb"(?s).*")
_TARGET = re.compile(rb"(?<= /0.1)[^ ]+")
_BODY = re.compile(rb"(?s)(?<=\r\n\r\n).+")


def flip_bits(data: bytes, rng: Random) -> bytes:
    """Change up to eight bits."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def cut_end(data: bytes, rng: Random) -> bytes:
    """Drop everything from some point on."""
    return data[: rng.randint(0, len(data))]


def drop_part(data: bytes, rng: Random) -> bytes:
    """Drop some bytes."""
    start, end = _part(data, rng)
    return data[:start] + data[end:]


def repeat_part(data: bytes, rng: Random) -> bytes:
    """Repeat some bytes, once or many times."""
    start, end = _part(data, rng)
    times = rng.choice((1, 2, MAX_REPEATS))
    return data[:end] + data[start:end] * times + data[end:]


def repeat_line(data: bytes, rng: Random) -> bytes:
    """Repeat a line, such as a header field, a row or a chunk."""
    lines = data.splitlines(keepends=True) or [b""]
    at = rng.randrange(len(lines))
    return b"".join([*lines[:at], *[lines[at]] * rng.choice((2, 3, MAX_REPEATS)), *lines[at + 1 :]])


def replace_number(data: bytes, rng: Random) -> bytes:
    """Replace a number by an extreme one, or by something that is almost a number."""
    return _replace(_NUMBER, data, EXTREME_NUMBERS, rng)


def replace_length(data: bytes, rng: Random) -> bytes:
    """Replace the announced length of the body."""
    return _LENGTH.sub(b"\r\nContent-Length: " + rng.choice(LENGTHS), data, count=1)


def replace_chunk_size(data: bytes, rng: Random) -> bytes:
    """Replace the size of a chunk."""
    return _replace(_CHUNK_SIZE, data, CHUNK_SIZES, rng)


def replace_value(data: bytes, rng: Random) -> bytes:
    """Replace a JSON value by one of another type or depth."""
    return _replace(_JSON_VALUE, data, JSON_VALUES, rng)


def replace_word(data: bytes, rng: Random) -> bytes:
    """Replace a word by another one of the same request, or by rubbish."""
    words = _WORD.findall(data) or [b""]
    return _replace(_WORD, data, [rng.choice(words), rng.choice(RUBBISH).encode()], rng)


def replace_escape(data: bytes, rng: Random) -> bytes:
    """Replace an escaped character, or insert one into the path."""
    if _ESCAPE.search(data):
        return _replace(_ESCAPE, data, ESCAPES, rng)
    at = rng.randint(0, min(len(data), 100))
    return data[:at] + rng.choice(ESCAPES) + data[at:]


def insert_rubbish(data: bytes, rng: Random) -> bytes:
    """Insert characters that programs stumble over, or bytes that are no text."""
    at = rng.randint(0, len(data))
    rubbish = rng.choice([*(text.encode() for text in RUBBISH), *BYTES_THAT_ARE_NO_TEXT])
    return data[:at] + rubbish + data[at:]


def change_line_end(data: bytes, rng: Random) -> bytes:
    """Replace a CRLF by something that another parser may take for one."""
    return _replace(re.compile(rb"\r\n"), data, LINE_ENDS, rng)


def insert_field(data: bytes, rng: Random) -> bytes:
    """Insert a header field that changes what the request means."""
    first, end, rest = data.partition(b"\r\n")
    return first + end + rng.choice(FIELDS) + b"\r\n" + rest


def replace_field_value(data: bytes, rng: Random) -> bytes:
    """Replace the value of a header field."""
    return _replace(_FIELD_VALUE, data, [*FIELD_VALUES, *EXTREME_NUMBERS, rng.choice(RUBBISH).encode()], rng)


def change_request_line(data: bytes, rng: Random) -> bytes:
    """Change the method, the version or the form of the target."""
    kind = rng.randrange(5)
    if kind < 2:
        return rng.choice(METHODS) + b" " + data.partition(b" ")[2]
    if kind == 2:
        return data.replace(b" /", rng.choice(TARGETS), 1)
    return data.replace(b"HTTP/1.1", rng.choice(VERSIONS), 1)


MUTATIONS: Sequence[Mutation] = (
    flip_bits,
    cut_end,
    drop_part,
    repeat_part,
    repeat_line,
    replace_number,
    replace_length,
    replace_chunk_size,
    replace_value,
    replace_word,
    replace_escape,
    insert_rubbish,
    change_line_end,
    insert_field,
    replace_field_value,
    change_request_line,
)


def splice(first: bytes, second: bytes, rng: Random) -> bytes:
    """Return the beginning of a request with the end of another one, or both, one after the other."""
    if rng.random() < 0.3:
        return first + second
    return cut_end(first, rng) + second[rng.randint(0, len(second)) :]


def repair_length(data: bytes) -> bytes:
    """Set the announced length to that of the body, so that a changed body reaches the application."""
    head, end, body = data.partition(b"\r\n\r\n")
    return _LENGTH.sub(b"\r\nContent-Length: %d" % len(body), head) + end + body


def mutate(corpus: Sequence[bytes], rng: Random) -> bytes:
    """Return a request of the corpus after one to four mutations, of all of it, its target or its body."""
    data = rng.choice(corpus)
    part = rng.choice((_WHOLE, _WHOLE, _TARGET, _BODY))
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
        if rng.random() < 0.1:
            data = splice(data, rng.choice(corpus), rng)
        elif match := part.search(data):
            changed = rng.choice(MUTATIONS)(match[0], rng)
            data = data[: match.start()] + changed + data[match.end() :]
        data = data[:MAX_BYTES]
    return repair_length(data) if rng.random() < 0.6 else data


def _part(data: bytes, rng: Random) -> tuple[int, int]:
    """Return start and end of some bytes, mostly few."""
    start = rng.randint(0, len(data))
    return start, min(len(data), start + rng.choice((1, 2, 4, 16, 64, 1024)))


def _replace(pattern: re.Pattern[bytes], data: bytes, replacements: Sequence[bytes], rng: Random) -> bytes:
    """Replace one match of a pattern, chosen at random; return the data unchanged if there is none."""
    matches = list(pattern.finditer(data))
    if not matches:
        return data
    match = rng.choice(matches)
    return data[: match.start()] + rng.choice(replacements) + data[match.end() :]
