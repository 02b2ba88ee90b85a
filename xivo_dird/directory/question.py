"""What a source can be asked, as values: one question goes to many sources, equal ones are asked once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from xivo_dird.backend import Entry
from xivo_dird.caller import Caller


class Directory(Protocol):
    """Where answers come from. `timeout` in seconds is how long the asker will listen."""

    def search(self, term: str, caller: Caller, timeout: float) -> Iterable[Entry]:
        """Find the entries with `term` in a searched column."""

    def search_typed(self, digits: str, caller: Caller, timeout: float) -> Iterable[Entry]:
        """Find the entries with a word that begins with `digits` on a keypad, or with a number that has them."""

    def first_match(self, exten: str, caller: Caller, timeout: float) -> Entry | None:
        """Find one entry with the number `exten`."""

    def fetch(self, ids: Sequence[str], caller: Caller, timeout: float) -> Iterable[Entry]:
        """List the entries with these ids."""


class Question(Protocol):
    """Something to ask of a directory; hashable, equal questions have equal answers."""

    def ask(self, directory: Directory, caller: Caller, timeout: float) -> Iterable[Entry]:
        """Ask `directory`; called in the thread that may wait for it."""


@dataclass(frozen=True, slots=True)
class Search:
    """Who has this text?"""

    term: str

    def ask(self, directory: Directory, caller: Caller, timeout: float) -> Iterable[Entry]:
        """Ask for every entry with the term."""
        return directory.search(self.term, caller, timeout)


@dataclass(frozen=True, slots=True)
class SearchTyped:
    """Whose name was typed on the keypad of a phone?"""

    digits: str

    def ask(self, directory: Directory, caller: Caller, timeout: float) -> Iterable[Entry]:
        """Ask for every entry that these keys may mean."""
        return directory.search_typed(self.digits, caller, timeout)


@dataclass(frozen=True, slots=True)
class FirstMatch:
    """Who has this number?"""

    exten: str

    def ask(self, directory: Directory, caller: Caller, timeout: float) -> Iterable[Entry]:
        """Ask for one entry with the number."""
        entry = directory.first_match(self.exten, caller, timeout)
        return () if entry is None else (entry,)


@dataclass(frozen=True, slots=True)
class Fetch:
    """Who are these?"""

    ids: tuple[str, ...]

    def ask(self, directory: Directory, caller: Caller, timeout: float) -> Iterable[Entry]:
        """Ask for the entries with these ids."""
        return directory.fetch(self.ids, caller, timeout)
