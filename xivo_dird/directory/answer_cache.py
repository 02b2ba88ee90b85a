"""A short-lived cache of the answers of one source: clients that search with each typed letter repeat questions."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping

from cachetools import TLRUCache

from xivo_dird.backend import CachedOptions, Entry
from xivo_dird.caller import Caller
from xivo_dird.directory.backend_adapter import BackendAdapter
from xivo_dird.directory.matches import Matches
from xivo_dird.directory.question import Browse, EntryQuestion, MatchAll, Question, asked_texts
from xivo_dird.directory.sort_order import EntryOrder
from xivo_dird.index.state import SnapshotState
from xivo_dird.text.sort_groups import GroupCounts
from xivo_dird.threads.deadline import Deadline

MAX_ENTRIES = 1000
"""Maximum number of entries of a cached answer; a longer answer is not cached."""

MAX_CACHED_ENTRIES = 10_000
"""Maximum number of entries of all cached answers of one source, where an answer counts as one entry more.

The least recently used answers are removed first.
"""

MAX_KEY_CHARACTERS = 1000
"""Maximum length of a question and its caller; the answer to a longer one is not cached."""

_Key = tuple[Question, Caller | None]
_Entries = tuple[Entry, ...]


class CachedBackend:
    """A backend adapter that caches the answers of another one, but not its errors.

    An edited source gets a new instance, and so an empty cache.
    """

    def __init__(
        self,
        backend: BackendAdapter,
        options: CachedOptions,
        *,
        is_caller_independent: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create an empty cache.

        Args:
            backend: Answers the questions that are not in the cache.
            options: The times to live of the answers.
            is_caller_independent: Whether all callers get the same answer. If not, each caller has its own answers.
            clock: Returns the time in seconds.
        """
        self._backend = backend
        self._options = options
        self._is_caller_independent = is_caller_independent
        self._lock = threading.Lock()
        self._answers: TLRUCache[_Key, _Entries] = TLRUCache(
            MAX_CACHED_ENTRIES, self._expires_at, timer=clock, getsizeof=lambda entries: len(entries) + 1
        )

    @property
    def is_blocking(self) -> bool:
        """Return True if a question that is not in the cache may block."""
        return self._backend.is_blocking

    @property
    def is_busy(self) -> bool:
        """Return True while background work of the backend runs or hangs."""
        return self._backend.is_busy

    @property
    def fails_for_all(self) -> bool:
        """Return True if a failure for one caller says that the source fails for all."""
        return self._backend.fails_for_all

    @property
    def answers_retired(self) -> bool:
        """Return True if the backend answers all questions also after `retire`."""
        return self._backend.answers_retired

    def answer(self, question: EntryQuestion, caller: Caller, deadline: Deadline) -> Iterable[Entry]:
        """Return the entries that answer a question, from the cache or else from the backend."""
        key = self._key(question, caller)
        with self._lock:
            cached = self._answers.get(key)
        if cached is not None:
            return cached
        entries = tuple(self._backend.answer(question, caller, deadline))
        with self._lock:
            self._add(key, entries)
        return entries

    def match_all(self, question: MatchAll, caller: Caller, deadline: Deadline) -> Matches:
        """Return the entry of each number; each number has an answer of its own in the cache."""
        keys = {exten: self._key(MatchAll((exten,)), caller) for exten in question.extens}
        with self._lock:
            cached = {exten: self._answers.get(key) for exten, key in keys.items()}
        found = {exten: next(iter(entries), None) for exten, entries in cached.items() if entries is not None}
        missing = tuple(exten for exten in question.extens if exten not in found)
        if missing:
            answered = self._backend.match_all(MatchAll(missing), caller, deadline)
            with self._lock:
                for exten, entry in answered.items():
                    self._add(keys[exten], () if entry is None else (entry,))
            found.update(answered)
        return found

    def browse(
        self, order: EntryOrder, question: Browse, caller: Caller, deadline: Deadline
    ) -> Iterable[Entry]:
        """Return the entries that come next, from the backend."""
        return self._backend.browse(order, question, caller, deadline)

    def groups(self, order: EntryOrder, caller: Caller, deadline: Deadline) -> GroupCounts:
        """Return the groups of the entries, from the backend."""
        return self._backend.groups(order, caller, deadline)

    def state(self) -> SnapshotState | None:
        """Return the state of the index, or None if there is no index."""
        return self._backend.state()

    def columns(self, caller: Caller, deadline: Deadline) -> Mapping[str, int] | None:
        """Return the number of entries with a value in each column; None if there is no index to count in."""
        return self._backend.columns(caller, deadline)

    def retire(self) -> None:
        """Stop background work of the backend."""
        self._backend.retire()

    def close(self) -> None:
        """Close the backend."""
        self._backend.close()

    def _key(self, question: Question, caller: Caller) -> _Key:
        return question, None if self._is_caller_independent else caller

    def _add(self, key: _Key, entries: _Entries) -> None:
        if len(entries) <= MAX_ENTRIES and _length(*key) <= MAX_KEY_CHARACTERS:
            self._answers[key] = entries

    def _expires_at(self, _key: _Key, entries: _Entries, now: float) -> float:
        ttl = self._options.cache_seconds if entries else self._options.cache_nothing_seconds
        return now + ttl


def _length(question: Question, caller: Caller | None) -> int:
    texts = asked_texts(question)
    if caller is not None:
        texts += (caller.token, caller.tenant_uuid, caller.user_uuid or "")
    return sum(map(len, texts))
