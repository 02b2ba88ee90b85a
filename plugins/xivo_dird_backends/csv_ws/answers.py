"""Reads the answers of the web service."""

import io
from collections.abc import Iterable, Iterator

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

DEFAULT_CHARSET = "iso-8859-1"
"""The charset of a text whose `Content-Type` names none (contract section 3.6; RFC 2616 section 3.7.1)."""

_BEFORE_MARKUP = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
"""What may precede the first sign of a page: byte order marks, zeros of UTF-16, blanks."""


class CsvAnswers:
    """Turns the answers for one source into entries."""

    def __init__(self, options: CsvWsOptions) -> None:
        """Read answers according to the options of the source."""
        self._options = options

    def rows(self, response: HttpResponse) -> Iterator[Entry]:
        """Yield the entries of an answer.

        Raises:
            SourceUnavailable: It is no CSV, or its charset is unknown.
        """
        _check_is_csv(response)
        body = io.BytesIO(response.body)
        survey = survey_text(body, _charset(response))
        body.seek(0)
        lines = read_lines(body, response.server, survey.encoding, max(len(response.body), 1), _ignore)
        yield from self._entries(response.server, lines, survey.may_have_guards)

    def _entries(self, name: str, lines: Iterable[str], may_have_guards: bool) -> Iterator[Entry]:
        entries = CsvEntries(name, self._options, self._options.unique_column)
        return entries.read(lines, self._options.delimiter, may_have_guards)


def _check_is_csv(response: HttpResponse) -> None:
    """Raise an error for a page (portals, proxies) and for JSON; the type of CSV may be any other.

    Many services answer CSV as `text/html`, the default type of PHP, so the body decides.
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
        cause = f"answered in the unknown charset {printable_excerpt(charset)}, says its Content-Type"
        raise RequestFailed(response.server, cause) from error
    return charset


def _ignore(_line: int) -> None:
    """Read a line whose bytes are not in the charset as well as possible, as browsers do."""
