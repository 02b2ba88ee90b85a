"""The signature of a method: how each parameter is read from the request, and the types it returns."""

import inspect
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from flask import request
from pydantic import BaseModel

from xivo_dird.caller import Caller, UserCaller
from xivo_dird.contacts.csv_reader import CsvUpload
from xivo_dird.contacts.upload import ContactUpload
from xivo_dird.exceptions import Unauthorized
from xivo_dird.http.contact_body import contact_body, csv_body
from xivo_dird.http.identity import Access, RequestToken
from xivo_dird.http.json_body import FALSY_IS_EMPTY, NULL_IS_EMPTY, JsonBody, read_body
from xivo_dird.http.query import Query, read_query
from xivo_dird.http.raw_body import RawBody, read_raw_body
from xivo_dird.http.responses import EmptyResponse, ImportResponse, JsonResponse, NdjsonResponse, TextResponse
from xivo_dird.listing import Page

Method = Callable[..., object]


@dataclass(frozen=True, slots=True)
class Header:
    """Annotates a parameter as a request header: `Annotated[str, Header("Accept")]`; "" if it is missing."""

    name: str


class Invocation(NamedTuple):
    """The call of a method for one request; `exit_stack` closes the files that are opened for it."""

    access: Access | None
    path_arguments: Mapping[str, str]
    exit_stack: ExitStack
    token: RequestToken


ParameterReader = Callable[[Invocation], object]
"""Reads the value of one parameter from the request."""


class ResponseTypes(NamedTuple):
    """The types that a method returns.

    Attributes:
        json: Types of a JSON body; if `is_page`, of the items of its list.
        ndjson: Types of the lines of a streamed response.
        texts: Classes of the text responses.
        is_page: True if the JSON body is a `Page`.
    """

    json: tuple[type, ...] = ()
    ndjson: tuple[type, ...] = ()
    texts: tuple[type[TextResponse], ...] = ()
    is_page: bool = False


class Signature:
    """The parameters of a method.

    Attributes:
        path_arguments: Names of the path arguments, None if the method accepts all of them.
        query: Model of the query parameters, if any.
        body: The body, if any.
        headers: Names of the request headers.
        has_caller: True if the method needs the caller.
        has_token: True if the method verifies the token itself.
    """

    def __init__(
        self, method: Method, hints: Mapping[str, object], query: type[Query] | None, body: JsonBody | None
    ) -> None:
        """Read the parameters of a method.

        Args:
            method: The method, whose first parameter is `self`.
            hints: Its type annotations by parameter name.
            query: Overrides the annotation of the query.
            body: Overrides the annotation of a JSON body.

        Raises:
            TypeError: The body is annotated with a type that is not supported.
        """
        self._name = method.__qualname__
        self._plain_readers: dict[str, ParameterReader] = {}
        self._query_readers: dict[str, ParameterReader] = {}
        self._body_readers: dict[str, ParameterReader] = {}
        self.path_arguments: frozenset[str] | None = frozenset()
        self.query: type[Query] | None = None
        self.body: JsonBody | type[ContactUpload | RawBody] | None = None
        self.headers: list[str] = []
        self.has_caller = False
        self.has_token = False
        for parameter in list(inspect.signature(method).parameters.values())[1:]:
            self._add(parameter, hints.get(parameter.name, str), query, body)
        self._readers = tuple({**self._plain_readers, **self._query_readers, **self._body_readers}.items())

    def read_arguments(self, invocation: Invocation) -> dict[str, object]:
        """Return the arguments for a request, reading the query before the body.

        Raises:
            DirdError: A parameter of the request is missing or invalid, or the token lacks the required user.
        """
        arguments: dict[str, object] = dict(invocation.path_arguments) if self.path_arguments is None else {}
        for name, read in self._readers:
            arguments[name] = read(invocation)
        return arguments

    def _add(
        self,
        parameter: inspect.Parameter,
        hint: object,
        query: type[Query] | None,
        body: JsonBody | None,
    ) -> None:
        name = parameter.name
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            self.path_arguments = None
        elif name == "body":
            self.body = _other_body(hint) or body or self._json_body(hint)
            self._body_readers[name] = _body_reader(self.body)
        elif isinstance(hint, type) and issubclass(hint, Query):
            self.query = query or hint
            self._query_readers[name] = _query_reader(self.query)
        elif (header := _header(hint)) is not None:
            self.headers.append(header)
            self._plain_readers[name] = lambda _invocation: request.headers.get(header, "")
        elif isinstance(hint, type) and hint in _CALLER_READERS:
            self.has_caller = self.has_caller or hint is not RequestToken
            self.has_token = self.has_token or hint is RequestToken
            self._plain_readers[name] = _CALLER_READERS[hint]
        elif self.path_arguments is not None:
            self.path_arguments |= {name}
            self._plain_readers[name] = lambda invocation: invocation.path_arguments[name]

    def _json_body(self, hint: object) -> JsonBody:
        schema, *rules = get_args(hint) if get_origin(hint) is Annotated else (hint,)
        if schema is object:
            return JsonBody()
        if not (isinstance(schema, type) and issubclass(schema, BaseModel)):
            raise TypeError(f"{self._name}: the body is not a pydantic model: {hint}")
        return JsonBody(schema, FALSY_IS_EMPTY in rules, NULL_IS_EMPTY in rules)


