"""The rules for requests with many numbers."""

from collections.abc import Sequence

from xivo_dird.exceptions import InvalidData
from xivo_dird.reverse.model import MAX_NUMBER_CHARACTERS, MAX_NUMBERS
from xivo_dird.validation import reject_nul


def check_numbers(extens: Sequence[str]) -> None:
    """Check that so many numbers of this length may be looked for.

    Raises:
        InvalidData: There are too many distinct numbers, or one is too long or has a NUL.
    """
    distinct = set(extens)
    if len(distinct) > MAX_NUMBERS:
        message = f"{len(distinct)} distinct numbers; the maximum is {MAX_NUMBERS}"
        raise InvalidData(f"extens: {message}", {"extens": [message]})
    for exten in distinct:
        if len(exten) > MAX_NUMBER_CHARACTERS:
            message = f"a number of {len(exten)} characters; the maximum is {MAX_NUMBER_CHARACTERS}"
            raise InvalidData(f"extens: {message}", {"extens": [message]})
        reject_nul("extens", exten)
