"""Reads the answers of the web service."""

import io
import logging
from collections.abc import Iterator
from threading import Lock
from typing import Any

from cachetools import TTLCache
from typing_extensions import override

from xivo_dird.backend import (
    Entry,
    HttpResponse,
    RequestFailed,
    check_encoding,
    printable_excerpt,
    read_lines,
    survey_text,
)
from xivo_dird_backends._csv_entries import CsvEntries
from xivo_dird_backends.csv_ws.options import CsvWsOptions

logger = logging.getLogger(__name__)

DEFAULT_CHARSET = "iso-8859-1"
"""The charset of a text whose `Content-Type` names none (contract section 3.6; RFC 2616 section 3.7.1)."""

MAX_LINE_CHARACTERS = 1024**2
"""Maximum length of a line: a header of millions of names would fill the memory."""

SECONDS_BETWEEN_WARNINGS = 3600.0
MAX_KINDS_OF_WARNINGS = 64

_BEFORE_MARKUP = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
"""What may precede the first sign of a page: byte order marks, zeros of UTF-16, blanks."""


class CsvAnswers:
    """Turns the answers for one source into entries; shared by threads."""

    def __init__(self, options: CsvWsOptions) -> None:
        """Read answers according to the options of the source."""
        self._options = options
        self._log = _RareWarnings()

    def rows(self, response: HttpResponse) -> Iterator[Entry]:
        """Yield the entries of an answer.

        Raises:
            SourceUnavailable: It is no CSV, or its charset is unknown.
        """
        _check_is_csv(response)
        server, options = response.server, self._options
        invalid: list[int] = []
        body = io.BytesIO(response.body)
        survey = survey_text(body, _charset(response))
        body.seek(0)
        lines = read_lines(body, server, survey.encoding, MAX_LINE_CHARACTERS, invalid.append, "the limit")
        entries = CsvEntries(server, options, options.unique_column, self._log)
        yield from entries.read(lines, options.delimiter, survey.may_have_guards)
        if invalid:
            self._log.warning("%s: line %d of an answer is not in %s", server, invalid[0], survey.encoding)


class _RareWarnings(logging.LoggerAdapter[logging.Logger]):
    """Logs each kind of problem once in an hour, since each answer may have the same."""

    def __init__(self) -> None:
        super().__init__(logger, {})
        self._lock = Lock()
        self._logged: TTLCache[object, bool] = TTLCache(MAX_KINDS_OF_WARNINGS, SECONDS_BETWEEN_WARNINGS)

    @override
    def log(self, level: int, msg: object, *args: object, **options: Any) -> None:
        with self._lock:
            if msg in self._logged:
                return
            self._logged[msg] = True
        super().log(level, msg, *args, **options)


def _check_is_csv(response: HttpResponse) -> None:
    """Raise an error for a page (of a portal, of a proxy) and for JSON.

    The type of a page shows nothing: many services answer CSV as `text/html`, the default type of PHP.
    """
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    is_page = response.body[:256].lstrip(_BEFORE_MARKUP).startswith(b"<")
    if is_page or kind == "application/json" or kind.endswith("+json"):
        answered = "an HTML or XML page" if is_page else printable_excerpt(kind)
        raise RequestFailed(response.server, f"answered no CSV, but {answered}")


def _charset(response: HttpResponse) -> str | None:
    """Return the charset of an answer; None if it has to be found out, because no text type names one.

    Raises:
        SourceUnavailable: It is unknown.
    """
    kind = response.headers.get("Content-Type", "").strip().lower()
    charset = response.charset(DEFAULT_CHARSET if kind.startswith("text/") else "")
    if not charset:
        return None
    try:
        check_encoding(charset)
    except (LookupError, ValueError) as error:
        cause = f"answered in a charset that is not known, {printable_excerpt(charset)!r}"
        raise RequestFailed(response.server, f"{cause}; is its Content-Type right?") from error
    return charset
