"""CSV request bodies (contract section 2.2), received completely before they are processed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile

from flask import request

from xivo_dird.contacts.csv_reader import CsvUpload

_MAX_BYTES_IN_MEMORY = 1024 * 1024
"""A larger body is stored in a temporary file."""


@contextmanager
def csv_body() -> Iterator[CsvUpload]:
    """Yield the body of the current request, in the charset that its content type names.

    It is received completely first, so that a slow client does not prolong a transaction of the store.
    """
    with SpooledTemporaryFile(_MAX_BYTES_IN_MEMORY) as spool:
        shutil.copyfileobj(request.stream, spool)
        with CsvUpload(spool, request.mimetype_params.get("charset") or None) as upload:
            yield upload
