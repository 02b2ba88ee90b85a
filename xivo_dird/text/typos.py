"""Comparison of texts with terms that have typing errors. The only file that knows rapidfuzz."""

import re
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from xivo_dird.text.folding import SEPARATOR, fold

MIN_LENGTH = 3
"""Minimum number of letters of a term; too many texts are similar to a shorter one."""

MAX_SHORT_LENGTH = 5
"""Number of letters up to which a term may have one error; longer terms may have two."""

MAX_TERM_CHARACTERS = 64
"""Maximum length of a term, in characters; nothing is similar to a longer one."""

MAX_TEXT_CHARACTERS = 4096
"""Number of characters of a text that are compared; the rest is ignored."""

Piece = tuple[str, ...]
"""Parts of a term; a text has the piece if it contains all of them."""

_JOINERS = re.compile("['\u2019-]")
_WORD = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")


class SimilarTerm:
    """A term, prepared for comparison with many texts.

    An error is an additional, missing or wrong letter, or two swapped letters (optimal string alignment). Blanks,
    hyphens, apostrophes, case and accents are not compared. A number with an error is another number, so nothing is
    similar to a term with a digit.

    Attributes:
        rounds: Lists of pieces for preselection, to be tried in turn. A text with one error has a piece of the first
            list; one with two errors, if the term may have two, a piece of the second. Empty if nothing is similar.
    """

    def __init__(self, term: str) -> None:
        """Prepare the comparison with `term`."""
        words = _words(term) if len(term) <= MAX_TERM_CHARACTERS and not _DIGIT.search(term) else []
        self._letters = "".join(words)
        self._word_counts = range(max(1, len(words) - 1), len(words) + 2)
        self._max_edits = 1 if len(self._letters) <= MAX_SHORT_LENGTH else 2
        self.rounds = _rounds(words, self._max_edits) if len(self._letters) >= MIN_LENGTH else []

    def nearest(self, texts: Iterable[str]) -> list[tuple[int, int]]:
        """Return the texts in which a few consecutive words are similar to the term.

        Returns:
            Pairs of the number of errors and the position in `texts`, sorted.
        """
        if not self.rounds:
            return []
        candidates: list[str] = []
        positions: list[int] = []
        for position, text in enumerate(texts):
            found = self._candidates(text)
            candidates += found
            positions += [position] * len(found)
        errors_at: dict[int, int] = {}
        matches = extract(
            self._letters, candidates, scorer=OSA.distance, score_cutoff=self._max_edits, limit=None
        )
        for _, errors, index in matches:  # sorted by errors, so the first one of each position counts
            errors_at.setdefault(positions[index], int(errors))
        return sorted((errors, position) for position, errors in errors_at.items())

    def _candidates(self, text: str) -> list[str]:
        """Return consecutive words of one column, about as many as the term has, joined without blanks."""
        found: list[str] = []
        for column in text[:MAX_TEXT_CHARACTERS].split(SEPARATOR):
            words = _words(column)
            for count in self._word_counts:
                if count == 1:
                    found += words
                else:
                    found += ["".join(words[i : i + count]) for i in range(len(words) - count + 1)]
        return found


def _words(text: str) -> list[str]:
    folded = fold(text)
    return _WORD.findall(folded if folded.isalpha() else _JOINERS.sub("", folded))


def _rounds(words: Sequence[str], max_edits: int) -> list[list[Piece]]:
    rounds = [_pieces_for_one_error(words)]
    if max_edits > 1:
        rounds.append(_pieces_for_two_errors(words))
    return [[piece for piece in pieces if any(piece)] for pieces in rounds]


def _pieces_for_one_error(words: Sequence[str]) -> list[Piece]:
    """Return pieces of which at least one has no error if the term has one error.

    These are the words of the term. For a single word, they are its halves, and both halves without the two letters at
    the cut, in case these are swapped.
    """
    if len(words) > 1:
        return [(word,) for word in words]
    (word,) = words
    half = len(word) // 2
    return [(word[:half],), (word[half:],), (word[: half - 1], word[half + 1 :])]


def _pieces_for_two_errors(words: Sequence[str]) -> list[Piece]:
    """Return pieces of which at least one has no error if the term has two errors.

    These are the words of the term and the pieces of each word for one error. For a single word, they are all pairs of
    its quarters, since two errors leave two quarters intact, unless letters of two quarters are swapped.
    """
    if len(words) > 1:
        halves = [piece for word in words for piece in _pieces_for_one_error([word])]
        return [(word,) for word in words] + halves
    (word,) = words
    cuts = [len(word) * part // 4 for part in range(5)]
    return list(combinations([word[start:end] for start, end in pairwise(cuts)], 2))
