"""What a method may return beside plain data, and how all of it becomes a response."""

from collections.abc import Generator, Iterable, Iterator
from typing import ClassVar, Generic, TypeVar

from flask import Response
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from xivo_dird.contacts.created import CreatedContacts
from xivo_dird.http.json_response import encoded, json_response

JSON = "application/json"
NDJSON = "application/x-ndjson"

LineT = TypeVar("LineT")
AnswerT = TypeVar("AnswerT")


class Text:
    """An answer that is no JSON; a subclass says what it is."""

    content_type: ClassVar[str] = "text/plain; charset=utf-8"

    def __init__(self, content: str | bytes) -> None:
        """Answer `content`."""
        self.content = content


class Lines(Generic[LineT]):
    """An answer in lines of JSON (NDJSON), each sent as soon as it is known."""

    def __init__(self, lines: Generator[LineT | None]) -> None:
        """Answer each of `lines` as it comes; None says that there is none yet, so that the server can look around.

        `lines` is closed when the answer ends, also when the client goes away before.
        """
        self.lines = lines


class ImportAnswer(Generic[AnswerT]):
    """The answer to an import, sent in parts: `{"created": [...], "failed": ...}`; `AnswerT` describes it."""

    def __init__(self, created: CreatedContacts, failed: object) -> None:
        """Answer both; `created` is closed at the end."""
        self.created = created
        self.failed = failed


def prefers_lines(accept: str) -> bool:
    """Return whether a client with this `Accept` header prefers `Lines` to one JSON body."""
    if NDJSON not in accept:
        return False
    return parse_accept_header(accept, MIMEAccept).best_match([JSON, NDJSON]) == NDJSON


def respond(answer: object, status: int) -> Response:
    """Make the response of what a method returned; None is an empty 204."""
    if answer is None:
        return Response(b"", 204, mimetype=JSON)  # the type is JSON all the same (contract section 1.1)
    if isinstance(answer, Text):
        return Response(answer.content, status, content_type=answer.content_type)
    if isinstance(answer, Lines):
        return _respond_in_lines(answer.lines)
    if isinstance(answer, ImportAnswer):
        return _respond_to_import(answer, status)
    return json_response(answer, status)


def _respond_in_lines(lines: Generator[object | None]) -> Response:
    response = Response(_encoded(lines), mimetype=NDJSON)
    response.call_on_close(lines.close)
    response.headers["Vary"] = "Accept"
    response.headers["X-Accel-Buffering"] = "no"  # a reverse proxy that collects the lines makes them late
    return response


def _encoded(lines: Iterable[object | None]) -> Iterator[bytes]:
    return (b"" if line is None else encoded(line) + b"\n" for line in lines)


def _respond_to_import(answer: ImportAnswer[object], status: int) -> Response:
    response = Response(_import_parts(answer), status, mimetype=JSON)
    response.call_on_close(answer.created.close)
    return response


def _import_parts(answer: ImportAnswer[object]) -> Iterator[bytes]:
    with answer.created:
        yield b'{"created":'
        yield from answer.created.json()
        yield b',"failed":' + encoded(answer.failed) + b"}"
