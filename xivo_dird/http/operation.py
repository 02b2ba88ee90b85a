"""An operation: one method of one resource, declared by its signature, for requests and for OpenAPI alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar, get_type_hints
from weakref import WeakKeyDictionary

from xivo_dird.http.errors import ErrorFamily
from xivo_dird.http.json_body import JsonBody
from xivo_dird.http.query import Query
from xivo_dird.http.signature import Method, ResponseTypes, Signature, response_types_of

MethodT = TypeVar("MethodT", bound=Method)

CREATED, NO_CONTENT = 201, 204


@dataclass(frozen=True)
class Operation:
    """The declaration of an operation; see `operation` for the fields."""

    summary: str
    acl: str | None
    errors: tuple[int, ...]
    status: int
    master_tenant_only: bool
    only_reads: bool
    error_family: ErrorFamily | None
    signature: Signature
    responses: ResponseTypes


OPERATIONS: WeakKeyDictionary[Method, Operation] = WeakKeyDictionary()
"""The declared operation of each method, as long as its class exists: some are created for one application."""


def operation(
    summary: str,
    *,
    acl: str | None,
    errors: Sequence[int] = (),
    status: int | None = None,
    master_tenant_only: bool = False,
    only_reads: bool = False,
    error_family: ErrorFamily | None = None,
    query: type[Query] | None = None,
    body: JsonBody | None = None,
    response: type | None = None,
) -> Callable[[MethodT], MethodT]:
    """Declare a method of a resource by its signature.

    The annotations define the parameters: `Caller`, `UserCaller` or `Access` is the caller, `RequestToken` the token
    of a caller who is not verified yet, a `Query` the query, the parameter `body` the JSON body (a model, or `object`
    for any JSON), a `CsvUpload` or a `RawBody`, `Annotated[str, Header(name)]` a header; all others are path arguments.
    The return value is the response: data that is encoded as JSON, a `Page` of it, `JsonResponse`, `TextResponse`,
    `NdjsonResponse`, `ImportResponse`, or None for an empty 204.

    Args:
        summary: One line for OpenAPI.
        acl: The ACL that the caller needs, with `{name}` for path arguments; None if no token is required.
        errors: The error statuses that it can return, besides 401, 429 and 503, which every operation with an
            ACL has.
        status: The status of success, by default 200, or 204 for a method that returns None.
        master_tenant_only: True if only tokens of the master tenant are accepted.
        only_reads: True if it changes nothing although its method is not safe; it does not wait for changes.
        error_family: The shapes of its error responses, if they are not those of the resource.
        query: Overrides the annotation of the query, for resources whose types are created at run time.
        body: Overrides the annotation of the body.
        response: Overrides the return annotation, for a `Page` the type of its items.

    Raises:
        TypeError: The signature is invalid; the message names the method.
    """

    def declare(method: MethodT) -> MethodT:
        hints = get_type_hints(method, include_extras=True)
        signature = Signature(method, hints, query, body)
        responses = response_types_of(method, hints, response)
        if acl is None and signature.has_caller:
            raise TypeError(f"{method.__qualname__}: an operation without an ACL has no caller")
        has_no_body = not any((responses.json, responses.ndjson, responses.texts))
        OPERATIONS[method] = Operation(
            summary=summary,
            acl=acl,
            errors=tuple(errors),
            status=status or (NO_CONTENT if has_no_body else 200),
            master_tenant_only=master_tenant_only,
            only_reads=only_reads,
            error_family=error_family,
            signature=signature,
            responses=responses,
        )
        return method

    return declare
