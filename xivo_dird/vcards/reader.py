"""Reads the cards of a vCard file as a stream; a broken card is an error with its line, and costs no other card."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO

from xivo_dird.vcards.lines import MAX_LINE_BYTES, ContentLine, content_lines, transcoded
from xivo_dird.vcards.properties import Property, parse_property

MAX_CARD_BYTES = 16 * 1024 * 1024
"""Maximum size of the properties of a card that are read, in bytes."""

MAX_PROPERTIES = 3000
"""Maximum number of the properties of a card that are read."""

_STRUCTURE = frozenset((b"BEGIN", b"END", b"VERSION", b"AGENT"))
READ_PROPERTIES = frozenset(
    (
        *(
            b"CATEGORIES",
            b"EMAIL",
            b"FN",
            b"IMPP",
            b"KIND",
            b"N",
            b"NICKNAME",
            b"ORG",
            b"SORT-STRING",
            b"SOUND",
        ),
        *(b"TEL", b"TITLE", b"UID", b"X-ABLABEL", b"X-ABSHOWAS", b"X-ADDRESSBOOKSERVER-KIND", b"X-MS-TEL"),
        *(b"X-PHONETIC-FIRST-NAME", b"X-PHONETIC-LAST-NAME", b"X-PHONETIC-MIDDLE-NAME", b"X-SIP"),
        b"X-XIVO-DIRD-FIELD",
    )
)
"""The properties that are read. A note may have numbers of other people, and a photo is never read or fetched."""


@dataclass(slots=True)
class Card:
    """One card.

    Attributes:
        line: The number of its first line.
        properties: The properties that are read, in the order of the card.
        error: Why the card can't be used, None if it can.
    """

    line: int
    properties: list[Property] = field(default_factory=list)
    error: str | None = None

    def find(self, *names: str) -> Iterator[Property]:
        """Yield the properties with one of these names."""
        return (found for found in self.properties if found.name in names)


class CardReader:
    """Reads the cards of one file, in bounded memory."""

    def __init__(self, file: IO[bytes], encoding: str | None = None) -> None:
        """Read nothing yet.

        Args:
            file: The bytes; it must be seekable.
            encoding: The encoding of texts that are not UTF-8 and name none; None for Windows-1252.
        """
        self._file = file
        self._encoding = encoding
        self._card: Card | None = None
        self._bytes = 0
        self._nested = 0
        self._follows_agent = False
        self.line_count = 0

    def cards(self) -> Iterator[Card]:
        """Yield the cards, also broken ones, which have an `error`. Text between cards is ignored."""
        for line in content_lines(transcoded(self._file, self._encoding), _STRUCTURE | READ_PROPERTIES):
            self.line_count = line.number
            finished = self._add(line)
            if finished is not None:
                yield finished
        if self._card is not None:
            yield _unclosed(self._card)

    def _add(self, line: ContentLine) -> Card | None:
        """Add a line; return the card that ends with it or before it."""
        start = line.data[:16].upper().replace(b" ", b"")
        if start.startswith(b"BEGIN:VCARD"):
            return self._begin(line)
        if start.startswith(b"END:VCARD"):
            return self._end()
        if self._card is None:
            return None
        self._follows_agent = start.startswith(b"AGENT") and line.data.rstrip().endswith(b":")
        if not self._nested and not start.startswith((b"VERSION", b"BEGIN", b"END", b"AGENT")):
            self._add_property(self._card, line)
        return None

    def _begin(self, line: ContentLine) -> Card | None:
        """Begin a card; without an AGENT before it, it is no part of the one that is open."""
        if self._card is not None and self._follows_agent:
            self._nested += 1
            self._follows_agent = False
            return None
        unclosed = None if self._card is None else _unclosed(self._card)
        self._card = Card(line.number)
        self._bytes = self._nested = 0
        return unclosed

    def _end(self) -> Card | None:
        if self._nested:
            self._nested -= 1
            return None
        finished, self._card = self._card, None
        self._follows_agent = False
        return finished

    def _add_property(self, card: Card, line: ContentLine) -> None:
        self._bytes += len(line.data)
        if line.is_too_long:
            card.error = f"line {line.number} has more than {MAX_LINE_BYTES} bytes"
        elif self._bytes > MAX_CARD_BYTES or len(card.properties) >= MAX_PROPERTIES:
            card.error = f"it has more than {MAX_PROPERTIES} properties or {MAX_CARD_BYTES} bytes"
        if card.error is not None:
            card.properties.clear()
            return
        found = parse_property(line, self._encoding)
        if found is not None:
            card.properties.append(found)


def read_cards(data: bytes, encoding: str | None = None) -> Sequence[Card]:
    """Return the cards in a value, such as the address data of a CardDAV server; see `CardReader`."""
    return list(CardReader(BytesIO(data), encoding).cards())


def _unclosed(card: Card) -> Card:
    return Card(card.line, [], "it has no END:VCARD")
