"""Request bodies that are files of contacts (contract section 2.2), received completely before they are processed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from tempfile import SpooledTemporaryFile
from typing import IO

from flask import request

from xivo_dird.contacts.csv_reader import CsvUpload
from xivo_dird.contacts.upload import ContactUpload
from xivo_dird.contacts.vcard_reader import VCARD_TYPES, VcardUpload, begins_with_vcard
from xivo_dird.exceptions import UploadedForm, translated_temporary_file_errors
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
    """Yield the body of the current request: vCards if its content type or its first line says so, else CSV."""
    with _received_body() as file:
        kind = VcardUpload if request.mimetype in VCARD_TYPES or begins_with_vcard(file) else CsvUpload
        with kind(file, _charset()) as upload:
            yield upload


def _charset() -> str | None:
    return request.mimetype_params.get("charset") or None


@contextmanager
def _received_body() -> Iterator[IO[bytes]]:
    """Yield the file in which our own server has received the body, or one with the body of another server.

    Raises:
        UploadedForm: The body is a form with a file in it.
    """
    received: IO[bytes] | None = request.environ.get(BODY_FILE)
    if received is not None:
        _refuse_form(received)
        yield received
        return
    spool = SpooledTemporaryFile(_MAX_BYTES_IN_MEMORY)  # noqa: SIM115 - closed below
    try:
        with translated_temporary_file_errors():
            shutil.copyfileobj(request.stream, spool)
            spool.flush()
        _refuse_form(spool)
        yield spool
    finally:
        with suppress(OSError):  # of data that could not be written
            spool.close()


def _refuse_form(file: IO[bytes]) -> None:
    """Raise an error if a file is a form. Without its boundary it is a file, whatever the content type says."""
    boundary = request.mimetype_params.get("boundary")
    if request.mimetype != "multipart/form-data" or not boundary:
        return
    delimiter = f"--{boundary}".encode()
    file.seek(0)
    if file.read(len(delimiter)) == delimiter:
        raise UploadedForm
