"""The WSGI application: Flask with CORS, behind trusted reverse proxies, and the API under `/0.1`."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from wsgiref.types import WSGIApplication

from flask import Flask, Response, g, request
from flask_cors.core import get_cors_options, set_cors_headers
from flask_restful import Api

from xivo_dird.config.access import AccessSection
from xivo_dird.config.schema import RestApi
from xivo_dird.http.configured_access import AccessControl
from xivo_dird.http.errors import true_status
from xivo_dird.http.flask_application import FlaskApplication
from xivo_dird.http.identity import Identity
from xivo_dird.http.json_body import MAX_JSON_BODY
from xivo_dird.http.logged_path import logged_path
from xivo_dird.http.public_url import PUBLIC_URL
from xivo_dird.http.routes import Routes
from xivo_dird.http.trusted_proxies import TrustedProxies

PREFIX = "/0.1"

logger = logging.getLogger(__name__)
access_logger = logging.getLogger("xivo_dird.access")
"""Its file is opened together with the main log (`process.log_files`)."""

CountRequest = Callable[[str, int, float], None]
"""Counts one request: its endpoint, its status, and the seconds until its response was ready."""


@dataclass(frozen=True)
class WebApplication:
    """The application: `routes` for the views, `wsgi` for the server."""

    routes: Routes
    wsgi: WSGIApplication


def create_application(
    settings: RestApi,
    identity: Identity,
    count_request: CountRequest | None = None,
    prepare: Callable[[], None] | None = None,
    access: AccessSection = AccessSection(),  # noqa: B008 - frozen
) -> WebApplication:
    """Create the application; views add their resources to its `routes`.

    Args:
        settings: The `rest_api` section of the configuration.
        identity: Verifies the token of each request.
        count_request: Called for each request once its response is ready.
        prepare: Called before each request.
        access: The `access` section of the configuration.
    """
    flask = FlaskApplication("xivo_dird")
    flask.config["MAX_CONTENT_LENGTH"] = settings.max_request_body
    flask.config[MAX_JSON_BODY] = settings.max_json_body
    flask.config[PUBLIC_URL] = settings.public_url
    flask.config["PROPAGATE_EXCEPTIONS"] = False
    flask.url_map.merge_slashes = False  # a source name may contain two in a row, and must not be redirected
    if settings.cors.enabled:
        _enable_cors(flask, settings.cors.allow_headers)
    if prepare is not None:
        flask.before_request(prepare)
    _record_requests(flask, count_request, settings.access_log is not None)
    control = AccessControl(access, identity.authenticator, settings.known_host_names())
    routes = Routes(flask, Api(flask, prefix=PREFIX), PREFIX, identity, control)
    return WebApplication(routes, TrustedProxies(flask, settings.trusted_proxies))


def _enable_cors(flask: Flask, headers: Sequence[str]) -> None:
    """Allow requests from pages of other origins.

    Phones and PBXs send no `Origin`; computing all the headers for them would only take time.
    """
    options = get_cors_options(flask, {"allow_headers": list(headers)})

    @flask.after_request
    def allow(response: Response) -> Response:
        if "HTTP_ORIGIN" in request.environ:
            return set_cors_headers(response, options)
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response


def _record_requests(flask: Flask, count_request: CountRequest | None, has_access_log: bool) -> None:
    """Count and log each request, with the seconds until its response was ready."""

    @flask.before_request
    def start_timer() -> None:
        g.started_at = time.perf_counter()

    @flask.after_request
    def record(response: Response) -> Response:
        if response.status_code == HTTPStatus.CONTINUE:  # the server calls again
            return response
        seconds = time.perf_counter() - g.started_at
        if count_request is not None:
            count_request(request.endpoint or "none", true_status(response), seconds)
        if has_access_log:
            access_logger.info("%s", _access_line(response, seconds))
        elif logger.isEnabledFor(logging.DEBUG):
            logger.debug("%s", _access_line(response, seconds))
        return response


def _access_line(response: Response, seconds: float) -> str:
    """Return a line of the access log.

    It has only the names of the query parameters: their values are names and numbers of people. `logged_path` hides
    the ids of contacts.
    """
    parameter_names = "&".join(request.args)
    path = f"{logged_path()}?{parameter_names}" if parameter_names else logged_path()
    size = response.calculate_content_length()
    shown_size = "-" if size is None else size
    status = true_status(response)
    return f'{request.remote_addr or "-"} "{request.method} {path}" {status} {shown_size} {seconds:.4f} s'
