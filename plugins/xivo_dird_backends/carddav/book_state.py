"""What is known of the address books of a source after a run, as the text of a cursor."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, Field, TypeAdapter, ValidationError


class BookState(BaseModel):
    """What is known of a book.

    Attributes:
        token: The sync token of the last complete run, "" if there is none.
        ctag: The same of a server without sync tokens.
        compared_at: When all cards were compared the last time, as `time.time` counts; 0: never.
        etags: The ETag of each card that was read, by its name; "" without one.
    """

    token: str = ""
    ctag: str = ""
    compared_at: Annotated[float, Field(ge=0)] = 0.0
    etags: dict[str, str] = {}


_STATES = TypeAdapter(dict[str, BookState])


def parse_states(cursor: str | None) -> dict[str, BookState]:
    """Return the states of the books in a cursor, by their keys; none if it can't be read."""
    try:
        return {} if cursor is None else _STATES.validate_json(cursor)
    except ValidationError:
        return {}


def cursor_of(states: Mapping[str, BookState]) -> str:
    """Return the cursor that has the states of books."""
    return _STATES.dump_json({**states}).decode()
