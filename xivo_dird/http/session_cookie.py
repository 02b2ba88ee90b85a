"""The cookie of a session, and the protection of its requests against pages of other sites (CSRF).

A browser sends the cookie with every request, also with those of pages of other sites. So a request with a cookie is
only accepted with the token of its session in a header, which those pages neither know nor may send.
"""

import hmac
from urllib.parse import urlsplit

from flask import request
from werkzeug.http import dump_cookie

from xivo_dird.exceptions import InvalidArgument, Unauthorized
from xivo_dird.http.public_url import public_root
from xivo_dird.http.responses import JSON
from xivo_dird.sessions.model import BrowserSession
from xivo_dird.sessions.service import SessionService

COOKIE = "dird_session"
CSRF_HEADER = "X-CSRF-Token"


def session_of_cookie(sessions: SessionService) -> BrowserSession | None:
    """Return the session of the current request by its cookie alone, None if it has none or it has ended."""
    secret = request.cookies.get(COOKIE, "") if "HTTP_COOKIE" in request.environ else ""
    return sessions.find(secret) if secret else None


def verified_session(sessions: SessionService) -> BrowserSession | None:
    """Return the session of the current request, None if it has none or it has ended.

    Raises:
        Unauthorized: The request lacks the CSRF token of the session.
    """
    session = session_of_cookie(sessions)
    if session is not None:
        sent = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(sent.encode("utf-8", "surrogatepass"), session.csrf_token.encode()):
            raise Unauthorized("Unauthorized", {"reason": "missing_or_wrong_csrf_token"})
    return session


def refuse_forms() -> None:
    """Check that the current request, which signs in, is no form: pages of other sites can send one, but no JSON.

    Without this, they could sign a browser in as somebody else, who then gets what its user enters.

    Raises:
        InvalidArgument: The content type of the body is not JSON.
    """
    if request.mimetype != JSON:
        raise InvalidArgument(f"The header Content-Type must be {JSON}")


def cookie_of(session: BrowserSession, seconds: int) -> dict[str, str]:
    """Return the header that stores the cookie of a session for `seconds` seconds."""
    return _cookie_header(session.secret, seconds)


def removed_cookie() -> dict[str, str]:
    """Return the header that removes the cookie."""
    return _cookie_header("", 0)


def _cookie_header(value: str, seconds: int) -> dict[str, str]:
    """Return a header for the URL under which the client reaches the daemon: its scheme, and its path prefix."""
    root = urlsplit(public_root())
    cookie = dump_cookie(
        COOKIE,
        value,
        max_age=seconds,
        path=f"{root.path}/",
        secure=root.scheme == "https",
        httponly=True,
        samesite="Strict",
    )
    return {"Set-Cookie": cookie}
