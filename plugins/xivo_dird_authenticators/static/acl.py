"""Access lists: the patterns of a token and the access that they allow.

A pattern is a list of words separated by dots: `*` matches exactly one word, `#` any number of words (also none). A
leading `!` denies access. A denial overrides all permissions; access that no pattern matches is not allowed.
"""

from collections.abc import Iterable, Sequence

ONE_WORD = "*"
ANY_WORDS = "#"
DENIAL = "!"


class AccessList:
    """The compiled patterns of one token; immutable and therefore thread-safe."""

    def __init__(self, patterns: Iterable[str]) -> None:
        """Compile the patterns; every text is a valid pattern."""
        texts = tuple(patterns)
        self._denied = tuple(_Pattern(text[1:]) for text in texts if text.startswith(DENIAL))
        self._allowed = tuple(_Pattern(text) for text in texts if not text.startswith(DENIAL))

    def allows(self, required: str) -> bool:
        """Return whether a pattern allows the access `required` and no pattern denies it."""
        words = required.split(".")
        if any(pattern.matches(words) for pattern in self._denied):
            return False
        return any(pattern.matches(words) for pattern in self._allowed)


class _Pattern:
    """One pattern, split at each `#` into runs of words.

    The first run must match at the start, the last at the end, and each run between them at the first possible
    position after its predecessor. So there is no backtracking: the cost is at most pattern length times access length.
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
        """Return whether the pattern matches all of `words`."""
        if self._tail is None:
            return len(words) == len(self._head) and _matches_at(self._head, words, 0)
        end = len(words) - len(self._tail)
        if (
            end < len(self._head)
            or not _matches_at(self._head, words, 0)
            or not _matches_at(self._tail, words, end)
        ):
            return False
        return self._middle_matches(words, len(self._head), end)

    def _middle_matches(self, words: Sequence[str], start: int, end: int) -> bool:
        for run in self._middle:
            positions = range(start, end - len(run) + 1)
            found = next((position for position in positions if _matches_at(run, words, position)), None)
            if found is None:
                return False
            start = found + len(run)
        return True


def _matches_at(run: Sequence[str], words: Sequence[str], position: int) -> bool:
    """Return whether `run` matches `words` at `position`; there must be enough words after it."""
    return all(word in (ONE_WORD, words[position + offset]) for offset, word in enumerate(run))
