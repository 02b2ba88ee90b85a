"""Answers of one source that are kept for a short time: who types letter by letter asks the same again and again."""

import threading
import time
from collections.abc import Callable, Iterable

from cachetools import TLRUCache

from xivo_dird.backend import CachedOptions, Entry
from xivo_dird.caller import Caller
from xivo_dird.directory.asked_backend import AskedBackend
from xivo_dird.directory.question import Question
from xivo_dird.index.snapshot import SnapshotState
from xivo_dird.threads.deadline import Deadline

MAX_ANSWERS = 256
MAX_ENTRIES = 1000
"""An answer of more entries is not kept."""

_Key = tuple[Question, Caller | None]
_Entries = tuple[Entry, ...]


class CachedBackend:
    """Keeps what another one answered. Errors are not kept; an edited source begins anew."""

    def __init__(
        self,
        backend: AskedBackend,
        options: CachedOptions,
        *,
        same_for_all: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Unless answers are the `same_for_all`, each caller only gets back what the same caller was answered."""
        self._backend = backend
        self._options = options
        self._same_for_all = same_for_all
        self._lock = threading.Lock()
        self._answers: TLRUCache[_Key, _Entries] = TLRUCache(MAX_ANSWERS, self._expiry, timer=clock)

    @property
    def waits(self) -> bool:
        """Whether a question that is not kept may need waiting."""
        return self._backend.waits

    def answer(self, question: Question, caller: Caller, deadline: Deadline) -> Iterable[Entry]:
        """Return the entries that answer a question, kept or asked for."""
        key = (question, None if self._same_for_all else caller)
        with self._lock:
            kept = self._answers.get(key)
        if kept is not None:
            return kept
        entries = tuple(self._backend.answer(question, caller, deadline))
        if len(entries) <= MAX_ENTRIES:
            with self._lock:
                self._answers[key] = entries
        return entries

    def state(self) -> SnapshotState | None:
        """Return what the index holds, None where there is no index."""
        return self._backend.state()

    def close(self) -> None:
        """Close the backend."""
        self._backend.close()

    def _expiry(self, _key: _Key, entries: _Entries, now: float) -> float:
        seconds = self._options.cache_seconds if entries else self._options.cache_nothing_seconds
        return now + seconds
