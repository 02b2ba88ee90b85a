"""What is known of the address books of a source after a run, as the text of a cursor."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Annotated, NamedTuple

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from xivo_dird.backend import CardKey, CursorRefused

_ID_BYTES = 8


class CardState(NamedTuple):
    """What is known of a card that was read: its ETag, and the id of its person; "" without one."""

    etag: str
    person_id: str


class BookState(BaseModel):
    """What is known of a book.

    Attributes:
        token: The sync token of the last complete run, "" if there is none.
        ctag: The same of a server without sync tokens.
        compared_at: When all cards were compared the last time, as `time.time` counts; 0: never.
        cards: The cards that were read, by their names.
    """

    token: str = ""
    ctag: str = ""
    compared_at: Annotated[float, Field(ge=0)] = 0.0
    cards: dict[str, CardState] = {}


_STATES = TypeAdapter(dict[str, BookState])


def parse_states(cursor: str | None) -> dict[str, BookState]:
    """Return the states of the books in a cursor, by their keys.

    Raises:
        CursorRefused: It can't be read.
    """
    try:
        return {} if cursor is None else _STATES.validate_json(cursor)
    except ValidationError as error:
        raise CursorRefused("the state of the address books can't be read") from error


def cursor_of(states: Mapping[str, BookState]) -> str:
    """Return the cursor that has the states of books."""
    return _STATES.dump_json({**states}).decode()


class PersonIds:
    """Gives each person an id of their own: the UID or hash of the card, with a suffix if another card has it."""

    def __init__(self, states: Mapping[str, BookState]) -> None:
        """Register the ids of the cards that were read before."""
        self._owners = {
            card.person_id: f"{key}{name}"
            for key, state in states.items()
            for name, card in state.cards.items()
        }

    def id_of(self, owner: str, key: CardKey) -> str:
        """Return the id of a person; `owner` identifies the place of the card."""
        person_id = key.uid or key.digest
        if self._owners.setdefault(person_id, owner) == owner:
            return person_id
        suffix = blake2b(owner.encode("utf-8", "surrogatepass"), digest_size=_ID_BYTES).hexdigest()
        return f"{person_id}:{suffix}"

    def release(self, owner: str, person_id: str) -> None:
        """Forget the id of a person that is gone."""
        if self._owners.get(person_id) == owner:
            del self._owners[person_id]
