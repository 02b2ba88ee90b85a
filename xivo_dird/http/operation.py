"""An operation: one method of one resource, declared once for the request path and for OpenAPI."""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, ClassVar

from flask import Response, current_app, request
from flask_restful import Resource as RestfulResource
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError
from werkzeug.exceptions import HTTPException

from xivo_dird.exceptions import DirdError, InvalidArgument, InvalidQuery
from xivo_dird.http.csv_body import CsvBody, csv_body
from xivo_dird.http.errors import ErrorFamily, error_response, unexpected_error
from xivo_dird.http.identity import IDENTITY, Identity, current_user
from xivo_dird.http.json_body import Body, read_body
from xivo_dird.listing import Direction, Listing
from xivo_dird.validation import Storable, details

logger = logging.getLogger(__name__)

ViewMethod = Callable[..., Response]


class Resource(RestfulResource):
    """The base of every resource; `errors` says in which shapes it answers errors."""

    errors: ClassVar[ErrorFamily] = ErrorFamily.MODERN


class Query(BaseModel):
    """The query arguments of an operation; unknown ones are ignored.

    A wrong one is an `InvalidQuery` with details per argument, or, with `parsing_errors`, an `InvalidArgument`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    parsing_errors: ClassVar[bool] = False

    @classmethod
    def refusal(cls, error: ValidationError) -> DirdError:
        """Make our error for wrong arguments."""
        if not cls.parsing_errors:
            return InvalidQuery("Invalid query arguments", details(error, cls))
        messages = {str(problem["loc"][0]): problem["msg"] for problem in error.errors()}
        return InvalidArgument("Invalid query arguments", messages)


def _describe_orders(description: JsonDict, query: type[BaseModel]) -> None:
    properties = description["properties"]
    if issubclass(query, ListQuery) and query.orders and isinstance(properties, dict):
        properties["order"] = {"type": "string", "enum": list(query.orders)}


class ListQuery(Query):
    """The arguments that every list takes (contract section 1.7); a list adds its `orders` and exact filters."""

    model_config = ConfigDict(json_schema_extra=_describe_orders)

    orders: ClassVar[tuple[str, ...]] = ()
    """What the list can be ordered by; empty: anything."""

    order: str | None = None
    direction: Direction = "asc"
    limit: Annotated[int, Field(ge=0)] | None = None
    offset: Annotated[int, Field(ge=0)] = 0
    search: Storable | None = None
    recurse: bool = False

    @field_validator("order")
    @classmethod
    def _is_known(cls, order: str) -> str:
        if cls.orders and order not in cls.orders:
            told = {"constraint_id": "enum", "constraint": {"choices": list(cls.orders)}}
            raise PydanticCustomError("order", "Not a valid choice.", told)
        return order

    def listing(self) -> Listing:
        """Answer what part of the list is wanted; the arguments that a list adds are its exact filters."""
        filters = {
            name: value
            for name, value in self
            if name not in ListQuery.model_fields and isinstance(value, str)
        }
        return Listing(self.order, self.direction, self.limit, self.offset, self.search, filters)


@dataclass(frozen=True)
class Operation:
    """What an operation needs and answers.

    `acl` None: anybody may call it; `for_user`: only with the token of a user; `for_master_tenant`: only with a
    token of the tenant that administers the installation. `answer` is the type of the body of a `success` (several:
    one of them), with `page` that of each item of a part of a list; `lines` are the types of the lines it may be
    streamed in instead; `errors` are the statuses it may end with beside 401 and 503.
    """

    summary: str
    acl: str | None
    query: type[Query] | None = None
    body: Body | CsvBody | None = None
    answer: type | tuple[type, ...] | None = None
    lines: tuple[type, ...] = ()
    page: bool = False
    for_user: bool = False
    for_master_tenant: bool = False
    success: int = 200
    content_type: str = "application/json"
    errors: tuple[int, ...] = ()


def operation(declared: Operation) -> Callable[[ViewMethod], ViewMethod]:
    """Declare a method of a `Resource`: its caller is verified, its query parsed, its errors answered."""

    def decorate(method: ViewMethod) -> ViewMethod:
        @wraps(method)
        def answer(self: Resource, **path: str) -> Response:
            try:
                _verify(declared)
                with ExitStack() as opened:
                    return method(self, **path, **_arguments(declared, opened))
            except DirdError as error:
                return error_response(error, self.errors)
            except HTTPException:
                raise
            except Exception:
                logger.exception("%s %s failed", request.method, request.path)
                return unexpected_error()

        OPERATIONS[answer] = declared
        return answer

    return decorate


OPERATIONS: dict[ViewMethod, Operation] = {}
"""What was declared for each decorated method."""


def _verify(declared: Operation) -> None:
    """Make the caller of the present request, as far as the operation needs one."""
    if declared.acl is None:
        return
    identity: Identity = current_app.extensions[IDENTITY]
    caller = identity.verify(declared.acl)
    if declared.for_master_tenant:
        identity.require_master_tenant(caller)
    if declared.for_user:
        current_user()


def _arguments(declared: Operation, opened: ExitStack) -> dict[str, object]:
    """Read what the method takes beside its path: `query` and `body`, in that order.

    Files among them end with `opened`.
    """
    arguments: dict[str, object] = {}
    if declared.query is not None:
        arguments["query"] = _parsed(declared.query)
    if isinstance(declared.body, CsvBody):
        arguments["body"] = opened.enter_context(csv_body())
    elif declared.body is not None:
        arguments["body"] = read_body(declared.body)
    return arguments


def _parsed(query: type[Query]) -> Query:
    try:
        return query.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise query.refusal(error) from error
