"""Registration of resources, and the call of their methods for requests."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from copy import copy
from dataclasses import dataclass
from http import HTTPMethod, HTTPStatus
from typing import ClassVar, Self

from flask import Flask, Response, request
from flask_restful import Api
from flask_restful import Resource as RestfulResource
from werkzeug.exceptions import HTTPException

from xivo_dird.blocking import begin_work_for
from xivo_dird.exceptions import DirdError, NotFound
from xivo_dird.http.configured_access import AccessControl
from xivo_dird.http.errors import ErrorDocuments, ErrorFamily, error_response, internal_error_response
from xivo_dird.http.identity import Access, Identity, RequestToken, Verifier
from xivo_dird.http.json_body import check_announced_length
from xivo_dird.http.logged_path import logged_path
from xivo_dird.http.openapi import Route, build_document
from xivo_dird.http.operation import OPERATIONS, Operation
from xivo_dird.http.path_arguments import PathRule
from xivo_dird.http.responses import make_response, prefers_text
from xivo_dird.http.signature import Invocation, Method
from xivo_dird.http.static_file import StaticFile
from xivo_dird.http.swagger import build_swagger
from xivo_dird.request_body import BODY_OWNER, BODY_PENDING

logger = logging.getLogger(__name__)


class BaseResource:
    """The base class of resources; its methods `get`, `post`, `put`, `patch` and `delete` are operations."""

    error_family: ClassVar[ErrorFamily] = ErrorFamily.MODERN
    """The shapes of its error responses."""

    error_documents: ErrorDocuments | None = None
    """Documents in place of some of its error responses."""

    has_configured_access: ClassVar[bool] = False
    """Whether the section `access` of the configuration says who may use it; otherwise a token is required."""


@dataclass(frozen=True)
class Endpoint:
    """One operation of a resource, bound to its method and to the verification of its callers."""

    method: Method
    operation: Operation
    path_rule: PathRule
    resource: BaseResource
    identity: Identity
    verifier: Verifier

    def __call__(self, **sent: str) -> Response:
        """Return the response to the current request.

        Flask-RESTful handles an `HTTPException`; every other exception becomes an error response here.

        Args:
            sent: The path arguments as the client sent them.
        """
        try:
            try:
                return self._response(sent)
            except DirdError as error:
                if isinstance(error, NotFound):
                    self.path_rule.repeat_as_sent(error, sent)
                return error_response(error, self._error_family, self.resource.error_documents)
        except HTTPException:
            raise
        except Exception:
            logger.exception("%s %s failed", request.method, logged_path())
            return internal_error_response(self._error_family)

    @property
    def _error_family(self) -> ErrorFamily:
        return self.operation.error_family or self.resource.error_family

    def _response(self, sent: Mapping[str, str]) -> Response:
        with ExitStack() as exit_stack:
            path_arguments = self.path_rule.canonical(sent)
            access = self._verify_caller(path_arguments)
            invocation = Invocation(access, path_arguments, exit_stack, RequestToken(self.verifier))
            if self.operation.signature.body and request.environ.get(BODY_PENDING):
                check_announced_length(self.operation.signature.body)
                return _request_body(invocation.access)
            arguments = self.operation.signature.read_arguments(invocation)
            return make_response(self.method(**arguments), self.operation.status)

    def _verify_caller(self, path_arguments: Mapping[str, str]) -> Access | None:
        """Return the access of the verified caller, None if the operation requires no token."""
        if self.operation.acl is None:
            return None
        access = self.verifier.verify(self.operation.acl, path_arguments)
        begin_work_for(access.owner)
        if self.operation.master_tenant_only:
            self.identity.require_master_tenant(access.caller)
        return access


@dataclass(frozen=True)
class NegotiatedEndpoint:
    """Two operations of one URL: `text` is that of clients that prefer plain text to JSON."""

    json: Endpoint
    text: Endpoint

    def __call__(self, **sent: str) -> Response:
        """Return the response to the current request, see `Endpoint`."""
        wants_text = prefers_text(request.environ.get("HTTP_ACCEPT", ""))
        response = (self.text if wants_text else self.json)(**sent)
        response.headers["Vary"] = "Accept"
        return response


class Routes:
    """The registered resources of the API."""

    def __init__(
        self, flask: Flask, api: Api, prefix: str, identity: Identity, access: AccessControl
    ) -> None:
        """Initialize an empty registry.

        Args:
            flask: The application to add files to.
            api: The API to add resources to.
            prefix: The path prefix of `api`.
            identity: Verifies the callers.
            access: Verifies the callers of resources with `has_configured_access`.
        """
        self._flask = flask
        self._api = api
        self._prefix = prefix
        self._identity = identity
        self._access = access
        self._view = ""
        self._routes: list[Route] = []
        self._reading: list[tuple[str, re.Pattern[str]]] = []
        self._configured_views: set[str] = set()

    @property
    def configured_views(self) -> frozenset[str]:
        """Return the names of the views that have resources with `has_configured_access`."""
        return frozenset(self._configured_views)

    def only_reads(self, method: str, path: str) -> bool:
        """Return whether a request with a method that is not safe is one of an operation that changes nothing.

        Args:
            method: The method, in upper case.
            path: The path of the request, without its query.
        """
        return any(verb == method and pattern.fullmatch(path) for verb, pattern in self._reading)

    def for_view(self, name: str) -> Self:
        """Return the same registry for the resources of a view, to which the rules for its name apply."""
        routes = copy(self)
        routes._view = name
        return routes

    def add(
        self, path: str, resource: BaseResource, name: str | None = None, *, text: BaseResource | None = None
    ) -> None:
        """Add a resource; `<name>` in its path is an argument of its methods, `<id:name>` one that is a UUID.

        Args:
            path: Path below the version, such as `/status` or `/directories/lookup/<profile>`.
            resource: The resource with the declared methods.
            name: Its endpoint name in the metrics, by default its path with underscores.
            text: The resource in its place for clients that prefer plain text to JSON (header `Accept`).

        Raises:
            TypeError: A method has an argument that its path lacks, or no operation is declared.
            ValueError: The name is taken.
        """
        verifier: Verifier = self._identity
        alternatives = None
        if resource.has_configured_access:
            verifier = configured = self._access.of_view(self._view)
            alternatives = configured.rules.methods
            self._configured_views.add(self._view)
        endpoints = dict(self._endpoints(path, resource, verifier))
        if not endpoints:
            raise TypeError(f"{path}: {type(resource).__name__} declares no operation")
        documented = resource.error_documents.statuses if resource.error_documents else frozenset()
        texts = {} if text is None else dict(self._endpoints(path, text, verifier))
        text_operations = {verb: endpoint.operation for verb, endpoint in texts.items()}
        self._routes += [
            Route(path, verb, endpoint.operation, alternatives, documented, text_operations.get(verb))
            for verb, endpoint in endpoints.items()
        ]
        self._reading += [
            (verb.upper(), PathRule.parse(path).pattern(self._prefix))
            for verb, endpoint in endpoints.items()
            if endpoint.operation.only_reads
        ]
        negotiated = {verb: NegotiatedEndpoint(endpoints[verb], texts[verb]) for verb in texts}
        name = name or re.sub(r"\W+", "_", path).strip("_")
        self._api.add_resource(_flask_restful_resource({**endpoints, **negotiated}), path, endpoint=name)

    def add_file(self, path: str, file: StaticFile) -> None:
        """Add a file of a web page, which anybody may read, outside of the API.

        Args:
            path: Path below the root of the daemon, such as `/` or `/web/page.js`.
            file: The file.

        Raises:
            ValueError: The path is below the prefix of the API.
        """
        if path.startswith(f"{self._prefix}/"):
            raise ValueError(f"{path}: paths below {self._prefix} belong to the API")
        self._flask.add_url_rule(path, f"{self._view}{path}", file.response)

    def describe(self, proxy_prefix: str) -> dict[str, object]:
        """Return the OpenAPI 3.1 description of all resources.

        Args:
            proxy_prefix: The URL path that clients see before the prefix, empty without a reverse proxy.
        """
        return build_document(self._routes, proxy_prefix + self._prefix)

    def describe_in_swagger(self, proxy_prefix: str) -> dict[str, object]:
        """Return the Swagger 2.0 description of all resources, for the same argument."""
        return build_swagger(self.describe(proxy_prefix), proxy_prefix)

    def _endpoints(
        self, path: str, resource: BaseResource, verifier: Verifier
    ) -> Iterator[tuple[str, Endpoint]]:
        rule = PathRule.parse(path)
        for verb in (method.lower() for method in HTTPMethod):
            function = getattr(type(resource), verb, None)
            operation = OPERATIONS.get(function) if function is not None else None
            if operation is None:
                continue
            unknown = (operation.signature.path_arguments or frozenset()).difference(rule.names)
            if unknown:
                raise TypeError(
                    f"{verb.upper()} {path}: the path has no argument {', '.join(sorted(unknown))}"
                )
            method: Callable[..., object] = getattr(resource, verb)
            yield verb, Endpoint(method, operation, rule, resource, self._identity, verifier)


def _request_body(access: Access | None) -> Response:
    """Return the response by which the server receives the body, and calls again (see `request_body`)."""
    if access is not None:
        request.environ[BODY_OWNER] = access.owner
    return Response(status=HTTPStatus.CONTINUE)


def _flask_restful_resource(endpoints: Mapping[str, Callable[..., Response]]) -> type[RestfulResource]:
    """Create the class that Flask-RESTful requires: one method per verb, one instance for all requests."""
    methods: dict[str, object] = {verb: staticmethod(endpoint) for verb, endpoint in endpoints.items()}
    return type("Endpoints", (RestfulResource,), {**methods, "init_every_request": False})
