"""Every rank of a match is explained."""

import pytest

from xivo_dird.diagnosis.match_text import rank_text
from xivo_dird.numbers.readings import MatchRank


@pytest.mark.parametrize("rank", list(MatchRank))
def test_a_rank_is_exact_or_alternate(rank):
    kind = "exact" if rank == MatchRank.EXACT else "alternate"
    assert rank_text(rank).startswith(f"{kind} (rank {rank.value}): ")


def test_a_company_block_names_the_length_of_the_extension():
    assert (
        rank_text(MatchRank.COMPANY + 3) == "alternate (rank 7): a company block with 3 digits of extension"
    )
