"""A base class for backends of the directory of a company in a cloud, which is copied once for all users."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import chain
from typing import Annotated, ClassVar, TypeVar

from pydantic import Field
from typing_extensions import override

from xivo_dird.backend import (
    Caller,
    Column,
    Deadline,
    Entry,
    Environment,
    HttpClient,
    ReadReport,
    ReportedEntries,
    SourceOptions,
    SyncPage,
    SyncState,
    texts_of,
)
from xivo_dird_backends._bearer_client import BearerClient
from xivo_dird_backends._cloud_settings import CloudSettings, cloud_clients
from xivo_dird_backends._refresh_interval import RefreshedBackend, RefreshSeconds
from xivo_dird_backends._renewed_token import RenewedToken

logger = logging.getLogger(__name__)

Patterns = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=256)], ...], Field(max_length=100)]

Exclusions = Annotated[dict[Column, Patterns], Field(max_length=20)]


class CloudDirectoryOptions(SourceOptions):
    """The options that decide who of a directory is shown, and how often it is fetched."""

    refresh_seconds: RefreshSeconds = 900.0
    """Seconds after which changes are fetched."""

    exclude: Exclusions = Field(default_factory=dict)
    """Patterns by column, such as `{department: [Robots], displayName: ["Room *"]}`. Who has a text that
    matches one, ignoring case, is left out; `*` is any text, `?` any character."""

    only_with_numbers: bool = False
    """Whether people without `numbers` are left out."""

    def shows(self, entry: Entry) -> bool:
        """Return True unless an entry is left out."""
        if self.only_with_numbers and not entry.get("numbers"):
            return False
        return not any(
            fnmatchcase(text.casefold(), pattern.casefold())
            for column, patterns in self.exclude.items()
            for text in texts_of(entry.get(column))
            for pattern in patterns
        )


class DirectoryPart(ABC):
    """A list of a directory."""

    @property
    @abstractmethod
    def fingerprint(self) -> str:
        """Return what decides which people and fields the list has."""

    @abstractmethod
    def pages(self, cursor: str | None) -> Iterable[SyncPage]:
        """Yield what has changed since a cursor, or everybody.

        Raises:
            SourceUnavailable: The list is incomplete.
        """


OptionsT = TypeVar("OptionsT", bound=CloudDirectoryOptions)


class CloudDirectoryBackend(RefreshedBackend[OptionsT]):
    """Keeps a copy of a directory in step with the cloud."""

    Settings = CloudSettings
    unique_column = "id"

    settings_key: ClassVar[str]
    """The key of the settings, for errors."""

    def __init__(self, options: OptionsT, environment: Environment) -> None:
        """Store the options; nothing is asked yet."""
        super().__init__(options, environment, options.refresh_seconds)
        settings = environment.settings_of(CloudSettings)
        self._timeout = settings.timeout
        self._new_client = cloud_clients(environment, settings, self.settings_key)
        self._clients: list[HttpClient] = []

    def open_client(self, option: str, url: str) -> HttpClient:
        """Return a client for the server at a URL, which is closed with the backend.

        Raises:
            InvalidSource: The server may not be asked; the message names the option.
        """
        self._clients.append(self._new_client({option: url}))
        return self._clients[-1]

    def authorized(self, client: HttpClient, token: RenewedToken) -> BearerClient:
        """Return a client that sends a token with each request."""
        return BearerClient(client, lambda refused: token.get(Deadline.after(self._timeout), refused))

    @abstractmethod
    def parts(self) -> Mapping[str, DirectoryPart]:
        """Return the parts of the directory, by the names of the folders of their copies."""

    @override
    def entries(self, caller: Caller | None) -> ReportedEntries:
        """Return all people, after fetching what has changed.

        Raises:
            SourceUnavailable: The cloud refuses or does not answer; the copy stays as it is.
        """
        folder = self.environment.state_directory
        copies = [
            SyncState(folder / name, part.fingerprint).synchronized(part.pages)
            for name, part in self.parts().items()
        ]
        for incomplete in filter(None, (copy.report().incomplete for copy in copies)):
            logger.warning("source %r: %s", self.options.name, incomplete)
        return copies[0] if len(copies) == 1 else _joined(copies)

    @override
    def close(self) -> None:
        """Close the idle connections."""
        for client in self._clients:
            client.close()


def _joined(copies: Sequence[ReportedEntries]) -> ReportedEntries:
    """Return the entries of several copies, with one report."""
    reports = [copy.report() for copy in copies]
    report = ReadReport(
        sum(each.rows for each in reports),
        sum(each.skipped for each in reports),
        next((each.reason for each in reports if each.reason), None),
        next((each.incomplete for each in reports if each.incomplete), None),
    )
    return ReportedEntries(chain.from_iterable(copies), lambda: report)
