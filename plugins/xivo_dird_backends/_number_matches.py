"""Which of several entries is returned for a number."""

from collections.abc import Iterable

from xivo_dird.backend import AlternateSpelling, Entry, MatchRank, RequestedNumbers


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


def best_matches(
    numbers: RequestedNumbers, entries: Iterable[tuple[Iterable[str], Entry]]
) -> dict[str, Entry]:
    """Return what `best_match` returns for each of several numbers, by the text of the number.

    Args:
        numbers: The numbers.
        entries: Entries, each after its texts that may have a number.
    """
    best: dict[str, tuple[int, Entry]] = {}
    for texts, entry in entries:
        for number, rank in numbers.ranks(texts).items():
            if number not in best or rank < best[number][0]:
                best[number] = (rank, entry)
    return {
        number: AlternateSpelling(entry, rank) if rank else entry for number, (rank, entry) in best.items()
    }
