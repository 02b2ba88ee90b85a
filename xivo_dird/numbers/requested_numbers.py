"""Several phone numbers that are looked up at once."""

from collections.abc import Iterable

from xivo_dird.numbers.requested import RequestedNumber
from xivo_dird.numbers.written import digit_keys


class RequestedNumbers:
    """Compares texts of contacts with several numbers: each text only with the numbers that it may have."""

    def __init__(self, numbers: Iterable[RequestedNumber]) -> None:
        """Prepare the comparison."""
        self._by_text: dict[str, RequestedNumber] = {}
        self._by_key: dict[int, list[RequestedNumber]] = {}
        for number in numbers:
            self._by_text[number.text] = number
            for key in {*number.keys, *number.stem_keys}:
                self._by_key.setdefault(key, []).append(number)

    def ranks(self, texts: Iterable[str]) -> dict[str, int]:
        """Return the lowest rank (`RequestedNumber.rank`) of each number that one of the texts has, by its text."""
        ranks: dict[str, int] = {}
        for text in texts:
            for number in self._candidates(text):
                rank = number.rank(text)
                if rank is not None and rank < ranks.get(number.text, rank + 1):
                    ranks[number.text] = rank
        return ranks

    def _candidates(self, text: str) -> Iterable[RequestedNumber]:
        exact = self._by_text.get(text)
        if exact is not None:
            yield exact
        for key in digit_keys(text):
            yield from self._by_key.get(key, ())
