"""Query arguments: what a method takes, and what every list takes."""

from typing import Annotated, ClassVar

from flask import request
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from xivo_dird.exceptions import DirdError, InvalidArgument, InvalidQuery
from xivo_dird.listing import Direction, Listing
from xivo_dird.validation import PLAIN_DIGITS, Storable, details


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
    limit: Annotated[int, Field(ge=0), PLAIN_DIGITS] | None = None
    offset: Annotated[int, Field(ge=0), PLAIN_DIGITS] = 0
    search: Storable | None = None

    @field_validator("order")
    @classmethod
    def _is_known(cls, order: str) -> str:
        if cls.orders and order not in cls.orders:
            constraint = {"constraint_id": "enum", "constraint": {"choices": list(cls.orders)}}
            raise PydanticCustomError("order", "Not a valid choice.", constraint)
        return order

    def listing(self) -> Listing:
        """Return what part of the list is wanted; the arguments that a list adds are its exact filters."""
        filters = {
            name: value
            for name, value in self
            if name not in ListQuery.model_fields and isinstance(value, str)
        }
        return Listing(self.order, self.direction, self.limit, self.offset, self.search, filters)


class RecursiveListQuery(ListQuery):
    """The arguments of a list that may be about the tenants below the scope too (contract section 1.3)."""

    recurse: bool = False


def read_query(query: type[Query]) -> Query:
    """Read the query of the present request. Raises what `refusal` makes."""
    try:
        return query.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise query.refusal(error) from error
