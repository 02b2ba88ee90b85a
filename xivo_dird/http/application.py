"""The WSGI application: Flask with cross-site rules, one reverse proxy in front, and the API under `/0.1`."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from wsgiref.types import WSGIApplication

from flask import Flask, Response, g, request
from flask_cors.core import get_cors_options, set_cors_headers
from flask_restful import Api
from werkzeug.middleware.proxy_fix import ProxyFix

from xivo_dird.config.schema import RestApi
from xivo_dird.http.flask_application import FlaskApplication
from xivo_dird.http.identity import Identity
from xivo_dird.http.routes import Routes

PREFIX = "/0.1"

logger = logging.getLogger(__name__)
access_logger = logging.getLogger("xivo_dird.access")
"""Its file is opened with the log (`process.log_files`)."""

CountRequest = Callable[[str, int, float], None]
"""Counts one answer: the endpoint, the status, and the seconds that it took."""


@dataclass(frozen=True)
class WebApplication:
    """The application as views see it (`routes`) and as a server sees it (`wsgi`)."""

    routes: Routes
    wsgi: WSGIApplication


def create_application(
    settings: RestApi, identity: Identity, count: CountRequest | None = None
) -> WebApplication:
    """Make the application; views add their resources to its `routes`. `count` is told of every answer."""
    flask = FlaskApplication("xivo_dird", static_folder=None)
    flask.config["MAX_CONTENT_LENGTH"] = settings.max_request_body
    flask.config["PROPAGATE_EXCEPTIONS"] = False
    flask.url_map.merge_slashes = False  # the name of a source may have two, and nobody wants a redirection
    if settings.cors.enabled:
        _allow_other_sites(flask, settings.cors.allow_headers)
    _watch_answers(flask, count, settings.access_log is not None)
    routes = Routes(Api(flask, prefix=PREFIX), PREFIX, identity)
    return WebApplication(routes, ProxyFix(flask, x_for=1, x_proto=1))


def _allow_other_sites(flask: Flask, headers: Sequence[str]) -> None:
    """Let pages of other sites ask. Phones and PBXs name no site: to them the whole rules would only cost time."""
    options = get_cors_options(flask, {"allow_headers": list(headers)})

    @flask.after_request
    def allow(response: Response) -> Response:
        if "Origin" in request.headers:
            return set_cors_headers(response, options)
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response


def _watch_answers(flask: Flask, count: CountRequest | None, has_access_log: bool) -> None:
    """Count and log every answer, with the seconds until it began."""

    @flask.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @flask.after_request
    def end(response: Response) -> Response:
        seconds = time.perf_counter() - g.began
        if count is not None:
            count(request.endpoint or "none", response.status_code, seconds)
        if has_access_log:
            access_logger.info("%s", _access_line(response, seconds))
        elif logger.isEnabledFor(logging.DEBUG):
            logger.debug("%s", _access_line(response, seconds))
        return response


def _access_line(response: Response, seconds: float) -> str:
    """Write who asked for what; of the query the names alone: its values are people's names and numbers."""
    names = "&".join(request.args)
    path = f"{request.path}?{names}" if names else request.path
    size = response.calculate_content_length()
    shown = "-" if size is None else size
    return f'{request.remote_addr or "-"} "{request.method} {path}" {response.status_code} {shown} {seconds:.4f} s'
