"""Flask adapted to this daemon: a `%2F` is a slash inside a path segment, and no function is a coroutine.

WSGI servers either decode a `%2F`, which splits the segment, or leave it, so that it looks like `%252F`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TypeVar
from urllib.parse import unquote_to_bytes
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Request
from flask.ctx import RequestContext
from flask.sessions import NullSession, SessionInterface
from typing_extensions import override
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter, Rule, UnicodeConverter

from xivo_dird.http.path_arguments import ID
from xivo_dird.http.public_url import HOST

MAX_CACHED_PATHS = 1024
"""Maximum number of paths whose rules are remembered: programs and phones request the same ones again and again."""

MAX_CACHED_CHARACTERS = 512
"""Maximum length of these paths."""

FunctionT = TypeVar("FunctionT", bound=Callable[..., object])
PathMatch = Callable[[str, str], tuple[Rule, Mapping[str, object]]]
"""Returns the rule of a path and its arguments, for a method and a path; raises `HTTPException` if there is none."""

_SLASH_MARKER = "\ufdd0"  # a noncharacter: Unicode reserves it for internal use, no text contains it
_SLASH_MARKER_BYTES = _SLASH_MARKER.encode()
_ENCODED_SLASH = re.compile(b"%2f", re.IGNORECASE)
_AUTHORITY = re.compile(rb"^[a-z][a-z0-9+.-]*://[^/]*", re.IGNORECASE)


class _MatchedRule(Rule):
    """A rule of which no URL is built: compiling such functions takes two fifths of the time to create the daemon."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: ARG002
        return _build_no_url


def _build_no_url(*_arguments: object) -> tuple[str, str]:
    raise NotImplementedError("no URL is built of a rule")


class FlaskApplication(Flask):
    """Flask whose path arguments contain a slash for each `%2F`, for the ACL and the view alike.

    An id has the converter `id` in its rule (`path_arguments`), which accepts any segment: a malformed id is unknown.
    Requires the `REQUEST_URI` that cheroot and most other servers set; without it the path is unchanged.
    """

    url_rule_class = _MatchedRule

    def __init__(self, name: str) -> None:
        """Create an application without static files and sessions."""
        super().__init__(name, static_folder=None)
        self.url_map.converters[ID] = UnicodeConverter
        self.session_interface = _NoSessions()
        self._match = _path_match(self.url_map)

    def ensure_sync(self, func: FunctionT) -> FunctionT:
        """Return the function unchanged: no view is a coroutine, and checking five per request takes time."""
        return func

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Handle a request; markers replace encoded slashes while its path is split.

        A request to switch to another protocol is ignored (RFC 9110 section 7.8). Flask does not see the name by which
        the client calls this host, since it fails for one that is no domain name; `public_url` checks and uses it.
        """
        environ.pop("HTTP_UPGRADE", None)
        if "HTTP_HOST" in environ:
            environ[HOST] = environ.pop("HTTP_HOST")
        raw_path = _AUTHORITY.sub(b"", environ.get("REQUEST_URI", "").encode("latin-1")).partition(b"?")[0]
        parts = _ENCODED_SLASH.split(raw_path)
        if len(parts) > 1:
            path = _SLASH_MARKER_BYTES.join(map(unquote_to_bytes, parts)).decode("latin-1")
            environ["PATH_INFO"] = path.removeprefix(environ.get("SCRIPT_NAME", ""))
        return super().wsgi_app(environ, start_response)

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Return the adapter of a request, without the names of hosts that no rule here depends on."""
        if request is None:
            return super().create_url_adapter(None)
        environ = request.environ
        host = f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
        return MapAdapter(
            self.url_map, host, request.root_path, "", request.scheme, request.path, request.method
        )

    def request_context(self, environ: WSGIEnvironment) -> RequestContext:
        """Return the context of a request."""
        return _RoutedRequest(self, environ, self._match)


class _RoutedRequest(RequestContext):
    """The context of a request, whose path is matched only if the same one was not matched before."""

    def __init__(self, flask: Flask, environ: WSGIEnvironment, match: PathMatch) -> None:
        super().__init__(flask, environ)
        self._match = match

    def match_request(self) -> None:
        """Find the rule and the arguments of the path, with slashes in place of their markers."""
        request = self.request
        try:
            request.url_rule, arguments = self._match(request.method, request.path)
        except HTTPException:
            super().match_request()  # so that the error, perhaps a redirect, knows the URL of the request
            return
        request.view_args = {
            name: value.replace(_SLASH_MARKER, "/") if isinstance(value, str) else value
            for name, value in arguments.items()
        }


class _NoSessions(SessionInterface):
    """No request has a session."""

    _session = NullSession()

    @override
    def open_session(self, app: Flask, request: Request) -> NullSession:
        """Return the empty session of all requests."""
        return self._session


def _path_match(rules: Map) -> PathMatch:
    """Return a function that remembers what it found for short paths."""

    def match(method: str, path: str) -> tuple[Rule, Mapping[str, object]]:
        return rules.bind("").match(path, method, return_rule=True)

    remembered = lru_cache(MAX_CACHED_PATHS)(match)
    return lambda method, path: (remembered if len(path) <= MAX_CACHED_CHARACTERS else match)(method, path)
