"""Access lists: which access a token's patterns allow.

A pattern is dot-separated words: `*` stands for exactly one word, `#` for any number of words (also none), and a
leading `!` denies. A denial beats every permission; what no pattern names is not allowed.
"""

from collections.abc import Iterable, Sequence

ONE_WORD = "*"
ANY_WORDS = "#"
DENIAL = "!"


class AccessList:
    """The compiled patterns of one token; immutable, shared by threads."""

    def __init__(self, patterns: Iterable[str]) -> None:
        """Compile the patterns; every text is a valid pattern."""
        listed = tuple(patterns)
        self._denied = tuple(_Pattern(text[1:]) for text in listed if text.startswith(DENIAL))
        self._allowed = tuple(_Pattern(text) for text in listed if not text.startswith(DENIAL))

    def allows(self, required: str) -> bool:
        """Tell whether a pattern allows the access `required` and none denies it."""
        words = required.split(".")
        if any(pattern.matches(words) for pattern in self._denied):
            return False
        return any(pattern.matches(words) for pattern in self._allowed)


class _Pattern:
    """One pattern as the runs of words between its `#`.

    The first run is bound to the start, the last to the end, each run between them to the earliest place after
    its predecessor: there is no backtracking, so the cost is at most pattern length times access length.
    """

    def __init__(self, text: str) -> None:
        runs: list[list[str]] = [[]]
        for word in text.split("."):
            if word == ANY_WORDS:
                runs.append([])
            else:
                runs[-1].append(word)
        self._head, *self._middle = runs
        self._tail = self._middle.pop() if self._middle else None

    def matches(self, words: Sequence[str]) -> bool:
        """Tell whether the pattern covers all of `words`."""
        if self._tail is None:
            return len(words) == len(self._head) and _fits(self._head, words, 0)
        end = len(words) - len(self._tail)
        if end < len(self._head) or not _fits(self._head, words, 0) or not _fits(self._tail, words, end):
            return False
        return self._middle_fits(words, len(self._head), end)

    def _middle_fits(self, words: Sequence[str], start: int, end: int) -> bool:
        for run in self._middle:
            last_place = end - len(run)
            place = next((at for at in range(start, last_place + 1) if _fits(run, words, at)), None)
            if place is None:
                return False
            start = place + len(run)
        return True


def _fits(run: Sequence[str], words: Sequence[str], at: int) -> bool:
    """Tell whether `run` equals `words` from position `at`; the caller ensures that there are enough words."""
    return all(wanted in (ONE_WORD, words[at + offset]) for offset, wanted in enumerate(run))
