"""PUBLIC: everything that the author of a backend imports.

A backend connects to one kind of directory. Inherit from `SnapshotBackend` if the directory can be listed (a file, an
address book), or from `QueryBackend` if it answers questions itself (LDAP, a web service). Declare the options,
register the class in the entry-point group `xivo_dird.backends`, and test it with `xivo_dird.testing.BackendContract`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Generic, Protocol, TypeVar

from xivo_dird.bounds import MAX_BYTES, NO_BOOLEAN, Port, Seconds, SecondsOrZero
from xivo_dird.caller import Caller
from xivo_dird.client_tls import client_tls_context
from xivo_dird.config.masking import HIDDEN, HIDDEN_PASSWORD, WRITE_ONLY, Secret
from xivo_dird.csv_files.encoding import TextSurvey, check_encoding, survey_text
from xivo_dird.csv_files.guards import undo_guard
from xivo_dird.csv_files.header import clean_name
from xivo_dird.csv_files.lines import read_lines
from xivo_dird.csv_files.reader import CsvReader
from xivo_dird.csv_files.records import MalformedCsv
from xivo_dird.database.timed_connection import TimedConnection
from xivo_dird.entries import AlternateSpelling, RelatedEntry, RelatedIds
from xivo_dird.exceptions import (
    ContactsUnavailable,
    InvalidSource,
    NoTokenFound,
    QuestionRefused,
    SourceDataMissing,
    SourceUnavailable,
)
from xivo_dird.host_files import AllowedFolders, HostFile
from xivo_dird.listing import Listing, Page, paginate, sorted_by_text
from xivo_dird.numbers.dial_plan import UNKNOWN_PLAN, DialPlan
from xivo_dird.numbers.forms import NumberForms, number_forms
from xivo_dird.numbers.readings import MatchRank
from xivo_dird.numbers.requested import RequestedNumber, requested_number
from xivo_dird.numbers.requested_numbers import RequestedNumbers
from xivo_dird.numbers.spellings import spellings
from xivo_dird.outgoing import (
    HttpClient,
    HttpLimits,
    HttpResponse,
    Outgoing,
    RequestFailed,
    Throttled,
    basic_authorization,
    parse_url,
)
from xivo_dird.placeholders import Placeholder, parse_template
from xivo_dird.read_report import ReadReport, ReportedEntries
from xivo_dird.secret_yaml import ServiceKey, UnusableSecretFile, parse_secret_yaml
from xivo_dird.source_options import (
    DESTINATION,
    EXCLUDE_UNSET,
    BackendSettings,
    CachedOptions,
    Column,
    SourceOptions,
)
from xivo_dird.sync import (
    CursorRefused,
    FullRuns,
    LeftOut,
    PageGuard,
    SyncedEntries,
    SyncPage,
    SyncState,
    check_small,
    user_folder,
)
from xivo_dird.text.excerpt import printable_excerpt
from xivo_dird.text.matching import SearchTerm, TextMatch
from xivo_dird.text.values import texts_in, texts_of
from xivo_dird.threads.deadline import Deadline
from xivo_dird.threads.retry import Backoff
from xivo_dird.vcards.fields import CARD_FIELDS, CardIds, CardKey, entry_of, find_error, is_person
from xivo_dird.vcards.reader import Card, CardReader, read_cards

__all__ = [
    "CARD_FIELDS",
    "DESTINATION",
    "EXCLUDE_UNSET",
    "HIDDEN",
    "HIDDEN_PASSWORD",
    "MAX_BYTES",
    "MAX_LISTED_ENTRIES",
    "NO_BOOLEAN",
    "WRITE_ONLY",
    "AllowedFolders",
    "AlternateSpelling",
    "Backend",
    "BackendSettings",
    "Backoff",
    "CachedOptions",
    "Caller",
    "Card",
    "CardIds",
    "CardKey",
    "CardReader",
    "Column",
    "ContactList",
    "ContactsUnavailable",
    "CsvReader",
    "CursorRefused",
    "Deadline",
    "DialPlan",
    "Entry",
    "Environment",
    "FullRuns",
    "HostFile",
    "HttpClient",
    "HttpLimits",
    "HttpResponse",
    "InvalidSource",
    "LeftOut",
    "Listing",
    "MalformedCsv",
    "MatchRank",
    "NoTokenFound",
    "NumberForms",
    "Outgoing",
    "OwnerContacts",
    "Page",
    "PageGuard",
    "Placeholder",
    "Port",
    "QueryBackend",
    "QuestionRefused",
    "ReadReport",
    "RelatedEntry",
    "RelatedIds",
    "ReportedEntries",
    "RequestFailed",
    "RequestedNumber",
    "RequestedNumbers",
    "SearchTerm",
    "Seconds",
    "SecondsOrZero",
    "Secret",
    "ServiceKey",
    "SnapshotBackend",
    "SourceDataMissing",
    "SourceOptions",
    "SourceUnavailable",
    "StoredContacts",
    "SyncPage",
    "SyncState",
    "SyncedEntries",
    "TextMatch",
    "TextSurvey",
    "Throttled",
    "TimedConnection",
    "UnusableSecretFile",
    "basic_authorization",
    "check_encoding",
    "check_small",
    "clean_name",
    "client_tls_context",
    "entry_of",
    "find_error",
    "is_person",
    "number_forms",
    "paginate",
    "parse_secret_yaml",
    "parse_template",
    "parse_url",
    "printable_excerpt",
    "read_cards",
    "read_lines",
    "requested_number",
    "sorted_by_text",
    "spellings",
    "survey_text",
    "texts_in",
    "texts_of",
    "undo_guard",
    "user_folder",
]

MAX_LISTED_ENTRIES = 250_000
"""Maximum number of entries in a list without a term of a `QueryBackend`."""

Entry = Mapping[str, object]
"""One person as the directory stores it: field name -> text, number, list or map."""


class OwnerContacts(Protocol):
    """The contacts that the daemon itself stores for one owner; each has an `id`."""

    def search(
        self,
        term: str,
        columns: Collection[str],
        rule: TextMatch,
        plan: DialPlan = UNKNOWN_PLAN,
        max_contacts: int | None = None,
    ) -> Iterable[Entry]:
        """Return the contacts that match `term` in the columns, the best matches first (see `SearchTerm`).

        `%` and `_` are wildcards (contract section 3.5). `plan` is how numbers are dialled at the tenant. Only the
        first `max_contacts` are returned.
        """

    def search_typed(
        self, digits: str, columns: Collection[str], plan: DialPlan = UNKNOWN_PLAN
    ) -> Iterable[Entry]:
        """Return the contacts with a word that begins with `digits` on a keypad, or a number that contains them."""

    def search_similar(self, term: str, columns: Collection[str]) -> Iterable[Entry]:
        """Return the contacts with a text similar to `term` in one of the columns, the most similar first."""

    def with_value(self, texts: Collection[str], columns: Collection[str]) -> Iterable[Entry]:
        """Return the contacts with one of `texts` as the whole value of one of the columns, ignoring case."""

    def with_number(self, number: RequestedNumber, columns: Collection[str]) -> AlternateSpelling | None:
        """Return the contact that has the number, in any spelling, at the lowest rank in one of the columns."""

    def with_numbers(
        self, numbers: Collection[RequestedNumber], columns: Collection[str]
    ) -> Mapping[str, AlternateSpelling]:
        """Return what `with_number` returns for each of several numbers, by the text of the number."""

    def fetch(self, ids: Collection[str]) -> Iterable[Entry]:
        """Return the contacts with these ids."""

    def list_version(self) -> str:
        """Return a text that changes whenever one of the contacts does; see `list_all`.

        Raises:
            QuestionRefused: There are more than `MAX_LISTED_ENTRIES`.
        """

    def list_all(self) -> Iterable[Entry]:
        """Return all contacts, the oldest first, while they are read from the database."""


def _unknown_plan() -> DialPlan:
    return UNKNOWN_PLAN


def _no_contacts(*_owner: object) -> OwnerContacts:
    raise SourceUnavailable("no contacts are stored here")


@dataclass(frozen=True)
class StoredContacts:
    """The contacts that the daemon itself stores, by owner.

    Attributes:
        of_phonebook: Returns the contacts of a phonebook, given the uuid of its tenant and its own.
        of_caller: Returns the personal contacts of the user that a caller asks for: none if there is no user, or if it
            is another user, whose tenant is neither the tenant of the request nor below it.

        is_remote: Whether a query may wait for another process: a database server.

    While the tenant has no such phonebook, a query for its contacts raises `SourceUnavailable`.
    """

    of_phonebook: Callable[[str, str], OwnerContacts] = _no_contacts
    of_caller: Callable[[Caller], OwnerContacts] = _no_contacts
    is_remote: bool = False


SettingsT = TypeVar("SettingsT", bound=BackendSettings)


@dataclass(frozen=True)
class Environment:
    """What a backend instance gets from the daemon.

    Attributes:
        source_uuid: The uuid of the source.
        tenant_uuid: The uuid of its tenant.
        settings: An instance of the backend's own `Settings`.
        state_directory: A folder in which the backend may write.
        contacts: The contacts that the daemon stores.
        dial_plan: Returns how numbers are dialled at the tenant now: its country and outside-line prefix.
        outgoing: Opens connections to other hosts; a backend opens none in any other way.
    """

    source_uuid: str
    tenant_uuid: str
    settings: BackendSettings
    state_directory: Path
    contacts: StoredContacts = StoredContacts()
    dial_plan: Callable[[], DialPlan] = _unknown_plan
    outgoing: Outgoing = field(default_factory=Outgoing)

    def settings_of(self, kind: type[SettingsT]) -> SettingsT:
        """Return the settings, as an instance of the backend's own class of them.

        Raises:
            InvalidSource: They are of another class.
        """
        if not isinstance(self.settings, kind):
            raise InvalidSource(f"the settings are {type(self.settings).__name__}, not {kind.__name__}")
        return self.settings


@dataclass(frozen=True)
class ContactList:
    """The declaration that the contacts of a source can be listed: `GET /backends/<name>/sources/<uuid>/contacts`.

    Attributes:
        orders: The columns that the list can be sorted by; the first is the default.
        filters: The query parameters that are exact filters.
        in_visible_tenants: Whether the source may also be one of a tenant below the scope tenant; the list then has the
            parameter `recurse`.
    """

    orders: tuple[str, ...]
    filters: tuple[str, ...] = ()
    in_visible_tenants: bool = False


OptionsT_co = TypeVar("OptionsT_co", bound=SourceOptions, covariant=True)
"""Covariant, since options are only read: a backend with its own options is also a `Backend[SourceOptions]`."""


class Backend(ABC, Generic[OptionsT_co]):
    """The connection of one source to its directory. There is one instance per source, shared by threads.

    If a method raises, only the entries of this source are missing from the answer. Where possible, raise
    `SourceUnavailable` with a message for the administrator, or `QuestionRefused` if the directory works but refuses
    this one question.
    """

    Options: ClassVar[type[SourceOptions]]
    Settings: ClassVar[type[BackendSettings]] = BackendSettings

    is_personal: ClassVar[bool] = False
    """Whether the entries are the caller's own contacts; display columns of the type `personal` are true for them."""

    contact_list: ClassVar[ContactList | None] = None
    """How the contacts of a source can be listed over REST. None: they can't."""

    unique_column: str | None = None
    """The field that identifies an entry within the source. None: entries can't be favorites."""

    default_format_columns: ClassVar[Mapping[str, str]] = {}
    """Columns that contacts have even if the `format_columns` of a source don't define them."""

    entry_fields: ClassVar[Collection[str]] = ()
    """The names of all fields that an entry may have, if they are always the same, without those of further values such
    as `email_2`. A field that no entry has at present is then no mistake of a source. Empty: the directory has them."""

    def __init__(self, options: OptionsT_co, environment: Environment) -> None:
        """Store the validated options. An override must not open anything that could block.

        Raises:
            InvalidSource: The options can't work.
        """
        self.options = options
        self.environment = environment

    @classmethod
    def of_options(cls, options: SourceOptions) -> "type[AnyBackend]":  # noqa: ARG003
        """Return the class of the instance for a source with these options; by default the class itself.

        Override it if an option decides whether the entries are listed or queried: return a `SnapshotBackend` or a
        `QueryBackend` with the same `Options` and `Settings`.
        """
        return cls

    def list_contacts(self, listing: Listing, caller: Caller) -> Page[Entry]:
        """Return the requested part of all contacts; only called if the backend declares a `contact_list`.

        `listing.order` is one of its orders, never None. The method runs on a worker of the source; a client gets an
        answer after half a minute even if it hangs.

        Raises:
            NoTokenFound: The user of the caller has no token for the directory; a 404.
            ContactsUnavailable: The directory does not answer; a 503. Any other error is converted by
                `contacts_unavailable`.
        """
        raise NotImplementedError

    def contacts_unavailable(self, error: SourceUnavailable) -> ContactsUnavailable:
        """Return what clients get if `list_contacts` raises or hangs; `error` is for people, without secrets."""
        return ContactsUnavailable(
            "The contacts of the source can't be listed", {"original_error": str(error)}
        )

    def close(self) -> None:
        """Release all resources. Called once, possibly while a call is still running."""


