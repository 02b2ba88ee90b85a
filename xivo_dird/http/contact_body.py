"""Request bodies that are files of contacts (contract section 2.2), received completely before they are processed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from tempfile import SpooledTemporaryFile
from typing import IO

from flask import request

from xivo_dird.contacts.csv_reader import CsvUpload
from xivo_dird.contacts.upload import ContactUpload
from xivo_dird.contacts.vcard_reader import VCARD_TYPES, VcardUpload
from xivo_dird.exceptions import translated_temporary_file_errors
from xivo_dird.request_body import BODY_FILE

_MAX_BYTES_IN_MEMORY = 1024 * 1024
"""A larger body is stored in a temporary file."""


@contextmanager
def csv_body() -> Iterator[CsvUpload]:
    """Yield the body of the current request, in the charset that its content type names.

    It is received completely first, so that a slow client does not prolong a transaction of the store.
    """
    with _received_body() as file, CsvUpload(file, _charset()) as upload:
        yield upload


@contextmanager
def contact_body() -> Iterator[ContactUpload]:
    """Yield the body of the current request: vCards if its content type says so, else CSV, whatever it says."""
    kind = VcardUpload if request.mimetype in VCARD_TYPES else CsvUpload
    with _received_body() as file, kind(file, _charset()) as upload:
        yield upload


def _charset() -> str | None:
    return request.mimetype_params.get("charset") or None


@contextmanager
def _received_body() -> Iterator[IO[bytes]]:
    """Yield the file in which our own server has received the body, or one with the body of another server."""
    received: IO[bytes] | None = request.environ.get(BODY_FILE)
    if received is not None:
        yield received
        return
    spool = SpooledTemporaryFile(_MAX_BYTES_IN_MEMORY)  # noqa: SIM115 - closed below
    try:
        with translated_temporary_file_errors():
            shutil.copyfileobj(request.stream, spool)
            spool.flush()
        yield spool
    finally:
        with suppress(OSError):  # of data that could not be written
            spool.close()
