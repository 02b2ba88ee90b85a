"""A web service with people, as CSV, that answers a question only when the test opens its gate."""

import csv
import io
import threading

from servers.lifetime import ContextServer
from servers.web_server import WebAnswer, WebServer

FIELDS = ("id", "firstname", "lastname", "office")


class GatedPeople(ContextServer):
    """The service, whose gate is closed at first; each question has the same answer.

    Attributes:
        gate: Whether questions are answered; those that wait are answered when it is set.
    """

    def __init__(self, *people):
        """Serve people: id, first name, last name and number of each."""
        text = io.StringIO()
        csv.writer(text).writerows([FIELDS, *people])
        self._answer = WebAnswer(200, text.getvalue().encode(), {"Content-Type": "text/csv; charset=utf-8"})
        self._web = WebServer(self._answered)
        self.gate = threading.Event()

    def start(self):
        """Start."""
        self._web.start()

    def close(self):
        """Stop, after the questions that wait have their answers."""
        self.gate.set()
        self._web.close()

    @property
    def asked(self):
        """Return the text of each question until now, whose columns have all the same."""
        return [
            request.query.get("lastname") or request.query.get("office") for request in self._web.requests
        ]

    def source(self, name, **options):
        """Return the source, whose own timeout is longer than that of any test."""
        return {
            "tenant": "main",
            "name": name,
            "backend": "csv_ws",
            "lookup_url": f"{self._web.url}/lookup",
            "timeout": 3600.0,
            "unique_column": "id",
            "searched_columns": ["firstname", "lastname"],
            "first_matched_columns": ["office"],
            "format_columns": {"name": "{firstname} {lastname}"},
            **options,
        }

    def _answered(self, _):
        self.gate.wait()
        return self._answer
