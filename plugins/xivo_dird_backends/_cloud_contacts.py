"""A base class for backends of the caller's own contacts in a cloud, which are copied and kept in step per user."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar, TypeVar

from typing_extensions import override

from xivo_dird.backend import (
    AllowedFolders,
    Caller,
    Entry,
    Environment,
    FullRuns,
    Listing,
    NoTokenFound,
    Page,
    ReportedEntries,
    SourceDataMissing,
    SourceOptions,
    SourceUnavailable,
    SyncedEntries,
    SyncPage,
    SyncState,
    TextMatch,
    paginate,
    sorted_by_text,
    user_folder,
)
from xivo_dird_backends._cloud_settings import (
    CloudSettings,
    cloud_clients,
)
from xivo_dird_backends._external_account import ExternalAccounts
from xivo_dird_backends._refresh_interval import RefreshedBackend, RefreshSeconds
from xivo_dird_backends._remote_options import AuthServerOptions


class CloudOptions(SourceOptions):
    """The options of a source of the contacts of users (contract section 2.9)."""

    auth: AuthServerOptions = AuthServerOptions()
    """The server with the access tokens of the users."""

    refresh_seconds: RefreshSeconds = 900.0
    """Seconds after which the contacts of a user who asks are fetched again."""


OptionsT = TypeVar("OptionsT", bound=CloudOptions)


class CloudContactsBackend(RefreshedBackend[OptionsT]):
    """Keeps a copy of the contacts of each user who asks, in step with the cloud, with the access token of the user."""

    Settings = CloudSettings
    per_user = True
    match_all_takes_last = True
    unique_column = "id"
    text_match = TextMatch.CASE_INSENSITIVE

    service: ClassVar[str]
    """The name by which the authentication server knows the cloud."""

    settings_key: ClassVar[str]
    """The key of the settings, for errors."""

    def __init__(self, options: OptionsT, environment: Environment) -> None:
        """Create the clients, which open nothing yet.

        Raises:
            InvalidSource: A server can't be asked.
        """
        super().__init__(options, environment, options.refresh_seconds)
        settings = environment.settings_of(CloudSettings)
        folders = AllowedFolders(settings.certificate_folders, f"{self.settings_key}.certificate_folders")
        self._full_runs = FullRuns()
        self.accounts = ExternalAccounts(self.service, options.auth, environment, folders)
        self.new_client = cloud_clients(environment, settings, self.settings_key)

    @abstractmethod
    def pages(self, access_token: str, cursor: str | None) -> Iterable[SyncPage]:
        """Yield what has changed since a cursor, or all contacts as the cloud gives them."""

    @abstractmethod
    def contacts(self, copied: SyncedEntries) -> ReportedEntries:
        """Return contacts of the cloud as the source shows them, in the order of the source."""

    @property
    @abstractmethod
    def fingerprint(self) -> str:
        """Return what decides which contacts and fields the cloud gives."""

    @override
    def entries(self, caller: Caller | None) -> ReportedEntries:
        """Return the contacts of the caller, after fetching what has changed.

        Raises:
            SourceDataMissing: The user has linked no account; the copy is removed.
            SourceUnavailable: A server refuses or does not answer; the copy stays as it is.
        """
        if caller is None or caller.user_uuid is None:
            raise SourceDataMissing("each user has contacts of their own")
        folder = user_folder(self.environment.state_directory, caller.tenant_uuid, caller.user_uuid)
        state = SyncState(folder, self.fingerprint, full_runs=self._full_runs)
        try:
            access_token = self.accounts.access_token(caller)
        except SourceDataMissing:
            state.remove()
            raise
        return self.contacts(state.synchronized(partial(self.pages, access_token)))

    def listing_token(self, caller: Caller) -> str:
        """Return the access token with which the contacts of a caller are listed.

        Raises:
            NoTokenFound: There is none, for whatever reason (contract section 3.7).
        """
        try:
            if caller.user_uuid:
                return self.accounts.access_token(caller)
        except SourceUnavailable as error:
            raise NoTokenFound(caller.user_uuid) from error
        raise NoTokenFound(caller.user_uuid)

    @override
    def authorize(self, caller: Caller) -> None:
        """Check that the authentication server would give this caller the access token of the user."""
        self.accounts.authorize(caller)

    @override
    def close(self) -> None:
        """Close the idle connections."""
        self.accounts.close()


def page_of(contacts: Sequence[Entry], column: str, listing: Listing) -> Page[Entry]:
    """Return the requested part of a list, sorted by a column; both counts are those of all contacts."""
    ordered = sorted_by_text(
        contacts, lambda contact: contact.get(column), listing.direction, ignore_case=True
    )
    return Page(paginate(ordered, listing), len(contacts), len(contacts))
