"""The contacts that an import made, kept as the JSON of its answer: a large file costs no memory for them."""

from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import Self

import orjson

from xivo_dird.contacts.model import StoredContact

IN_MEMORY = 1024 * 1024
"""Bytes; more go into a temporary file."""

_AT_ONCE = 64 * 1024


class CreatedContacts:
    """A JSON array that grows. To be closed; it is when the import fails."""

    def __init__(self) -> None:
        """Begin with none."""
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by `close`
        self._count = 0

    def __enter__(self) -> Self:
        """Lend."""
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Forget all."""
        self.close()

    def __len__(self) -> int:
        """Count the contacts."""
        return self._count

    def extend(self, contacts: Iterable[StoredContact]) -> None:
        """Add contacts at the end."""
        for contact in contacts:
            self._file.write(b"," if self._count else b"[")
            self._file.write(orjson.dumps(contact.entry()))
            self._count += 1

    def json(self) -> Iterator[bytes]:
        """Answer the array in parts."""
        self._file.seek(0)
        while part := self._file.read(_AT_ONCE):
            yield part
        yield b"]" if self._count else b"[]"

    def close(self) -> None:
        """Forget all."""
        self._file.close()
