"""PUBLIC: all that the author of a backend imports.

A backend is a kind of directory. Take `SnapshotBackend` when the directory can be listed (a file, an address
book), `QueryBackend` when it answers questions itself (LDAP, a web service). Declare the options, name the class
in the entry-point group `xivo_dird.backends`, test it with `xivo_dird.testing.BackendContract`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import ClassVar, Generic, Protocol, TypeVar

from xivo_dird.caller import Caller
from xivo_dird.client_tls import client_tls_context
from xivo_dird.config.masking import HIDDEN, HIDDEN_PASSWORD, Secret
from xivo_dird.exceptions import InvalidSource, QuestionRefused, SourceDataMissing, SourceUnavailable
from xivo_dird.source_options import WHEN_GIVEN, BackendSettings, CachedOptions, Column, SourceOptions
from xivo_dird.text.phone_number import same_number, spellings
from xivo_dird.threads.deadline import Deadline
from xivo_dird.validation import NO_BOOLEAN

__all__ = [
    "HIDDEN",
    "HIDDEN_PASSWORD",
    "NO_BOOLEAN",
    "WHEN_GIVEN",
    "AlternateSpelling",
    "Backend",
    "BackendSettings",
    "CachedOptions",
    "Caller",
    "Column",
    "Deadline",
    "Entry",
    "Environment",
    "InvalidSource",
    "OwnerContacts",
    "QueryBackend",
    "QuestionRefused",
    "Secret",
    "SnapshotBackend",
    "SourceDataMissing",
    "SourceOptions",
    "SourceUnavailable",
    "StoredContacts",
    "TextMatch",
    "client_tls_context",
    "same_number",
    "spellings",
]

Entry = Mapping[str, object]
"""One person as the directory holds them: field name -> text, number, list or map."""


class AlternateSpelling(dict[str, object]):
    """An entry that has the number in another spelling: it yields to whoever has it exactly, in whatever source."""


class TextMatch(Enum):
    """How a term is compared with a column: always as a substring."""

    CASE_INSENSITIVE = "case"
    CASE_AND_ACCENT_INSENSITIVE = "case and accent"


class OwnerContacts(Protocol):
    """The contacts that the daemon itself keeps for one owner; each has its `id`."""

    def search(self, term: str, columns: Collection[str], rule: TextMatch) -> Iterable[Entry]:
        """Find the contacts with `term` in one of these columns; `%` and `_` are wildcards (contract section 3.5)."""

    def search_typed(self, digits: str, columns: Collection[str]) -> Iterable[Entry]:
        """Find the contacts with a word that begins with `digits` on a keypad, or with a number that has them."""

    def search_similar(self, term: str, columns: Collection[str]) -> Iterable[Entry]:
        """Find the contacts with nearly `term` in one of these columns, the most similar first."""

    def having(self, texts: Collection[str], columns: Collection[str]) -> Iterable[Entry]:
        """Find the contacts that have one of `texts`, case ignored, as the whole value of one of these columns."""

    def with_number(self, exten: str, columns: Collection[str], country: str | None) -> Iterable[Entry]:
        """Find the contacts that have the number `exten` in one of these columns, in whatever spelling."""

    def fetch(self, ids: Collection[str]) -> Iterable[Entry]:
        """List the contacts with these ids."""


def _no_country() -> str | None:
    return None


def _kept_nowhere(*owner: str) -> OwnerContacts:
    raise SourceUnavailable(f"no contacts are kept for {owner[-1]} here")


@dataclass(frozen=True)
class StoredContacts:
    """The contacts that the daemon itself keeps, by owner; one that does not exist can't be asked.

    `of_phonebook` takes the tenant and the phonebook, `of_user` the user, all by uuid.
    """

    of_phonebook: Callable[[str, str], OwnerContacts] = _kept_nowhere
    of_user: Callable[[str], OwnerContacts] = _kept_nowhere


@dataclass(frozen=True)
class Environment:
    """What a backend instance gets from the daemon: its source, and a folder it may write below.

    `settings` is an instance of the backend's own `Settings`; `contacts` are for backends that show them.
    `country` answers the two letters that the numbers of the tenant are read in, as they are at the moment.
    """

    source_uuid: str
    tenant_uuid: str
    settings: BackendSettings
    state_directory: Path
    contacts: StoredContacts = StoredContacts()
    country: Callable[[], str | None] = _no_country


OptionsT_co = TypeVar("OptionsT_co", bound=SourceOptions, covariant=True)
"""Covariant: options are only read, so a backend with options of its own is one of any options, too."""


class Backend(ABC, Generic[OptionsT_co]):
    """One source's connection to its directory; one instance per source, shared by threads.

    The constructor raises `InvalidSource` when the options can't work. A method that raises costs only this
    source's entries; raise `SourceUnavailable` with a message for the administrator where you can, and
    `QuestionRefused` when the directory works but will not answer this one question.
    """

    Options: ClassVar[type[SourceOptions]]
    Settings: ClassVar[type[BackendSettings]] = BackendSettings

    is_personal: ClassVar[bool] = False
    """True: the entries are the caller's own contacts; a display's column of type `personal` is true for them."""

    unique_column: str | None = None
    """The field that identifies an entry within the source; None: entries can't be favorites."""

    def __init__(self, options: OptionsT_co, environment: Environment) -> None:
        """Keep the validated options; open nothing that could wait."""
        self.options = options
        self.environment = environment

    def close(self) -> None:
        """Give back what the instance holds. Called once, maybe while a call still runs."""


