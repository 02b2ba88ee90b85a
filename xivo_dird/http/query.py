"""Query parameters of operations, and those that all lists share."""

from dataclasses import replace
from typing import Annotated, ClassVar

from flask import request
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from xivo_dird.bounds import CUT
from xivo_dird.exceptions import DirdError, InvalidArgument, InvalidQuery
from xivo_dird.listing import Direction, Listing
from xivo_dird.validation import PLAIN_DIGITS, Storable, error_details

NaturalNumber = Annotated[int, Field(ge=0), PLAIN_DIGITS, CUT]
"""The limit or the offset of a list."""


class Query(BaseModel):
    """The query parameters of an operation; unknown ones are ignored.

    An invalid parameter raises `InvalidQuery` with details per parameter, or `InvalidArgument` (shape P of
    contract section 1.4) if `has_parsing_errors` is set.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    has_parsing_errors: ClassVar[bool] = False

    @classmethod
    def to_error(cls, error: ValidationError) -> DirdError:
        """Return the error to raise for invalid parameters."""
        if not cls.has_parsing_errors:
            return InvalidQuery("Invalid query arguments", error_details(error, cls))
        messages = {str(item["loc"][0]): item["msg"] for item in error.errors()}
        return InvalidArgument("Invalid query arguments", messages)


def _describe_orders(description: JsonDict, query: type[BaseModel]) -> None:
    properties = description["properties"]
    if issubclass(query, ListQuery) and query.orders and isinstance(properties, dict):
        properties["order"] = {"type": "string", "enum": list(query.orders)}


class ListQuery(Query):
    """The parameters of every list (contract section 1.7); a subclass adds its `orders` and exact filters."""

    model_config = ConfigDict(json_schema_extra=_describe_orders)

    orders: ClassVar[tuple[str, ...]] = ()
    """The columns that the list can be sorted by; empty: any."""

    order: str | None = None
    direction: Direction = "asc"
    limit: NaturalNumber | None = None
    offset: NaturalNumber = 0
    search: Storable | None = None

    @field_validator("order")
    @classmethod
    def _check_order(cls, order: str) -> str:
        if cls.orders and order not in cls.orders:
            constraint = {"constraint_id": "enum", "constraint": {"choices": list(cls.orders)}}
            raise PydanticCustomError("order", "Not a valid choice.", constraint)
        return order

    def listing(self) -> Listing:
        """Return the requested part of the list; text parameters that a subclass adds are exact filters."""
        filters = {
            name: value
            for name, value in self
            if name not in ListQuery.model_fields and isinstance(value, str)
        }
        return Listing(self.order, self.direction, self.limit, self.offset, self.search, filters)


class RecursiveListQuery(ListQuery):
    """The parameters of a list that can include the tenants below the scope tenant (contract section 1.3)."""

    recurse: bool = False

    def listing(self) -> Listing:
        """Return the requested part of the list."""
        return replace(super().listing(), recurse=self.recurse)


def read_query(query: type[Query]) -> Query:
    """Return the validated query of the current request.

    Raises:
        DirdError: The error that `Query.to_error` returns for invalid parameters.
    """
    try:
        return query.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise query.to_error(error) from error
