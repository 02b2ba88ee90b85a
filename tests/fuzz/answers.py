"""Judges what a server has sent on one connection: well-formed HTTP/1.1 answers with allowed statuses, or nothing."""

import json
import re
from typing import NamedTuple

ALLOWED_SERVER_ERRORS = {501, 503, 505}
"""501: an unknown transfer coding; 503: busy, see docs/operations.md; 505: another version of HTTP."""

_STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2}) [\t\x20-\x7e]*")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)")
_SIZE_LINE = re.compile(rb"[0-9A-Fa-f]+")
_CRLF = b"\r\n"


class BadAnswer(Exception):
    """What the server has sent is no HTTP, is cut, or is an error of the server."""


class Answer(NamedTuple):
    """One answer."""

    status: int
    fields: dict[bytes, bytes]
    body: bytes


def judge(received: bytes, *, may_be_bodiless: bool = False, may_be_cut: bool = False) -> list[Answer]:
    """Return the answers in what was received.

    Args:
        received: Everything that came until the server closed the connection.
        may_be_bodiless: Whether answers to HEAD may be among them, which have no body.
        may_be_cut: Whether the client, or a signal to the server, may have ended the last answer.

    Raises:
        BadAnswer: An answer is malformed, cut, has a body that is not what its head says, or has a status that
            shows a defect.
    """
    answers = []
    while received:
        try:
            answer, received = _split(received, may_be_bodiless=may_be_bodiless)
        except EOFError as error:
            if may_be_cut:
                break
            raise BadAnswer(f"cut: {received[:2000]!r}") from error
        _check(answer, may_be_bodiless=may_be_bodiless)
        answers.append(answer)
    return answers


def _split(received: bytes, *, may_be_bodiless: bool) -> tuple[Answer, bytes]:
    """Return the first answer, and what follows it; raise EOFError if it is incomplete."""
    head, end, rest = received.partition(b"\r\n\r\n")
    if not end:
        raise EOFError
    first, *lines = head.split(_CRLF)
    status_line = _STATUS_LINE.fullmatch(first)
    matches = [_FIELD.fullmatch(line) for line in lines]
    if status_line is None or None in matches:
        raise BadAnswer(f"malformed head: {head!r}")
    fields = {match[1].lower(): match[2] for match in matches if match}
    status = int(status_line[1])
    body, rest = _split_body(status, fields, rest, may_be_bodiless=may_be_bodiless)
    return Answer(status, fields, body), rest


def _split_body(
    status: int, fields: dict[bytes, bytes], rest: bytes, *, may_be_bodiless: bool
) -> tuple[bytes, bytes]:
    if _is_bodiless(status):
        return b"", rest
    if may_be_bodiless and (not rest or rest.startswith(b"HTTP/1.")):
        return b"", rest
    if fields.get(b"transfer-encoding") == b"chunked":
        return _split_chunks(rest)
    if b"content-length" not in fields:
        return rest, b""
    length = int(fields[b"content-length"])
    if len(rest) < length:
        raise EOFError
    return rest[:length], rest[length:]


def _split_chunks(rest: bytes) -> tuple[bytes, bytes]:
    parts: list[bytes] = []
    while True:
        line, end, rest = rest.partition(_CRLF)
        if not end:
            raise EOFError
        if not _SIZE_LINE.fullmatch(line):
            raise BadAnswer(f"malformed size of a chunk: {line[:200]!r}")
        size = int(line, 16)
        if len(rest) < size + len(_CRLF):
            raise EOFError
        if rest[size : size + len(_CRLF)] != _CRLF:
            raise BadAnswer("a chunk is longer than its size")
        part, rest = rest[:size], rest[size + len(_CRLF) :]
        if not size:
            return b"".join(parts), rest
        parts.append(part)


def _is_bodiless(status: int) -> bool:
    return status < 200 or status in {204, 304}


def _check(answer: Answer, *, may_be_bodiless: bool) -> None:
    if answer.status >= 500 and answer.status not in ALLOWED_SERVER_ERRORS:
        raise BadAnswer(f"status {answer.status}: {answer.body[:500]!r}")
    if not answer.body and (may_be_bodiless or _is_bodiless(answer.status)):
        return
    media_type = answer.fields.get(b"content-type", b"").partition(b";")[0]
    if media_type == b"application/json":
        try:
            json.loads(answer.body)
        except ValueError as error:
            raise BadAnswer(f"a JSON body is none: {answer.body[:500]!r}") from error
