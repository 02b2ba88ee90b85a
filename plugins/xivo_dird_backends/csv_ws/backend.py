"""The csv_ws backend: a web service that answers CSV (contract section 3.6)."""

from collections.abc import Iterable, Sequence
from http import HTTPStatus

from typing_extensions import override

from xivo_dird.backend import (
    AllowedFolders,
    Caller,
    Deadline,
    Entry,
    Environment,
    HttpLimits,
    InvalidSource,
    QuestionRefused,
    RequestFailed,
)
from xivo_dird_backends._asked_numbers import asked_spellings, first_found, ranked_rows
from xivo_dird_backends._certificates import CertificateSettings, tls_contexts
from xivo_dird_backends._kept_list import KeptList, KeptListBackend
from xivo_dird_backends._number_matches import best_match
from xivo_dird_backends.csv_ws.answers import CsvAnswers
from xivo_dird_backends.csv_ws.options import CsvWsOptions

HEADERS = {"Accept": "text/csv, */*;q=0.5"}

QUESTION_ERRORS = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.REQUEST_URI_TOO_LONG})
"""Statuses that may be due to one term, or mean that nothing was found: they do not open the circuit breaker."""


class CsvWsBackend(KeptListBackend[CsvWsOptions]):
    """Passes each question to a web service; a call takes at most the timeout of the source."""

    Options = CsvWsOptions
    Settings = CertificateSettings
    is_caller_independent = True

    def __init__(self, options: CsvWsOptions, environment: Environment) -> None:
        """Check the options; the first question connects to the service.

        Raises:
            InvalidSource: The options can't work.
        """
        super().__init__(options, environment)
        settings = environment.settings_of(CertificateSettings)
        if options.delimiter in '\r\n"':
            raise InvalidSource(f"delimiter: {options.delimiter!r} can't separate the cells of a row")
        folders = AllowedFolders(settings.certificate_folders, "backends.csv_ws.certificate_folders")
        urls = {"lookup_url": options.lookup_url}
        if options.list_url is not None:
            urls["list_url"] = options.list_url
        self._client = environment.outgoing.http_client(
            urls,
            new_tls_context=tls_contexts("verify_certificate", options.verify_certificate, folders),
            limits=HttpLimits(timeout=options.timeout_seconds),
        )
        self._answers = CsvAnswers(options)
        self.unique_column = options.unique_column
        if options.list_url is not None and options.unique_column is not None:
            self.kept_list = KeptList(options.unique_column, self._all_rows)

    @override
    def search(self, term: str, caller: Caller) -> Iterable[Entry]:
        """Return the rows that the service finds, which are not filtered again."""
        return self._lookup(self.options.searched_columns, term, self._deadline())

    @override
    def first_match(self, exten: str, caller: Caller) -> Entry | None:
        """Return the first row with exactly this number, otherwise the best one with an alternate spelling of it."""
        deadline, plan = self._deadline(), self.environment.dial_plan()
        columns = self.options.first_matched_columns

        def ask(spelling: str) -> Entry | None:
            return best_match(ranked_rows(exten, plan, columns, self._lookup(columns, spelling, deadline)))

        return first_found(asked_spellings(exten, plan) if exten else (), ask)

    @override
    def fetch(self, ids: Sequence[str], caller: Caller) -> Iterable[Entry]:
        """Return the rows of the list with these ids; none without a list or without a unique column."""
        column, wanted = self.unique_column, {*ids}
        if column is None:
            return ()
        return (row for row in self._all_rows() if row.get(column) in wanted)

    @override
    def close(self) -> None:
        """Close the idle connections."""
        self._client.close()

    def _all_rows(self) -> Iterable[Entry]:
        url = self.options.list_url
        return () if url is None else self._get(url, (), self._deadline())

    def _deadline(self) -> Deadline:
        return Deadline.after(self.options.timeout_seconds)

    def _lookup(self, columns: Sequence[str], text: str, deadline: Deadline) -> Iterable[Entry]:
        """Return what the service finds for a text in one of the columns."""
        if not columns:
            return ()
        query = [(column, text) for column in dict.fromkeys(columns)]
        return self._get(self.options.lookup_url, query, deadline)

    def _get(self, url: str, query: Sequence[tuple[str, str]], deadline: Deadline) -> Iterable[Entry]:
        """Return the rows of an answer.

        Raises:
            QuestionRefused: The service finds nothing, or does not like the question.
            SourceUnavailable: There is no usable answer.
        """
        response = self._client.get(url, headers=HEADERS, query=query, deadline=deadline)
        if response.status in QUESTION_ERRORS:
            raise QuestionRefused(f"{response.server}: answered {response.status}")
        if not response.require_success().body.strip():  # also of a 204
            return ()
        if response.status != HTTPStatus.OK:
            raise RequestFailed(response.server, f"answered {response.status}, not {HTTPStatus.OK}")
        return self._answers.rows(response)
