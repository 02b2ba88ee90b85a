"""The user name and the password that a client sends with HTTP Basic (RFC 7617)."""

from typing import NamedTuple

from flask import request

CHALLENGE = 'Basic realm="xivo-dird", charset="UTF-8"'


class BasicCredentials(NamedTuple):
    """A user name and a password."""

    username: str
    password: str


def read_basic_credentials() -> BasicCredentials | None:
    """Return what the current request has in the header `Authorization`, None if it is missing or malformed."""
    try:
        authorization = request.authorization
    except ValueError:  # werkzeug lets the one for characters beyond ASCII pass
        return None
    if authorization is None or authorization.type != "basic":
        return None
    username, password = authorization.username, authorization.password
    if not username or not password or not _is_printable(username + password):
        return None
    return BasicCredentials(username, password)


def _is_printable(text: str) -> bool:
    """Return whether a text has no control character, which RFC 7617 section 2 forbids."""
    return not any(character < " " or "\x7f" <= character <= "\x9f" for character in text)