AnyBackend = Backend[SourceOptions]
"""A backend, whatever its options."""


class SnapshotBackend(Backend[OptionsT_co]):
    """A directory that can be listed; the core indexes the listing and answers from the index."""

    check_interval: ClassVar[float] = 30.0
    """Seconds between two looks at `version`, taken outside any lookup's way.

    0: look at every question, which waits for it a moment. Only for a `version` that is quick (a stat of a file)."""

    text_match: ClassVar[TextMatch] = TextMatch.CASE_AND_ACCENT_INSENSITIVE

    @abstractmethod
    def version(self, caller: Caller | None) -> str:
        """Answer a text that changes whenever the data changed; cheap.

        Raise `SourceUnavailable` if it is unknown: the last good data go on answering. Raise `SourceDataMissing` if
        there is no directory any more: nothing is answered until it is back.
        """

    def version_waits(self) -> bool:
        """Tell whether `version` may wait for another machine; asked once, when the source is opened.

        True: with a `check_interval` of 0 a thread of its own calls it, so that one that hangs costs no lookup its
        time. That handing over is most of the cost of a quick look: False has the asking thread call it itself.
        """
        return True

    @abstractmethod
    def entries(self, caller: Caller | None) -> Iterable[Entry]:
        """List every entry, in the directory's order."""


class QueryBackend(Backend[OptionsT_co]):
    """A directory that answers questions itself. Set time limits on every socket: threads can't be killed."""

    waits: ClassVar[bool] = True
    """False: answers come from memory or a local database, so the asking thread may call it itself."""

    same_for_all: ClassVar[bool] = False
    """True: whoever asks gets the same answer, so that one that is kept (`CachedOptions`) may be given to others."""

    @abstractmethod
    def search(self, term: str, caller: Caller) -> Iterable[Entry]:
        """Find the entries with `term` in one of the `searched_columns`."""

    def search_typed(self, digits: str, caller: Caller) -> Iterable[Entry]:
        """Find the entries with a word that begins with `digits` typed on a keypad, or with a number that has them.

        Unless a backend knows better, the digits are only looked for as text.
        """
        return self.search(digits, caller)

    def search_similar(self, term: str, caller: Caller) -> Iterable[Entry]:  # noqa: ARG002
        """Find the entries with nearly `term` in one of the `searched_columns`, the most similar first.

        Asked when nobody has the term itself. Unless a backend knows better, nothing is similar.
        """
        return ()

    @abstractmethod
    def first_match(self, exten: str, caller: Caller) -> Entry | None:
        """Find one entry with the number `exten` in one of the `first_matched_columns`.

        One that has it in another spelling (`same_number`) is answered as `AlternateSpelling`, if none has it exactly.
        """

    def match_all(self, extens: Sequence[str], caller: Caller) -> Mapping[str, Entry]:
        """Find an entry per number; numbers without one are left out."""
        found = ((exten, self.first_match(exten, caller)) for exten in extens)
        return {exten: entry for exten, entry in found if entry is not None}

    @abstractmethod
    def fetch(self, ids: Sequence[str], caller: Caller) -> Iterable[Entry]:
        """List the entries whose `unique_column` is one of `ids`."""
