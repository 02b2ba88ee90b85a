"""CSV request bodies (contract section 2.2): received whole before anything is done with them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile

from flask import request

from xivo_dird.contacts.csv_reader import CsvUpload

_MAX_BYTES_IN_MEMORY = 1024 * 1024
"""A larger body lies in a temporary file."""


@contextmanager
def csv_body() -> Iterator[CsvUpload]:
    """Receive the present request's body, in the charset that its content type names.

    A slow client is waited for here, and not while the store is being changed.
    """
    with SpooledTemporaryFile(_MAX_BYTES_IN_MEMORY) as spool:
        shutil.copyfileobj(request.stream, spool)
        with CsvUpload(spool, request.mimetype_params.get("charset") or "utf-8") as upload:
            yield upload
