"""What is known of the address books of a source after a run, as the text of a cursor."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from hashlib import blake2b
from typing import Annotated, NamedTuple

from pydantic import BaseModel, Field, TypeAdapter

from xivo_dird.backend import CardKey, CursorRefused

_ID_BYTES = 8


class CardState(NamedTuple):
    """What is known of a card that was read: its ETag, and the id of its person; "" without one."""

    etag: str
    person_id: str


class BookFacts(BaseModel):
    """What is known of a book, without its cards.

    Attributes:
        token: The sync token of the last complete run, "" if there is none.
        ctag: The same of a server without sync tokens.
        compared_at: When all cards were compared the last time, as `time.time` counts; 0: never.
        size: The number of the cards that were read.
    """

    token: str = ""
    ctag: str = ""
    compared_at: Annotated[float, Field(ge=0)] = 0.0
    size: Annotated[int, Field(ge=0)] = 0


_FACTS = TypeAdapter(dict[str, BookFacts])
_CARDS = TypeAdapter(dict[str, CardState])


class BookState:
    """What is known of a book. Its cards are parsed only when they are needed: mostly a book has not changed."""

    def __init__(self, facts: BookFacts | None = None, cards: str = "{}") -> None:
        """Store what is known, nothing by default; `cards` is JSON."""
        self.facts = facts or BookFacts()
        self._text = cards
        self._cards: dict[str, CardState] | None = None

    @property
    def cards(self) -> dict[str, CardState]:
        """Return the cards that were read, by their names.

        Raises:
            CursorRefused: They can't be read.
        """
        if self._cards is None:
            with _refused_cursor():
                self._cards = _CARDS.validate_json(self._text)
        return self._cards

    def texts(self) -> tuple[BookFacts, str]:
        """Return what is known, and the cards as JSON without a line break."""
        if self._cards is None:
            return self.facts, self._text
        facts = self.facts.model_copy(update={"size": len(self._cards)})
        return facts, _CARDS.dump_json(self._cards).decode()


def parse_states(cursor: str | None) -> dict[str, BookState]:
    """Return the states of the books in a cursor, by their keys.

    Raises:
        CursorRefused: It can't be read.
    """
    if cursor is None:
        return {}
    head, *cards = cursor.split("\n")
    with _refused_cursor():
        books = _FACTS.validate_json(head)
        return {key: BookState(facts, text) for (key, facts), text in zip(books.items(), cards, strict=True)}


def cursor_of(states: Mapping[str, BookState]) -> str:
    """Return the cursor that has the states of books: a line about the books, then one for the cards of each."""
    texts = {key: state.texts() for key, state in states.items()}
    head = _FACTS.dump_json({key: facts for key, (facts, _) in texts.items()}).decode()
    return "\n".join([head, *(cards for _, cards in texts.values())])


@contextmanager
def _refused_cursor() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise CursorRefused("the state of the address books can't be read") from error


class PersonIds:
    """Gives each person an id of their own: the UID or hash of the card, with a suffix if another card has it."""

    def __init__(self, states: Mapping[str, BookState]) -> None:
        """Register the ids of the cards that were read before."""
        self._states = {**states}
        self.count = sum(state.facts.size for state in states.values())

    @cached_property
    def _owners(self) -> dict[str, str]:
        return {
            card.person_id: f"{key}{name}"
            for key, state in self._states.items()
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
