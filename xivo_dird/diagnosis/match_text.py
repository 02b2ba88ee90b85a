"""How an entry has a number, in words."""

from xivo_dird.numbers.readings import MatchRank

_RANKS = {
    MatchRank.EXACT: "exactly this text",
    MatchRank.DIALLED: "the same number in another spelling",
    MatchRank.UNPREFIXED: "the same number, if its digits lack a prefix",
    MatchRank.OLD_PLAN: "the same number, in a numbering plan that has changed",
}


def rank_text(rank: int) -> str:
    """Return what a rank means."""
    kind = "exact" if rank == MatchRank.EXACT else "alternate"
    if rank >= MatchRank.COMPANY:
        return f"{kind} (rank {rank}): a company block with {rank - MatchRank.COMPANY} digits of extension"
    return f"{kind} (rank {rank}): {_RANKS[MatchRank(rank)]}"
