"""What a phone shows: contacts with their numbers, and the lines of a flat list."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from xivo_dird.directory.outcome import Status
from xivo_dird.text.folding import fold

NumberKind = Literal["work", "mobile", "home", "other"]


class PhoneNumber(NamedTuple):
    """One number of a contact.

    Attributes:
        number: What is dialled; not empty.
        kind: What it is used for, by the field and the title of its column.
        name: The name of a line that shows only this number.
    """

    number: str
    kind: NumberKind
    name: str


class PhoneEntry(NamedTuple):
    """An entry of a phonebook with room for three numbers of a contact; a missing one is empty.

    Attributes:
        telephone: The first number for work, or the first of any kind.
        mobile: The mobile number.
        other: A number at home, or of another kind.
    """

    telephone: str
    mobile: str
    other: str


class PhoneContact(NamedTuple):
    """A contact as phones show it.

    Attributes:
        name: The whole name.
        first_name: The first name; if the directory has none, the first word of the name.
        last_name: The last name, or the rest of the name; may be empty.
        numbers: The numbers, in the order of the display.
    """

    name: str
    first_name: str
    last_name: str
    numbers: tuple[PhoneNumber, ...]

    def entries(self) -> Iterator[PhoneEntry]:
        """Yield as many entries as the numbers need; each number is in one of them, once."""
        remaining = list(self.numbers)
        while remaining:
            telephone = _take(remaining, "work") or remaining.pop(0).number
            yield PhoneEntry(telephone, _take(remaining, "mobile"), _take(remaining, "home", "other"))


class PhoneLine(NamedTuple):
    """A line of a list: a name and the number that is dialled when it is selected.

    Attributes:
        name: The whole name of the line.
        number: The number; not empty.
        kind: What the number is used for.
        first_name: The first name of the contact.
        last_name: The rest of the name of the line.
    """

    name: str
    number: str
    kind: NumberKind
    first_name: str
    last_name: str


class CallerName(NamedTuple):
    """The name of a caller.

    Attributes:
        name: The name, on one line; empty if no source has the number.
        statuses: How the questions to the sources that were waited for ended.
    """

    name: str
    statuses: frozenset[Status]


class PageRange(NamedTuple):
    """The part of a list that a document shows.

    Attributes:
        offset: The number of items before it.
        limit: The maximum number of its items.
        total: The number of items of the whole list.
    """

    offset: int
    limit: int
    total: int

    @property
    def last(self) -> int:
        """The number of the last item that the document shows, counted from 1."""
        return min(self.offset + self.limit, self.total)

    @property
    def next_offset(self) -> int | None:
        """The offset of the next page, None for the last one."""
        following = self.offset + self.limit
        return following if following < self.total else None

    @property
    def previous_offset(self) -> int | None:
        """The offset of the previous page, None for the first one."""
        return max(0, self.offset - self.limit) if self.offset > 0 else None


class PhoneDirectory(NamedTuple):
    """The result of a lookup for a phone.

    Attributes:
        contacts: The contacts with a number, in no order.
    """

    contacts: Sequence[PhoneContact]

    def sorted_contacts(self) -> list[PhoneContact]:
        """Return the contacts by name, without case and accents, then by their first number."""
        return sorted(self.contacts, key=lambda contact: _sort_key(contact.name, contact.numbers[0].number))

    def sorted_lines(self) -> list[PhoneLine]:
        """Return a line for each number, by name, without case and accents, then by number."""
        return sorted(self._lines(), key=lambda line: _sort_key(line.name, line.number))

    def _lines(self) -> Iterator[PhoneLine]:
        for contact in self.contacts:
            for number, kind, name in contact.numbers:
                yield PhoneLine(name, number, kind, *_parts_of_name(name, contact))


def _take(numbers: list[PhoneNumber], *kinds: NumberKind) -> str:
    """Remove the first number of these kinds from a list and return it, empty if there is none."""
    for position, number in enumerate(numbers):
        if number.kind in kinds:
            return numbers.pop(position).number
    return ""


def _sort_key(name: str, number: str) -> tuple[str, str, str]:
    return fold(name), name, number


def _parts_of_name(name: str, contact: PhoneContact) -> tuple[str, str]:
    """Return the first name of a line and the rest, with the parts of the contact's name if the line begins with it."""
    if not name.startswith(contact.name):
        first, _, last = name.partition(" ")
        return first, last
    return contact.first_name, (contact.last_name + name.removeprefix(contact.name)).strip()
