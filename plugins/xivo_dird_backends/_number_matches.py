"""Which of several entries is returned for a number."""

from collections.abc import Iterable

from xivo_dird.backend import AlternateSpelling, Entry, MatchRank


def best_match(ranked: Iterable[tuple[int | None, Entry]]) -> Entry | None:
    """Return the first entry with exactly the number, otherwise the one with the lowest rank; None if there is none.

    Args:
        ranked: Entries, each after its `MatchRank`, which is None if it does not have the number. They are read up to
            the first exact match.
    """
    best: AlternateSpelling | None = None
    for rank, entry in ranked:
        if rank == MatchRank.EXACT:
            return entry
        if rank is not None and (best is None or rank < best.rank):
            best = AlternateSpelling(entry, rank)
    return best
