"""Several numbers compare a text like each of them does, but only with the numbers that it may have."""

import pytest

from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.numbers.readings import MatchRank
from xivo_dird.numbers.requested import RequestedNumber, requested_number
from xivo_dird.numbers.requested_numbers import RequestedNumbers
from xivo_dird.text.hostile_texts import HOSTILE_NUMBERS

FRANCE, GERMANY = DialPlan("FR"), DialPlan("DE")
NUMBERS = [
    "1001",
    "0144556677",
    "+33144556677",
    "0033 1 44 55 66 77",
    "33144556677",
    "+49 30 123456-789",
    "030123456",
    "reception",
    "0301234567",
    *HOSTILE_NUMBERS,
]
TEXTS = [
    *NUMBERS,
    "01 44 55 66 77",
    "+49 30 123456-0",
    "+49 30 1234567 / +33 1 44 55 66 77",
    "tel:+4930123456",
    "Reception",
    "1 001",
    "",
]


@pytest.mark.parametrize("plan", [FRANCE, GERMANY, DialPlan()], ids=["FR", "DE", "unknown"])
@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_each_number_has_the_rank_that_it_has_alone(plan, text):
    numbers = [requested_number(number, plan) for number in dict.fromkeys(NUMBERS)]
    alone = {number.text: rank for number in numbers if (rank := number.rank(text)) is not None}
    assert RequestedNumbers(numbers).ranks([text]) == alone


def test_the_lowest_rank_of_several_texts_counts():
    numbers = RequestedNumbers([requested_number("+33144556677", FRANCE)])
    for texts in (["0144556677", "+33144556677"], ["+33144556677", "0144556677"]):
        assert numbers.ranks(texts) == {"+33144556677": MatchRank.EXACT}
    assert numbers.ranks(["0144556677"]) == {"+33144556677": MatchRank.DIALLED}
    assert numbers.ranks([]) == numbers.ranks(["0144556678"]) == {}


def test_a_text_is_compared_only_with_numbers_that_it_may_have():
    compared = []

    class Recorded(RequestedNumber):
        def rank(self, text):
            compared.append(self.text)
            return super().rank(text)

    numbers = RequestedNumbers(Recorded(f"03012{number:06}", GERMANY) for number in range(500))
    assert numbers.ranks(["+49 30 12000123"]) == {"03012000123": MatchRank.DIALLED}
    assert compared == ["03012000123"]
