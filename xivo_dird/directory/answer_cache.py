"""Answers of one source that are kept for a short time: who types letter by letter asks the same again and again."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from xivo_dird.backend import CachedOptions, Entry
from xivo_dird.caller import Caller
from xivo_dird.directory.asked_backend import AskedBackend
from xivo_dird.directory.question import Question
from xivo_dird.index.snapshot import SnapshotState
from xivo_dird.threads.deadline import Deadline

MAX_ANSWERS = 256
MAX_ENTRIES = 1000
"""An answer of more entries is not kept."""

Clock = Callable[[], float]
_Key = tuple[Question, Caller | None]


@dataclass(frozen=True, slots=True)
class _Kept:
    entries: tuple[Entry, ...]
    until: float


class CachedBackend:
    """Keeps what another one answered. Errors are not kept; an edited source begins anew."""

    def __init__(
        self,
        backend: AskedBackend,
        options: CachedOptions,
        *,
        same_for_all: bool,
        clock: Clock = time.monotonic,
    ) -> None:
        """Unless answers are the `same_for_all`, each caller only gets back what the same caller was answered."""
        self._backend = backend
        self._found_seconds = options.cache_seconds
        self._nothing_seconds = options.cache_nothing_seconds
        self._same_for_all = same_for_all
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()

    @property
    def waits(self) -> bool:
        """Whether a question that is not kept may need waiting."""
        return self._backend.waits

    def answer(self, question: Question, caller: Caller, deadline: Deadline) -> Iterable[Entry]:
        """Return the entries that answer a question, kept or asked for."""
        key = (question, None if self._same_for_all else caller)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and kept.until > self._clock():
                self._kept.move_to_end(key)
                return kept.entries
        entries = tuple(self._backend.answer(question, caller, deadline))
        self._keep(key, entries)
        return entries

    def state(self) -> SnapshotState | None:
        """Return what the index holds, None where there is no index."""
        return self._backend.state()

    def close(self) -> None:
        """Close the backend."""
        self._backend.close()

    def _keep(self, key: _Key, entries: tuple[Entry, ...]) -> None:
        seconds = self._found_seconds if entries else self._nothing_seconds
        if not seconds or len(entries) > MAX_ENTRIES:
            return
        with self._lock:
            self._kept[key] = _Kept(entries, self._clock() + seconds)
            self._kept.move_to_end(key)
            while len(self._kept) > MAX_ANSWERS:
                self._kept.popitem(last=False)
