"""A web service that answers people as CSV, as companies write it for their telephone systems.

with CsvService(PEOPLE) as service:
    ... service.lookup_url, service.list_url
    assert service.asked == [(("name", "ada"),)] and service.http.connections == 1
"""

import csv
import io
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from servers.faulty_http import FaultyHttp, HttpAnswer, ReceivedRequest
from servers.lifetime import ContextServer

Row = Mapping[str, str]
Matches = Callable[[str, str], bool]


def contains(cell: str, text: str) -> bool:
    """Return True if a cell contains a text in any case, as a search in SQL with LIKE does."""
    return text.lower() in cell.lower()


def equals(cell: str, text: str) -> bool:
    """Return True if a cell is the same text."""
    return cell == text


class CsvService(ContextServer):
    """The service: `/lookup?<column>=<text>&...` answers the rows that match in any of the columns, `/list` all rows.

    Attributes:
        http: The server.
        asked: The query of each request for rows.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        *,
        matches: Matches = contains,
        delimiter: str = ",",
        account: str | None = None,
        own_query: Row | None = None,
        status_of_nothing: int = 200,
    ) -> None:
        """Serve rows.

        Args:
            rows: The rows; the first one has all columns.
            matches: Whether a cell matches a text.
            delimiter: Separates the cells.
            account: `user:password`, required if it is set.
            own_query: Parameters that each lookup must have, beside the columns.
            status_of_nothing: The status if no row matches.
        """
        self.asked: list[tuple[tuple[str, str], ...]] = []
        self.http = FaultyHttp(self._respond)
        self._rows = rows
        self._matches = matches
        self._delimiter = delimiter
        self._authorization = account and f"Basic {b64encode(account.encode()).decode()}"
        self._own_query = own_query or {}
        self._status_of_nothing = status_of_nothing

    def start(self) -> None:
        """Start."""
        self.http.start()

    def close(self) -> None:
        """Stop."""
        self.http.close()

    @property
    def lookup_url(self) -> str:
        """Return the URL of lookups."""
        return f"{self.http.url}/lookup"

    @property
    def list_url(self) -> str:
        """Return the URL of all rows."""
        return f"{self.http.url}/list"

    def _respond(self, request: ReceivedRequest) -> HttpAnswer:
        if self._authorization and request.headers.get("authorization") != self._authorization:
            return HttpAnswer(401)
        if request.path == "/list":
            return self._answer(self._rows)
        query = [pair for pair in request.query if pair not in self._own_query.items()]
        if request.path != "/lookup" or len(request.query) - len(query) != len(self._own_query):
            return HttpAnswer(404)
        self.asked.append(tuple(query))
        found = [row for row in self._rows if self._has(row, query)]
        return self._answer(found) if found else replace(self._answer(found), status=self._status_of_nothing)

    def _has(self, row: Row, query: Sequence[tuple[str, str]]) -> bool:
        return any(self._matches(row[column], text) for column, text in query if row.get(column))

    def _answer(self, rows: Sequence[Row]) -> HttpAnswer:
        text = io.StringIO()
        writer = csv.DictWriter(text, list(self._rows[0]), delimiter=self._delimiter)
        writer.writeheader()
        writer.writerows(rows)
        return HttpAnswer(body=text.getvalue().encode(), content_type="text/csv; charset=utf-8")