AnyBackend = Backend[SourceOptions]
"""A backend with any options."""


class SnapshotBackend(Backend[OptionsT_co]):
    """A directory that can be listed. The core indexes the entries and answers questions from the index."""

    check_interval: float = 30.0
    """Seconds between two calls of `version`, which do not delay any lookup.

    0: each question calls `version` and waits for it briefly. Only for a fast `version`, such as a stat of a file.
    """

    text_match: ClassVar[TextMatch] = TextMatch.CASE_AND_ACCENT_INSENSITIVE

    match_all_takes_last: ClassVar[bool] = False
    """Whether a question for many numbers returns the last of several entries with exactly a number, not the first
    one (contract section 3.5)."""

    per_user: ClassVar[bool] = False
    """Whether each user has entries of their own, as in an address book that is read with the token of the user.

    True: the core keeps an index per user, and `caller` is always a caller with a user. A token without a user is
    refused. False: all users share one index, so `caller` is always None.
    """

    @abstractmethod
    def version(self, caller: Caller | None) -> str:
        """Return a text that changes whenever the data change (those of the caller, if `per_user`); must be cheap.

        Raises:
            SourceUnavailable: The version is unknown at present; the last good data stay in use.
            SourceDataMissing: The directory no longer exists; no entries are returned until it is back.
        """

    def authorize(self, caller: Caller) -> None:
        """Raise an error unless a token that is not the user's may read the entries of the user.

        Called before each question of a request that names another user (`caller.is_other_user`), if `per_user`. By
        default, every caller that may ask for the user may read the entries.

        Raises:
            SourceUnavailable: The caller may not, or it is unknown at present.
        """

    def is_version_blocking(self) -> bool:
        """Return True if `version` may wait for another machine; called once, when the source is opened.

        If True and `check_interval` is 0, a separate thread calls `version`, so that a hanging call delays no lookup.
        Passing a fast check to that thread costs more than the check itself: if False, the thread of the lookup calls
        `version` directly.
        """
        return True

    @abstractmethod
    def entries(self, caller: Caller | None) -> Iterable[Entry]:
        """Return all entries, in the order of the directory; `ReportedEntries` if some may have been left out.

        If `per_user`, return those of the caller only. An entry that is no mapping of texts to JSON values, or is very
        large, is left out and counted.
        """


