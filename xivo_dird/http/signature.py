"""What the signature of a method says: how each parameter is read, and what it returns."""

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
from xivo_dird.exceptions import Unauthorized
from xivo_dird.http.answers import ImportAnswer, Lines, Text
from xivo_dird.http.csv_body import csv_body
from xivo_dird.http.identity import Access
from xivo_dird.http.json_body import FALSY_IS_EMPTY, NULL_IS_EMPTY, JsonBody, read_body
from xivo_dird.http.query import Query, read_query
from xivo_dird.listing import Page

Method = Callable[..., object]


@dataclass(frozen=True, slots=True)
class Header:
    """Annotates a parameter: `Annotated[str, Header("Accept")]` is a header of the request, "" without it."""

    name: str


class Invocation(NamedTuple):
    """A request on its way into a method; files that it brings end with `opened`."""

    access: Access | None
    path: Mapping[str, str]
    opened: ExitStack


Read = Callable[[Invocation], object]


class Answers(NamedTuple):
    """What a method returns: types of a JSON body (with `page` of an item of a list), of lines, of texts."""

    json: tuple[type, ...] = ()
    lines: tuple[type, ...] = ()
    texts: tuple[type[Text], ...] = ()
    page: bool = False


class Signature:
    """What a method takes.

    Attributes:
        path: The names of its arguments of the path, None: it takes all of them.
        query: Its query, if any.
        body: Its body, if any.
        headers: The names of its headers.
        has_caller: Whether it needs to know who asks.
    """

    def __init__(
        self, method: Method, hints: Mapping[str, object], query: type[Query] | None, body: JsonBody | None
    ) -> None:
        self._method = method
        self._others: dict[str, Read] = {}
        self._queries: dict[str, Read] = {}
        self._bodies: dict[str, Read] = {}
        self.path: frozenset[str] | None = frozenset()
        self.query: type[Query] | None = None
        self.body: JsonBody | type[CsvUpload] | None = None
        self.headers: list[str] = []
        self.has_caller = False
        for parameter in list(inspect.signature(method).parameters.values())[1:]:
            self._add(parameter, hints.get(parameter.name, str), query, body)
        self._readers = tuple({**self._others, **self._queries, **self._bodies}.items())

    def arguments(self, call: Invocation) -> dict[str, object]:
        """Read what the method takes of a request, the query before the body. Raises what is wrong with it."""
        arguments: dict[str, object] = dict(call.path) if self.path is None else {}
        for name, read in self._readers:
            arguments[name] = read(call)
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
            self.path = None
        elif name == "body":
            self.body = CsvUpload if hint is CsvUpload else body or self._json_body(hint)
            self._bodies[name] = _body_reader(self.body)
        elif isinstance(hint, type) and issubclass(hint, Query):
            self.query = query or hint
            self._queries[name] = _query_reader(self.query)
        elif (header := _header(hint)) is not None:
            self.headers.append(header)
            self._others[name] = lambda _call: request.headers.get(header, "")
        elif isinstance(hint, type) and hint in _CALLERS:
            self.has_caller = True
            self._others[name] = _CALLERS[hint]
        elif self.path is not None:
            self.path |= {name}
            self._others[name] = lambda call: call.path[name]

    def _json_body(self, hint: object) -> JsonBody:
        schema, *rules = get_args(hint) if get_origin(hint) is Annotated else (hint,)
        if schema is object:
            return JsonBody()
        if not (isinstance(schema, type) and issubclass(schema, BaseModel)):
            raise TypeError(f"{self._method.__qualname__}: the body is no model: {hint}")
        return JsonBody(schema, FALSY_IS_EMPTY in rules, NULL_IS_EMPTY in rules)


def _body_reader(body: JsonBody | type[CsvUpload]) -> Read:
    if isinstance(body, JsonBody):
        return lambda _call: read_body(body)
    return lambda call: call.opened.enter_context(csv_body())


def _query_reader(query: type[Query]) -> Read:
    return lambda _call: read_query(query)


def _header(hint: object) -> str | None:
    extras = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    return next((extra.name for extra in extras if isinstance(extra, Header)), None)


def _access(call: Invocation) -> Access:
    if call.access is None:
        raise TypeError("no caller was verified")  # refused when it is declared
    return call.access


def _user(call: Invocation) -> UserCaller:
    """Return the caller of a request that only makes sense for a user. Raises `Unauthorized` without any."""
    caller = _access(call).caller
    if not caller.user_uuid:
        raise Unauthorized("The token has no user")
    return UserCaller(caller.tenant_uuid, caller.user_uuid)


_CALLERS: Mapping[type, Read] = {
    Access: _access,
    Caller: lambda call: _access(call).caller,
    UserCaller: _user,
}


def answers_of(method: Method, hints: Mapping[str, Any], override: type | None) -> Answers:
    if "return" not in hints:
        raise TypeError(f"{method.__qualname__}: what it returns is not annotated")
    found = Answers()
    for kind in _parts(hints["return"]):
        origin, arguments = get_origin(kind), get_args(kind)
        if kind is NoneType:
            continue
        if origin is Lines:
            found = found._replace(lines=tuple(_parts(arguments[0])))
        elif isinstance(kind, type) and issubclass(kind, Text):
            found = found._replace(texts=(*found.texts, kind))
        elif origin is Page:
            found = found._replace(json=(override or arguments[0],), page=True)
        else:
            shown = arguments[0] if origin is ImportAnswer else kind
            found = found._replace(json=(*found.json, override or shown))
    return found


def _parts(hint: Any) -> tuple[Any, ...]:
    """Return the parts of a union, or the type alone."""
    return get_args(hint) if get_origin(hint) in {Union, UnionType} else (hint,)
