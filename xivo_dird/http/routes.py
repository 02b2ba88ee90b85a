"""Where resources are added, and how a request becomes a call of one of their methods."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPMethod
from typing import ClassVar

from flask import Response, request
from flask_restful import Api
from flask_restful import Resource as RestfulResource
from werkzeug.exceptions import HTTPException

from xivo_dird.exceptions import DirdError
from xivo_dird.http.answers import respond
from xivo_dird.http.errors import ErrorFamily, error_response, unexpected_error
from xivo_dird.http.identity import Access, Identity
from xivo_dird.http.openapi import Route, document
from xivo_dird.http.operation import OPERATIONS, Operation
from xivo_dird.http.signature import Invocation, Method

logger = logging.getLogger(__name__)

_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


class BaseResource:
    """What the routes take: its methods `get`, `post`, `put`, `patch` and `delete` are operations."""

    errors: ClassVar[ErrorFamily] = ErrorFamily.MODERN
    """In which shapes it answers errors."""


@dataclass(frozen=True)
class Endpoint:
    """One operation of a resource, ready to be called."""

    method: Method
    declared: Operation
    errors: ErrorFamily
    identity: Identity

    def __call__(self, **path: str) -> Response:
        """Answer the present request, whatever goes wrong."""
        try:
            with ExitStack() as opened:
                call = Invocation(self._verified(), path, opened)
                return respond(self.method(**self.declared.takes.arguments(call)), self.declared.status)
        except DirdError as error:
            return error_response(error, self.errors)
        except HTTPException:
            raise
        except Exception:
            logger.exception("%s %s failed", request.method, request.path)
            return unexpected_error()

    def _verified(self) -> Access | None:
        """Verify the caller, as far as the operation needs one."""
        if self.declared.acl is None:
            return None
        access = self.identity.verify(self.declared.acl)
        if self.declared.for_master_tenant:
            self.identity.require_master_tenant(access.caller)
        return access


class Routes:
    """The resources of the API, by path."""

    def __init__(self, api: Api, prefix: str, identity: Identity) -> None:
        """Add to `api`, below `prefix`; callers are verified by `identity`."""
        self._api = api
        self._prefix = prefix
        self._identity = identity
        self._described: list[Route] = []

    def add(self, path: str, resource: BaseResource, name: str | None = None) -> None:
        """Add a resource, `<name>` in its path is an argument of its methods.

        Args:
            path: Below the version, such as `/status` or `/directories/lookup/<profile>`.
            resource: Its declared methods are the operations.
            name: What metrics call it; by default its path with underscores.

        Raises:
            TypeError: A method takes an argument that its path does not have; or nothing is declared.
            ValueError: The name is taken.
        """
        endpoints = dict(self._endpoints(path, resource))
        if not endpoints:
            raise TypeError(f"{path}: {type(resource).__name__} declares no operation")
        self._described += [Route(path, verb, endpoint.declared) for verb, endpoint in endpoints.items()]
        name = name or re.sub(r"\W+", "_", path).strip("_")
        self._api.add_resource(_restful(endpoints), path, endpoint=name)

    def describe(self, server: str) -> dict[str, object]:
        """Return the OpenAPI description of everything that was added; clients see it at `server`."""
        return document(self._described, server + self._prefix)

    def _endpoints(self, path: str, resource: BaseResource) -> Iterator[tuple[str, Endpoint]]:
        arguments = set(_ARGUMENT.findall(path))
        for verb in (method.lower() for method in HTTPMethod):
            function = getattr(type(resource), verb, None)
            declared = OPERATIONS.get(function) if function is not None else None
            if declared is None:
                continue
            unknown = (declared.takes.path or frozenset()) - arguments
            if unknown:
                raise TypeError(f"{verb.upper()} {path}: the path has no {', '.join(sorted(unknown))}")
            method: Callable[..., object] = getattr(resource, verb)
            yield verb, Endpoint(method, declared, resource.errors, self._identity)


def _restful(endpoints: dict[str, Endpoint]) -> type[RestfulResource]:
    """Make the class that Flask-RESTful wants: one method per verb, one instance for all requests."""
    methods: dict[str, object] = {verb: staticmethod(endpoint) for verb, endpoint in endpoints.items()}
    return type("Endpoints", (RestfulResource,), {**methods, "init_every_request": False})