class QueryBackend(Backend[OptionsT_co]):
    """A directory that answers questions itself. Set a timeout on every socket: threads can't be killed."""

    is_blocking: bool = True
    """Whether a call may wait for another process. False (memory, a local database): no worker is needed."""

    is_caller_independent: ClassVar[bool] = False
    """Whether all callers get the same answer, so that they can share a cached one (see `CachedOptions`)."""

    @abstractmethod
    def search(self, term: str, caller: Caller) -> Iterable[Entry]:
        """Return the entries with `term` in one of the `searched_columns`."""

    def search_limited(self, term: str, caller: Caller, max_entries: int) -> Iterable[Entry]:  # noqa: ARG002
        """Return the entries that `search` returns first: `max_entries`, or all if there are fewer.

        Called instead of `search` if more entries are of no use. Override it if the directory can stop early. By
        default, `search` is called, and what it returns is read up to the maximum.
        """
        return self.search(term, caller)

    def search_typed(self, digits: str, caller: Caller) -> Iterable[Entry]:
        """Return the entries with a word that begins with `digits` on a keypad, or a number that contains them.

        By default, the digits are only searched as text.
        """
        return self.search(digits, caller)

    def search_similar(self, term: str, caller: Caller) -> Iterable[Entry]:  # noqa: ARG002
        """Return the entries with a text similar to `term` in one of the `searched_columns`, the most similar first.

        Called when no source has the term itself. By default, nothing is similar.
        """
        return ()

    @abstractmethod
    def first_match(self, exten: str, caller: Caller) -> Entry | None:
        """Return one entry with the number `exten` in one of the `first_matched_columns`, or None.

        If no entry has exactly this number, return the one that has it at the lowest `RequestedNumber.rank`, as
        `AlternateSpelling`.
        """

    def match_all(self, extens: Sequence[str], caller: Caller) -> Mapping[str, Entry] | None:  # noqa: ARG002
        """Return what `first_match` returns for each of several numbers, without the numbers that no entry has.

        Override it if the directory can find several numbers at once. By default None: `first_match` is called for one
        number after the other, at most until the deadline.

        Args:
            extens: Distinct numbers, at most 1,000, none of them blank.
            caller: Who asks.
        """
        return None

    @abstractmethod
    def fetch(self, ids: Sequence[str], caller: Caller) -> Iterable[Entry]:
        """Return the entries whose `unique_column` is one of `ids`."""

    def list_version(self, caller: Caller) -> str | None:  # noqa: ARG002
        """Return a text that changes whenever the entries of a caller do; None if they can only be searched.

        Called for each page of a list without a term, so it must be quick. By default None.
        """
        return None

    def list_entries(self, caller: Caller) -> Iterable[Entry]:  # noqa: ARG002
        """Return all entries of a caller, at most `MAX_LISTED_ENTRIES`; one without an id is not shown.

        Only called if `list_version` returns a text. Their ids are kept in an order until it returns another one.
        """
        return ()

    def fetch_listed(self, ids: Sequence[str], caller: Caller) -> Iterable[Entry]:
        """Return the entries of a page of the list, some hundred, by their ids; by default what `fetch` returns.

        Override it if entries may differ from those that `list_entries` has returned for the same version.
        """
        return self.fetch(ids, caller)
