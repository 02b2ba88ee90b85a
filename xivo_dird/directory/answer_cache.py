"""Answers of one source that are kept for a short time: who types letter by letter asks the same again and again."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from xivo_dird.backend import CachedOptions, Entry
from xivo_dird.caller import Caller
from xivo_dird.directory.question import Directory

MOST_ANSWERS = 256
MOST_ENTRIES = 1000
"""An answer of more entries is not kept."""

Clock = Callable[[], float]
_Key = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    entries: tuple[Entry, ...]
    until: float


class CachedDirectory:
    """A directory that keeps what another one answered. Errors are not kept; an edited source begins anew."""

    def __init__(
        self,
        directory: Directory,
        options: CachedOptions,
        *,
        same_for_all: bool,
        clock: Clock = time.monotonic,
    ) -> None:
        """Unless answers are the `same_for_all`, each caller only gets back what the same caller was answered."""
        self._directory = directory
        self._found_seconds = options.cache_seconds
        self._nothing_seconds = options.cache_nothing_seconds
        self._same_for_all = same_for_all
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()

    def search(self, term: str, caller: Caller, timeout: float) -> Iterable[Entry]:
        """Find the entries with `term` in a searched column."""
        return self._answer(("search", term), caller, lambda: self._directory.search(term, caller, timeout))

    def search_typed(self, digits: str, caller: Caller, timeout: float) -> Iterable[Entry]:
        """Find the entries that `digits` may mean, typed on a keypad."""
        return self._answer(
            ("typed", digits), caller, lambda: self._directory.search_typed(digits, caller, timeout)
        )

    def search_similar(self, term: str, caller: Caller, timeout: float) -> Iterable[Entry]:
        """Find the entries with nearly `term` in a searched column."""
        return self._answer(
            ("similar", term), caller, lambda: self._directory.search_similar(term, caller, timeout)
        )

    def first_match(self, exten: str, caller: Caller, timeout: float) -> Entry | None:
        """Find one entry with the number `exten`."""

        def ask() -> tuple[Entry, ...]:
            entry = self._directory.first_match(exten, caller, timeout)
            return () if entry is None else (entry,)

        return next(iter(self._answer(("number", exten), caller, ask)), None)

    def fetch(self, ids: Sequence[str], caller: Caller, timeout: float) -> Iterable[Entry]:
        """List the entries with these ids."""
        return self._answer(("ids", *ids), caller, lambda: self._directory.fetch(ids, caller, timeout))

    def _answer(
        self, question: _Key, caller: Caller, ask: Callable[[], Iterable[Entry]]
    ) -> tuple[Entry, ...]:
        key: _Key = question if self._same_for_all else (caller, *question)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and kept.until > self._clock():
                self._kept.move_to_end(key)
                return kept.entries
        entries = tuple(ask())
        self._keep(key, entries)
        return entries

    def _keep(self, key: _Key, entries: tuple[Entry, ...]) -> None:
        seconds = self._found_seconds if entries else self._nothing_seconds
        if not seconds or len(entries) > MOST_ENTRIES:
            return
        with self._lock:
            self._kept[key] = _Kept(entries, self._clock() + seconds)
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_ANSWERS:
                self._kept.popitem(last=False)
