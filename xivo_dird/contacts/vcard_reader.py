"""Reads vCard files that clients import, as a stream. A card that is broken is an error with its line."""

import os
import re
from collections.abc import Iterator, Sequence
from typing import IO

from typing_extensions import override

from xivo_dird.contacts.upload import ContactRow, ContactUpload
from xivo_dird.exceptions import BadEncoding
from xivo_dird.vcards.fields import contact_fields, find_error, is_person
from xivo_dird.vcards.lines import transcoded
from xivo_dird.vcards.reader import CardReader

VCARD_TYPES = frozenset(("text/vcard", "text/x-vcard"))
VCARD_SUFFIXES = frozenset((".vcf", ".vcard"))

_FIRST_LINE = re.compile(rb"(?:\xef\xbb\xbf)?\s*BEGIN:VCARD[ \t]*[\r\n]", re.IGNORECASE)
_MAX_START_BYTES = 256


def begins_with_vcard(stream: IO[bytes]) -> bool:
    """Return True if the first line of a file that is not blank begins a vCard."""
    stream.seek(0)
    return _FIRST_LINE.match(transcoded(stream, None).read(_MAX_START_BYTES)) is not None


class VcardUpload(ContactUpload):
    """An uploaded vCard file."""

    def __init__(self, stream: IO[bytes], charset: str | None = None) -> None:
        """Create an upload.

        Args:
            stream: The bytes of the file; it must be seekable.
            charset: The encoding of texts that are not UTF-8 and name none; None for Windows-1252.

        Raises:
            BadEncoding: The charset is unknown.
        """
        try:
            "".encode(charset or "utf-8")
        except (LookupError, ValueError) as error:
            raise BadEncoding(charset or "", str(error)) from error
        self.stream = stream
        self.charset = charset
        self.byte_count = stream.seek(0, os.SEEK_END)

    @override
    def detach(self) -> None:
        """Return immediately: nothing is between the reader and the stream."""

    @override
    def table(self) -> "VcardTable":
        self.stream.seek(0)
        return VcardTable(self)


class VcardTable:
    """The people of an upload. Groups, which are no people, are ignored."""

    header: Sequence[str] = ()

    def __init__(self, upload: VcardUpload) -> None:
        """Read nothing yet."""
        self.byte_count = upload.byte_count
        self._reader = CardReader(upload.stream, upload.charset)

    @property
    def line_count(self) -> int:
        """Return the number of lines read until now."""
        return self._reader.line_count

    def records(self) -> Iterator[tuple[Sequence[str], ContactRow]]:
        """Yield the names of the fields of each contact, and the contact; a broken one has an `error`."""
        people = (card for card in self._reader.cards() if is_person(card))
        for index, card in enumerate(people):
            error = find_error(card)
            if error is not None:
                yield (), ContactRow(index, card.line, (), f"The card can't be read: {error}.")
                continue
            fields = contact_fields(card)
            yield tuple(fields), ContactRow(index, card.line, tuple(fields.values()))
