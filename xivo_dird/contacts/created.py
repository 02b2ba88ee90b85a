"""The contacts that an import created, stored as the JSON of the response to limit the use of memory."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import Self

import orjson

from xivo_dird.contacts.model import StoredContact
from xivo_dird.exceptions import translated_temporary_file_errors

MAX_MEMORY_BYTES = 1024 * 1024
"""Size in bytes above which the JSON is moved to a temporary file."""

_CHUNK_BYTES = 64 * 1024


class CreatedContacts:
    """A JSON array of contacts that grows.

    It must be closed: by the end of its context, or by the caller.
    """

    def __init__(self) -> None:
        """Create an empty array."""
        self._file = SpooledTemporaryFile(max_size=MAX_MEMORY_BYTES)  # noqa: SIM115 - closed by `close`
        self._count = 0

    def __enter__(self) -> Self:
        """Return this object."""
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Close the array."""
        self.close()

    def __len__(self) -> int:
        """Return the number of contacts."""
        return self._count

    def extend(self, contacts: Iterable[StoredContact]) -> None:
        """Add contacts at the end.

        Raises:
            TemporaryFilesUnavailable: There is no room for the temporary file.
        """
        with translated_temporary_file_errors():
            for contact in contacts:
                self._file.write(b"," if self._count else b"[")
                self._file.write(orjson.dumps(contact.entry()))
                self._count += 1
            self._file.flush()  # now, while the import can still be undone

    def json(self) -> Iterator[bytes]:
        """Yield the array in chunks."""
        self._file.seek(0)
        while chunk := self._file.read(_CHUNK_BYTES):
            yield chunk
        yield b"]" if self._count else b"[]"

    def close(self) -> None:
        """Discard the contacts and remove the temporary file."""
        with suppress(OSError):  # of data that could not be written
            self._file.close()
