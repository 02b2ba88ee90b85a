"""The door of the adapters that give both kinds of backends, `QueryBackend` and `SnapshotBackend`, the same methods.

Only the adapters distinguish the types of questions.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from xivo_dird.backend import Entry, SourceUnavailable
from xivo_dird.caller import Caller
from xivo_dird.directory.matches import Matches
from xivo_dird.directory.question import Browse, EntryQuestion, MatchAll
from xivo_dird.directory.sort_order import EntryOrder
from xivo_dird.index.plain_entry import UnusableEntry, plain_entry
from xivo_dird.index.state import SnapshotState
from xivo_dird.text.sort_groups import GroupCounts
from xivo_dird.threads.deadline import Deadline

MAX_ANSWER_ENTRY_BYTES = 16 * 1024**2
"""Maximum size of an entry in an answer of a `QueryBackend`."""


class BackendAdapter(Protocol):
    """A backend as its source uses it; shared by threads."""

    @property
    def is_blocking(self) -> bool:
        """Return True if an answer may block at present, so that a worker is needed."""

    @property
    def is_busy(self) -> bool:
        """Return True while background work runs or hangs."""

    @property
    def fails_for_all(self) -> bool:
        """Return True if a failure for one caller says that the source fails for all."""

    @property
    def answers_retired(self) -> bool:
        """Return True if it answers all questions also after `retire`."""

    def answer(self, question: EntryQuestion, caller: Caller, deadline: Deadline) -> Iterable[Entry]:
        """Return the entries that answer a question, at least the first `entries_to_read` of them.

        Raises:
            Exception: Whatever the backend raises.
        """

    def match_all(self, question: MatchAll, caller: Caller, deadline: Deadline) -> Matches:
        """Return the entry of each number.

        Raises:
            Exception: Whatever the backend raises.
        """

    def browse(
        self, order: EntryOrder, question: Browse, caller: Caller, deadline: Deadline
    ) -> Iterable[Entry]:
        """Return the entries that come next in an order, at least the first `entries_to_read` of them.

        Raises:
            QuestionRefused: The backend can't list its entries.
            Exception: Whatever the backend raises.
        """

    def groups(self, order: EntryOrder, caller: Caller, deadline: Deadline) -> GroupCounts:
        """Return the groups of all entries in an order.

        Raises:
            QuestionRefused: The backend can't list its entries.
            Exception: Whatever the backend raises.
        """

    def state(self) -> SnapshotState | None:
        """Return the state of the index, or None if there is no index."""

    def columns(self, caller: Caller, deadline: Deadline) -> Mapping[str, int] | None:
        """Return the number of entries with a value in each column; None if there is no index to count in.

        Raises:
            Exception: The index can't be read.
        """

    def retire(self) -> None:
        """Stop background work that serves no question: the source was replaced, and is closed soon."""

    def close(self) -> None:
        """Stop all background work, then close the backend itself, which may hang.

        Raises:
            Exception: Whatever the backend raises.
        """


def usable_entry(entry: Entry) -> Entry:
    """Return an entry of a plugin with plain JSON values.

    Raises:
        SourceUnavailable: It can't be shown.
    """
    try:
        return plain_entry(entry, MAX_ANSWER_ENTRY_BYTES)
    except UnusableEntry as error:
        raise SourceUnavailable(f"the backend answered what can't be used: {error}") from error


def usable_entries(entries: Iterable[Entry], max_entries: int, abandoned: Deadline) -> Iterator[Entry]:
    """Yield entries of a plugin with plain JSON values.

    Raises:
        SourceUnavailable: There are more than `max_entries`, one can't be shown, or nobody can still wait for them.
    """
    for count, entry in enumerate(entries, 1):
        if count > max_entries:
            raise SourceUnavailable(f"the answer has more than {max_entries} entries")
        if abandoned.is_expired:
            raise SourceUnavailable(f"the answer takes more than {abandoned.timeout:g} s")
        yield usable_entry(entry)
