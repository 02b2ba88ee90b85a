"""Converts contacts into what a phone shows, by the columns of a display (contract section 3.3)."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from xivo_dird.directory.contact import Contact
from xivo_dird.displays.model import Display, DisplayColumn
from xivo_dird.phones.model import NumberKind, PhoneContact, PhoneNumber
from xivo_dird.phones.number_display import NumberDisplay
from xivo_dird.phones.texts import one_line
from xivo_dird.text.values import texts_of

DialledNumber = Callable[[str], str]
"""Returns what is dialled for the text of a number, empty if nothing is."""

MAX_NUMBERS = 20
"""Maximum number of numbers of a contact; a display with 1000 columns would otherwise make millions of lines."""

_KINDS: tuple[tuple[NumberKind, re.Pattern[str]], ...] = (
    ("mobile", re.compile(r"mobil|m[oó]vil|celular|cell|portable|handy|gsm", re.IGNORECASE)),
    ("home", re.compile(r"home|priva|domicile|haus|casa|thuis|particular", re.IGNORECASE)),
    ("other", re.compile(r"other|autre|ander|andere|otro|altro|outro|fax|pager", re.IGNORECASE)),
)


class _TextColumn(NamedTuple):
    field: str
    default: str | None


class _NumberColumn(NamedTuple):
    field: str
    default: str | None
    kind: NumberKind
    suffix: str
    number_display: NumberDisplay | None


class PhonePresentation:
    """Converts contacts for one display: its column of type `name`, and all of type `number`.

    Columns of type `firstname` and `lastname` give the two parts of the name. A number column with `number_display`
    names its line by that template. Without it, the first number of a contact has the bare name, each further one the
    name and the title of its column: `Ann Lee (mobile)`.
    """

    def __init__(self, display: Display | None, dialled: DialledNumber) -> None:
        """Prepare the columns; without a display there are no numbers."""
        columns = display.columns if display else ()
        self._dialled = dialled
        self._name = _first_of_type(columns, "name")
        self._first_name = _first_of_type(columns, "firstname")
        self._last_name = _first_of_type(columns, "lastname")
        self._numbers = list(_number_columns(columns))

    def contacts(self, contacts: Iterable[Contact]) -> Iterator[PhoneContact]:
        """Yield the contacts that have a number."""
        return (shown for shown in map(self.contact, contacts) if shown.numbers)

    def contact(self, contact: Contact) -> PhoneContact:
        """Return a contact, which may have no number."""
        name = self.name(contact)
        numbers = tuple(islice(self._phone_numbers(contact, name), MAX_NUMBERS))
        shown = name or (numbers[0].number if numbers else "")
        first, last = _text(contact, self._first_name), _text(contact, self._last_name)
        if not (first or last):
            first, _, last = shown.partition(" ")
        return PhoneContact(shown, first, last, numbers)

    def name(self, contact: Contact) -> str:
        """Return the name of a contact, empty if it has none."""
        return _text(contact, self._name)

    def _phone_numbers(self, contact: Contact, name: str) -> Iterator[PhoneNumber]:
        is_first = True
        for column in self._numbers:
            for text in texts_of(contact.fields.get(column.field, column.default)):
                number = self._dialled(text)
                if not number:
                    continue
                line_name: str | None = name if is_first else name + column.suffix
                is_first = False
                if column.number_display is not None:
                    line_name = column.number_display(contact.fields)
                if line_name is not None:
                    yield PhoneNumber(number, column.kind, line_name.lstrip() or number)


def number_kind(column: DisplayColumn) -> NumberKind:
    """Return what the numbers of a column are used for: `work` unless its field or its title says something else."""
    text = f"{column.field} {column.title or ''}"
    return next((kind for kind, words in _KINDS if words.search(text)), "work")


def _first_of_type(columns: Iterable[DisplayColumn], kind: str) -> _TextColumn | None:
    column = next((column for column in columns if column.type == kind), None)
    return None if column is None or column.field is None else _TextColumn(column.field, column.default)


def _text(contact: Contact, column: _TextColumn | None) -> str:
    return "" if column is None else one_line(contact.fields.get(column.field, column.default))


def _number_columns(columns: Iterable[DisplayColumn]) -> Iterator[_NumberColumn]:
    for column in columns:
        if column.type == "number" and column.field is not None:
            template = column.number_display
            number_display = None if template is None else NumberDisplay(template, column.field)
            title = one_line(column.title).lower()
            suffix = f" ({title})" if title else ""
            yield _NumberColumn(column.field, column.default, number_kind(column), suffix, number_display)