def _body_reader(body: JsonBody | type[ContactUpload | RawBody]) -> ParameterReader:
    if isinstance(body, JsonBody):
        return lambda _invocation: read_body(body)
    if issubclass(body, RawBody):
        return lambda _invocation: read_raw_body(body)
    read = csv_body if body is CsvUpload else contact_body
    return lambda invocation: invocation.exit_stack.enter_context(read())


def _other_body(hint: object) -> type[ContactUpload | RawBody] | None:
    """Return the type of an uploaded file or of a raw body, None for JSON."""
    return hint if isinstance(hint, type) and issubclass(hint, ContactUpload | RawBody) else None


def _query_reader(query: type[Query]) -> ParameterReader:
    return lambda _invocation: read_query(query)


def _header(hint: object) -> str | None:
    annotations = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    return next((annotation.name for annotation in annotations if isinstance(annotation, Header)), None)


def _access(invocation: Invocation) -> Access:
    if invocation.access is None:
        raise TypeError("no caller was verified")  # unreachable: `operation` refuses such a signature
    return invocation.access


def _user(invocation: Invocation) -> UserCaller:
    """Return the caller of an operation for users only.

    Raises:
        Unauthorized: The token has no user.
    """
    caller = _access(invocation).caller
    if not caller.user_uuid or caller.is_other_user:
        raise Unauthorized("The token has no user")
    return UserCaller(caller.tenant_uuid, caller.user_uuid, caller.token_tenant_uuid or caller.tenant_uuid)


_CALLER_READERS: Mapping[type, ParameterReader] = {
    Access: _access,
    RequestToken: lambda invocation: invocation.token,
    Caller: lambda invocation: _access(invocation).caller,
    UserCaller: _user,
}


def response_types_of(method: Method, hints: Mapping[str, Any], override: type | None) -> ResponseTypes:
    """Return the types that a method is annotated to return; `override` replaces that of a JSON body.

    Raises:
        TypeError: The return type is not annotated.
    """
    if "return" not in hints:
        raise TypeError(f"{method.__qualname__}: its return type is not annotated")
    types = ResponseTypes()
    for kind in _union_members(hints["return"]):
        origin, arguments = get_origin(kind), get_args(kind)
        if kind in {NoneType, EmptyResponse}:
            continue
        if origin is NdjsonResponse:
            types = types._replace(ndjson=tuple(_union_members(arguments[0])))
        elif isinstance(kind, type) and issubclass(kind, TextResponse):
            types = types._replace(texts=(*types.texts, kind))
        elif origin is Page:
            types = types._replace(json=(override or arguments[0],), is_page=True)
        else:
            body_type = arguments[0] if origin in {ImportResponse, JsonResponse} else kind
            types = types._replace(json=(*types.json, override or body_type))
    return types


def _union_members(hint: Any) -> tuple[Any, ...]:
    """Return the members of a union, or a tuple of the type itself."""
    return get_args(hint) if get_origin(hint) in {Union, UnionType} else (hint,)
