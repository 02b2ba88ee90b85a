"""A source that lists its entries, which are indexed."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from http import HTTPStatus

from typing_extensions import override

from xivo_dird.backend import (
    Caller,
    CursorRefused,
    Entry,
    Environment,
    HttpResponse,
    InvalidSource,
    ReadReport,
    ReportedEntries,
    SnapshotBackend,
    SyncState,
)
from xivo_dird_backends._certificates import CertificateSettings
from xivo_dird_backends._refresh_interval import refresh_interval
from xivo_dird_backends.json_ws.answers import JsonAnswer
from xivo_dird_backends.json_ws.changes import SINCE, Changes, Moment
from xivo_dird_backends.json_ws.options import JsonWsOptions
from xivo_dird_backends.json_ws.paging import PAGING_VARIABLES, Fill, JsonPages
from xivo_dird_backends.json_ws.service import JsonService
from xivo_dird_backends.json_ws.templates import Values

MAX_CHECK_SECONDS = 30.0


class JsonWsSnapshotBackend(SnapshotBackend[JsonWsOptions]):
    """Reads all entries, or those that have changed."""

    Options = JsonWsOptions
    Settings = CertificateSettings

    def __init__(self, options: JsonWsOptions, environment: Environment) -> None:
        """Check the options; the first question connects to the service.

        Raises:
            InvalidSource: The options can't work.
        """
        super().__init__(options, environment)
        if options.list is None:
            raise InvalidSource("list: one of list, search and reverse is needed")
        if options.get is not None:
            raise InvalidSource("get: a source with a list finds favorites in its list")
        self.unique_column = options.unique_column
        self._service = JsonService(options, environment)
        self._question = self._service.question("list", options.list, (*PAGING_VARIABLES, SINCE))
        paging = options.list.paging
        self._pages = None if paging is None else JsonPages(self._question.request, paging)
        if options.etag and paging is not None:
            raise InvalidSource("etag: the ETag of a page says nothing about the others")
        self._changes = Changes.of(options, self._question.request.names, self._service.entries)
        self._first_page = {"limit": options.limit, "page": 0, "offset": 0, "last": options.limit - 1}
        self._etag: tuple[str, str] | None = None
        self.check_interval = options.refresh_seconds
        if not options.etag:
            self.check_interval = min(options.refresh_seconds, MAX_CHECK_SECONDS)

    @override
    def version(self, caller: Caller | None) -> str:
        """Return the `ETag` of the list; without it, a number that changes every `refresh_seconds`."""
        if not self.options.etag:
            return refresh_interval(self.options.refresh_seconds, self.environment.source_uuid)
        headers = {} if self._etag is None else {"If-None-Match": self._etag[0]}
        response = self._service.send(
            lambda values: self._question.request.fill(values).with_headers(headers),
            self._first_page,
            self._service.deadline(),
        )
        if response.status == HTTPStatus.NOT_MODIFIED and self._etag is not None:
            return self._etag[1]
        version = blake2b(response.require_success().body).hexdigest()
        tag = response.headers.get("ETag", "")
        self._etag = (tag, version) if tag.isascii() and tag.isprintable() and tag else None
        return version

    @override
    def entries(self, caller: Caller | None) -> Iterable[Entry]:
        """Return the entries; items that are none are left out."""
        changes = self._changes
        if changes is not None:
            state = SyncState(self.environment.state_directory, changes.fingerprint)
            return state.synchronized(lambda cursor: changes.pages(cursor, self._item_pages))
        counts = {"rows": 0, "skipped": 0}

        def report() -> ReadReport:
            reason = "an item is no object" if counts["skipped"] else None
            return ReadReport(counts["rows"], counts["skipped"], reason)

        return ReportedEntries(self._listed(counts), report)

    @override
    def close(self) -> None:
        """Close the connections."""
        self._service.close()

    def _listed(self, counts: dict[str, int]) -> Iterator[Entry]:
        for items in self._item_pages(None):
            for item in items:
                counts["rows"] += 1
                entry = self._service.entries.entry(item)
                if entry is None:
                    counts["skipped"] += 1
                else:
                    yield entry

    def _item_pages(self, since: Moment | None) -> Iterator[list[object]]:
        if self._pages is not None:
            yield from self._pages.items(self._ask_page, {SINCE: since})
        else:
            values = {SINCE: since, **self._first_page}
            yield [*self._ask_page(self._question.request.fill, values)[1].items]

    def _ask_page(self, fill: Fill, values: Values) -> tuple[HttpResponse, JsonAnswer]:
        response = self._service.send(fill, values, self._service.deadline())
        if self._service.is_empty(response):
            return response, JsonAnswer(())
        if self._changes is not None and response.status == HTTPStatus.GONE:
            raise CursorRefused(f"{response.server}: answered {response.status}")
        return response, self._service.read(self._question, response, values)
