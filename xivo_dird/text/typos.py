"""Terms with a typing error: which texts are nearly what was meant. The only file that knows rapidfuzz."""

import re
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from xivo_dird.text.folding import SEPARATOR, fold

MIN_LENGTH = 3
"""Letters that a term needs: nearly everything is similar to fewer."""

SHORT = 5
"""Letters of a term up to which one error is forgiven; two beyond."""

MAX_TERM_CHARACTERS, MAX_TEXT_CHARACTERS = 64, 4096
"""Characters that are looked at."""

Piece = tuple[str, ...]
"""Parts of a term that a text has all of."""

_JOINERS = re.compile("['\u2019-]")
_WORD = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")


class SimilarTerm:
    """A term, ready to be compared with many texts.

    An error is a letter too much, too few or wrong, or two letters swapped. Blanks, hyphens, apostrophes, case and
    accents are no errors. A number with an error is another number, so nothing is similar to a term with a digit.

    `rounds` has for one error, then for as many as are forgiven, pieces of which a similar text has one.
    """

    def __init__(self, term: str) -> None:
        """Compare with `term`."""
        words = _words(term) if len(term) <= MAX_TERM_CHARACTERS and not _DIGIT.search(term) else []
        self._letters = "".join(words)
        self._sizes = range(max(1, len(words) - 1), len(words) + 2)
        self._max_edits = 1 if len(self._letters) <= SHORT else 2
        self.rounds = _rounds(words, self._max_edits) if len(self._letters) >= MIN_LENGTH else []

    def nearest(self, texts: Iterable[str]) -> list[tuple[int, int]]:
        """List (errors, position) of the texts in which a few words, one after the other, may have been meant."""
        if not self.rounds:
            return []
        meant: list[str] = []
        positions: list[int] = []
        for position, text in enumerate(texts):
            found = self._candidates(text)
            meant += found
            positions += [position] * len(found)
        least: dict[int, int] = {}
        near = extract(self._letters, meant, scorer=OSA.distance, score_cutoff=self._max_edits, limit=None)
        for _, errors, index in near:  # the nearest first
            least.setdefault(positions[index], int(errors))
        return sorted((errors, position) for position, errors in least.items())

    def _candidates(self, text: str) -> list[str]:
        """List what may have been meant: some words of one column, written together."""
        found: list[str] = []
        for column in text[:MAX_TEXT_CHARACTERS].split(SEPARATOR):
            words = _words(column)
            for size in self._sizes:
                if size == 1:
                    found += words
                else:
                    found += ["".join(words[start : start + size]) for start in range(len(words) - size + 1)]
        return found


def _words(text: str) -> list[str]:
    folded = fold(text)
    return _WORD.findall(folded if folded.isalpha() else _JOINERS.sub("", folded))


def _rounds(words: Sequence[str], errors: int) -> list[list[Piece]]:
    rounds = [_with_one_error(words), *([_with_two_errors(words)] if errors > 1 else [])]
    return [[piece for piece in pieces if any(piece)] for pieces in rounds]


def _with_one_error(words: Sequence[str]) -> list[Piece]:
    """One of two pieces is right, or, where two letters at the cut are swapped, what is left of both."""
    if len(words) > 1:
        return [(word,) for word in words]
    (word,) = words
    half = len(word) // 2
    return [(word[:half],), (word[half:],), (word[: half - 1], word[half + 1 :])]


def _with_two_errors(words: Sequence[str]) -> list[Piece]:
    """Two of four pieces are right."""
    if len(words) > 1:
        return [(word,) for word in words] + [piece for word in words for piece in _with_one_error([word])]
    (word,) = words
    cuts = [len(word) * part // 4 for part in range(5)]
    return list(combinations([word[start:end] for start, end in pairwise(cuts)], 2))
