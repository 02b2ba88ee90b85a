"""Request bodies of several media types, which an operation reads itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

MAX_RAW_BODY_BYTES = 64 * 1024
"""Maximum size of such a body, which is received before a token is verified."""

FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


@dataclass(frozen=True, slots=True)
class RawBody:
    """A request body of at most `MAX_RAW_BODY_BYTES`; a subclass names the media types that it may have.

    Attributes:
        media_type: Its media type in lower case, without parameters; "" without one.
        content: The body; empty for a form.
        form: The first value of each field of a form, without its files.
    """

    media_types: ClassVar[Mapping[str, Mapping[str, object]]] = {}
    """The media types that the API description shows, each with its JSON Schema; others reach the operation, too."""

    media_type: str
    content: bytes = b""
    form: Mapping[str, str] = field(default_factory=dict)


def read_raw_body(kind: type[RawBody]) -> RawBody:
    """Return the body of the current request.

    Raises:
        RequestEntityTooLarge: The body is too large, or the form has too many fields.
    """
    request.max_content_length = MAX_RAW_BODY_BYTES
    if request.mimetype in FORM_TYPES:
        return kind(request.mimetype, form=request.form.to_dict())
    return kind(request.mimetype, request.get_data(cache=False))


def check_announced_raw_body() -> None:
    """Check the length that a client announces for its raw body.

    Raises:
        RequestEntityTooLarge: The body would be too large, or no length is announced.
    """
    if request.content_length is None or request.content_length > MAX_RAW_BODY_BYTES:
        raise RequestEntityTooLarge
